//! From a plan to an exit code: shows what is to be done, asks, has it done, and tells what came of
//! it, for people or as JSON.

use clap::ArgMatches;
use serde::Serialize;

use super::super::confirm::{Consent, consent};
use super::super::{Exit, Failure, terminal};
use super::ending::Ending;
use crate::causes::chain;
use crate::env_file::EnvFileError;
use crate::iam::bucket::BucketSetupError;
use crate::iam::{Change, Done, IamError, Obstacle, Plan, Stopped, Work};

/// What a program reads. Each command gives one of these.
#[derive(Serialize)]
struct Told<'a> {
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    changes: &'a [Change],
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<&'a Change>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    left: &'a [Change],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl<'a> Told<'a> {
    fn new(outcome: &'static str, changes: &'a [Change], notes: &'a [String]) -> Self {
        let (account, user, key, failed, error) = Default::default();
        Self { outcome, account, user, key, changes, failed, left: &[], notes, error }
    }

    fn by(self, work: &'a Work<'_>) -> Self {
        let account = work.caller.as_ref().map(|caller| caller.account.as_str());
        let key = work.key().map(|key| key.to_string());
        Self { account, user: Some(work.subject.user.as_str()), key, ..self }
    }

    fn say(&self) -> Result<(), Failure> {
        terminal::say(&serde_json::to_string_pretty(self)?)?;
        Ok(())
    }
}

/// Where a command stands with the one who typed it.
struct Desk<'a> {
    matches: &'a ArgMatches,
    ending: Ending,
    json: bool,
}

/// Looks, shows, asks and does.
pub(super) async fn carry_out(
    work: &mut Work<'_>,
    notes: Vec<String>,
    (matches, ending): (&ArgMatches, Ending),
) -> Result<Exit, Failure> {
    let mut plan = work.plan().await?;
    plan.notes.splice(..0, notes);
    let desk = Desk { matches, ending, json: matches.get_flag("json") };
    if plan.changes.is_empty() || matches.get_flag("dry-run") {
        return desk.tell_plan(work, &plan);
    }
    desk.show(work, &plan);
    if consent(matches)? == Consent::Withheld {
        terminal::complain("nothing was changed");
        return Ok(Exit::Refused);
    }
    let notes = plan.notes.clone();
    match work.carry_out(plan).await {
        Ok(done) => desk.tell_done(work, &done, notes),
        Err(stopped) => desk.tell_stopped(work, &stopped),
    }
}

impl Desk<'_> {
    /// An answer, unless standard output is taken.
    fn answer(&self, text: &str) -> Result<(), Failure> {
        if self.ending.is_silent() {
            terminal::complain(text);
        } else {
            terminal::say(text)?;
        }
        Ok(())
    }

    fn tell_plan(&self, work: &Work<'_>, plan: &Plan) -> Result<Exit, Failure> {
        if self.json {
            let outcome = if plan.changes.is_empty() { "nothing_to_do" } else { "planned" };
            Told::new(outcome, &plan.changes, &plan.notes).by(work).say()?;
            return Ok(Exit::Success);
        }
        note(&plan.notes);
        if plan.changes.is_empty() {
            self.answer(&self.ending.nothing(&plan.notes))?;
        }
        for change in &plan.changes {
            terminal::say(&change.to_string())?;
        }
        Ok(Exit::Success)
    }

    /// Shows what the question is about, where there is one.
    fn show(&self, work: &Work<'_>, plan: &Plan) {
        if self.matches.get_flag("yes") {
            return;
        }
        if let Some(caller) = &work.caller {
            let (account, arn) = (&caller.account, &caller.arn);
            terminal::complain(&format!("In the account {account}, as {arn}:"));
        }
        for change in &plan.changes {
            terminal::complain(&format!("  {change}"));
        }
        note(&plan.notes);
    }

    fn tell_done(
        &self,
        work: &Work<'_>,
        done: &Done,
        mut notes: Vec<String>,
    ) -> Result<Exit, Failure> {
        notes.extend(done.remarks.iter().cloned());
        notes.extend(self.rival(work, done));
        if self.json {
            Told::new("done", &done.changes, &notes).by(work).say()?;
            return Ok(Exit::Success);
        }
        self.list(done)?;
        note(&notes);
        self.answer(&self.ending.done(work.key().as_ref()))?;
        Ok(Exit::Success)
    }

    /// What keeps the service from using the key that was written, when it is started in this shell:
    /// a variable that is set wins over the file.
    fn rival(&self, work: &Work<'_>, done: &Done) -> Option<String> {
        let file = self.ending.file()?;
        let is_written =
            done.changes.iter().any(|change| matches!(change, Change::WriteEnv { .. }));
        let is_set = work.service.s3.keys.access_key_id.is_some();
        (is_written && is_set).then(|| {
            format!(
                "AWS_ACCESS_KEY_ID is set in this shell and wins over {file}: unset it before \
                 `tintype serve`"
            )
        })
    }

    fn tell_stopped(&self, work: &Work<'_>, stopped: &Stopped) -> Result<Exit, Failure> {
        let Stopped { done, failed, left, cause } = stopped;
        let error = chain(cause);
        if self.json {
            let told = Told::new("stopped", &done.changes, &done.remarks).by(work);
            let error = Some(error.clone());
            Told { failed: Some(failed), left, error, ..told }.say()?;
        } else {
            self.list(done)?;
            note(&done.remarks);
        }
        terminal::complain(&format!("failed: {failed}"));
        for change in left {
            terminal::complain(&format!("not begun: {change}"));
        }
        terminal::complain(&format!("tintype: {error}"));
        terminal::complain(
            "Once that is mended, run the same command again: it does what is left.",
        );
        Ok(Exit::Refused)
    }

    fn list(&self, done: &Done) -> Result<(), Failure> {
        done.changes.iter().try_for_each(|change| self.answer(&format!("done: {change}")))
    }
}

fn note(notes: &[String]) {
    for text in notes {
        terminal::complain(&format!("note: {text}"));
    }
}

/// How a command ends that did nothing: what must not be done is refused, and the rest could not be
/// begun.
pub(super) fn refuse(failure: Failure, matches: &ArgMatches) -> Result<Exit, Failure> {
    if !is_refusal(&failure) {
        return Err(failure);
    }
    let error = chain(failure.as_ref());
    if matches.get_flag("json") {
        Told { error: Some(error.clone()), ..Told::new("refused", &[], &[]) }.say()?;
    }
    terminal::complain(&format!("tintype: {error}"));
    Ok(Exit::Refused)
}

fn is_refusal(failure: &Failure) -> bool {
    let of_iam = |error: &IamError| {
        !matches!(
            error,
            IamError::Credentials { .. }
                | IamError::Unreachable { .. }
                | IamError::Unavailable { .. }
        )
    };
    let of_bucket = |error: &BucketSetupError| !matches!(error, BucketSetupError::NoAnswer { .. });
    match failure.downcast_ref::<Obstacle>() {
        Some(Obstacle::Refused(_)) => true,
        Some(Obstacle::Unseen(error)) => of_iam(error),
        None => {
            failure.is::<EnvFileError>()
                || failure.downcast_ref::<BucketSetupError>().is_some_and(of_bucket)
                || failure.downcast_ref::<IamError>().is_some_and(of_iam)
        }
    }
}
