//! `tintype iam rotate`: another key in place of the one in `.env`.

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::super::{Exit, Failure};
use super::arguments::{bucket, of_account, same_prefix, user};
use super::ending::Ending;
use super::outcome::carry_out;
use super::place::file;
use super::session::{Session, Task};
use super::setup::EXIT_CODES;
use super::stored::Stored;
use crate::iam::{Destination, Goal, OldKey, Rotate, Subject, probe_of};

pub(super) fn command() -> Command {
    Command::new("rotate")
        .about("Replaces the access key in .env, once the new one is proved")
        .after_help(EXIT_CODES)
        .args([bucket(), same_prefix()])
        .arg(user("The user [default: the one whose key .env holds]"))
        .arg(
            Arg::new("delete-old")
                .long("delete-old")
                .action(ArgAction::SetTrue)
                .help("Delete the old key. Without this it stays, inactive"),
        )
        .args(of_account())
}

pub(super) async fn run(matches: &ArgMatches) -> Result<Exit, Failure> {
    let settings = file(matches)?;
    let stored = Stored::of(&settings, matches)?;
    let (mut file, name) = settings;
    let session = Session::open(matches).await?;
    let user = session.user(matches, stored.key(), &stored.target).await?;
    let service = stored.service(&session)?;
    let subject = Subject::of(&stored.target, user.clone(), None);
    let old = if matches.get_flag("delete-old") { OldKey::Delete } else { OldKey::Deactivate };
    let probe = probe_of(&user, &stored.target);
    let ending = Ending::Rotated { file: name.clone() };
    let goal = Goal::Rotate(Rotate { user, old, file: name, probe });
    let mut work = session.work(Task { subject, service, goal }, Destination::File(&mut file));
    carry_out(&mut work, Vec::new(), (matches, ending)).await
}
