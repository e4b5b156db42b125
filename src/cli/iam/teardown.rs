//! `tintype iam teardown`: removes what `setup` made, and only that.

use clap::{ArgMatches, Command};

use super::super::{Exit, Failure};
use super::arguments::{bucket, of_account, policy_name, same_prefix, user};
use super::ending::Ending;
use super::outcome::carry_out;
use super::place::file;
use super::session::{Session, Task};
use super::setup::EXIT_CODES;
use super::stored::Stored;
use crate::iam::{Destination, Goal, PolicyName, Subject, Teardown};

pub(super) fn command() -> Command {
    Command::new("teardown")
        .about("Removes the user, the policy and the keys that setup made; the photos stay")
        .after_help(EXIT_CODES)
        .args([bucket(), same_prefix()])
        .arg(user("The user [default: the one whose key .env holds, else tintype-BUCKET[-PREFIX]]"))
        .arg(policy_name("The policy [default: the one that the user has]"))
        .args(of_account())
}

pub(super) async fn run(matches: &ArgMatches) -> Result<Exit, Failure> {
    let settings = file(matches)?;
    let stored = Stored::of(&settings, matches)?;
    let (mut file, name) = settings;
    let session = Session::open(matches).await?;
    let target = &stored.target;
    let user = session.user(matches, stored.key(), target).await?;
    let service = session.service(target, session.region());
    let policy = matches.get_one::<PolicyName>("policy-name").cloned();
    let subject = Subject::of(target, user.clone(), policy);
    let goal = Goal::Teardown(Teardown { user, file: name });
    let notes = vec![format!("the bucket {} and its photos stay as they are", target.bucket)];
    let mut work = session.work(Task { subject, service, goal }, Destination::File(&mut file));
    carry_out(&mut work, notes, (matches, Ending::TornDown)).await
}
