//! One command from looking to done: reads how things are, has the changes decided, and makes them.
//!
//! Every try begins with a look, so whatever stopped the one before, the next one goes on from where
//! things are.

mod apply;
mod check;
mod error;
mod proof;

use std::io;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::sleep;

use super::account::{AccessKeyId, Account, Caller, NewKey, PolicyArn};
use super::bucket::BucketChange;
use super::change::Change;
use super::env::Env;
use super::plan::{self, Plan, Refusal, Rotate, Setup, Teardown};
use super::state::{State, Subject};
use crate::bucket::{self, BucketName, Inquiry};
use crate::env_file::EnvFile;

pub(crate) use self::error::{ApplyError, Obstacle};
pub(crate) use self::proof::probe_of;

/// How often it is begun anew when what failed may pass. With the pauses between, each twice as
/// long as the one before, the last begins after 15.75 s: IAM has shown a change to all of its
/// servers by then.
const ROUNDS: u32 = 7;

/// The pause after the first round.
const PAUSE: Duration = Duration::from_millis(250);

/// What is wanted.
#[derive(Clone, Debug)]
pub(crate) enum Goal {
    /// A user with a policy and a key that is written down, and these changes of the bucket.
    Setup(Box<Setup>, Vec<BucketChange>),
    /// Another key.
    Rotate(Rotate),
    /// Nothing of ours.
    Teardown(Teardown),
}

/// Where keys are written down.
pub(crate) enum Destination<'a> {
    /// A file of settings.
    File(&'a mut EnvFile),
    /// Somebody who reads along.
    Reader(&'a mut (dyn io::Write + Send + Sync)),
}

/// What a command works with.
pub(crate) struct Work<'a> {
    /// The account.
    pub(crate) account: Account,
    /// Who works.
    pub(crate) caller: Option<Caller>,
    /// The bucket's service, asked with the administrator's credentials.
    pub(crate) inquiry: Inquiry,
    /// How the service will reach its bucket, but for the key.
    pub(crate) service: bucket::Settings,
    /// What is looked at; its key is that of the destination.
    pub(crate) subject: Subject,
    /// What is wanted.
    pub(crate) goal: Goal,
    /// Where keys are written down.
    pub(crate) destination: Destination<'a>,
    /// When it is.
    pub(crate) now: Timestamp,
    /// The key that was printed.
    pub(crate) printed: Option<AccessKeyId>,
    /// The keys that the user had when the answer about a new one was first lost.
    pub(crate) unanswered: Option<Vec<AccessKeyId>>,
}

/// What was done.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// The changes, in order.
    pub(crate) changes: Vec<Change>,
    /// What came of them, in sentences.
    pub(crate) remarks: Vec<String>,
}

/// Something failed half way.
#[derive(Debug)]
pub(crate) struct Stopped {
    /// What was done before.
    pub(crate) done: Done,
    /// What failed.
    pub(crate) failed: Change,
    /// What was not begun.
    pub(crate) left: Vec<Change>,
    /// Why.
    pub(crate) cause: ApplyError,
}

/// What one round makes that a later change of it needs.
#[derive(Debug, Default)]
struct Made {
    policy: Option<PolicyArn>,
    key: Option<NewKey>,
    /// The keys that the user had before it.
    beside: Vec<AccessKeyId>,
    /// Whether the key was written down.
    is_written: bool,
}

impl Work<'_> {
    /// What is to be done, as things are now.
    ///
    /// # Errors
    /// It cannot be seen, or must not be done.
    pub(crate) async fn plan(&mut self) -> Result<Plan, Obstacle> {
        let env = self.env();
        self.subject.key.clone_from(&env.key);
        let state = State::read(&self.account, self.caller.as_ref(), &self.subject).await?;
        Ok(self.decide(&state, &env)?)
    }

    fn decide(&self, state: &State, env: &Env) -> Result<Plan, Refusal> {
        match &self.goal {
            Goal::Setup(setup, bucket) => {
                let mut plan = plan::setup(setup, state, env)?;
                let before = bucket.iter().map(|change| self.of_bucket(*change));
                plan.changes.splice(..0, before.collect::<Vec<_>>());
                Ok(plan)
            }
            Goal::Rotate(rotate) => plan::rotate(rotate, state, env),
            Goal::Teardown(teardown) => plan::teardown(teardown, state, env),
        }
    }

    fn of_bucket(&self, change: BucketChange) -> Change {
        let region = self.inquiry.access().region.clone();
        Change::Bucket { bucket: self.bucket().clone(), region, change }
    }

    fn bucket(&self) -> &BucketName {
        &self.subject.bucket
    }

    /// The key that is written down.
    pub(crate) fn key(&self) -> Option<AccessKeyId> {
        self.env().key
    }

    fn env(&self) -> Env {
        match &self.destination {
            Destination::File(file) => Env::of(file),
            Destination::Reader(_) => Env::printed(self.printed.as_ref()),
        }
    }

    /// Makes the changes of `plan`. Where one fails in a way that may pass, looks again, and goes on
    /// with what is left to do then.
    ///
    /// # Errors
    /// What was done, what failed and why, and what was left.
    pub(crate) async fn carry_out(&mut self, mut plan: Plan) -> Result<Done, Box<Stopped>> {
        let mut done = Done::default();
        let mut pause = PAUSE;
        for _ in 1..ROUNDS {
            let stopped = match self.make(&plan.changes, done).await {
                Err(stopped) if stopped.cause.may_pass() => stopped,
                ended => return ended,
            };
            sleep(pause).await;
            pause *= 2;
            // Who cannot look any more tells what failed first.
            let Ok(next) = self.plan().await else { return Err(stopped) };
            (plan, done) = (next, stopped.done);
        }
        self.make(&plan.changes, done).await
    }

    async fn make(&mut self, changes: &[Change], mut done: Done) -> Result<Done, Box<Stopped>> {
        let mut made = Made::default();
        for (at, change) in changes.iter().enumerate() {
            match self.apply(change, &mut made).await {
                Ok(remark) => done.remarks.extend(remark),
                Err(cause) => {
                    if matches!(change, Change::CreateAccessKey { .. }) && cause.may_pass() {
                        self.unanswered.get_or_insert_with(|| made.beside.clone());
                    }
                    let cause = self.take_back(&mut made, cause).await;
                    let left = changes.iter().skip(at + 1).cloned().collect();
                    let failed = change.clone();
                    return Err(Box::new(Stopped { done, failed, left, cause }));
                }
            }
            if let Goal::Setup(_, bucket) = &mut self.goal
                && let Change::Bucket { change, .. } = change
            {
                bucket.retain(|wanted| wanted != change);
            }
            let key = made.key.as_ref();
            done.changes.push(key.map_or_else(|| change.clone(), |key| change.naming(&key.id)));
        }
        Ok(done)
    }
}
