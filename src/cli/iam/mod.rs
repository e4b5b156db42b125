//! `tintype iam`: the user in AWS that the service runs as. One command a file.

mod arguments;
mod outcome;
mod place;
mod policy;
mod rotate;
mod session;
mod setup;
mod stored;
mod teardown;

use clap::{ArgMatches, Command};

use super::{Exit, Failure};

pub(super) fn command() -> Command {
    Command::new("iam")
        .about("Makes, renews and removes the user in AWS that the service runs as")
        .arg_required_else_help(true)
        .subcommand_required(true)
        .subcommand(policy::command())
        .subcommand(setup::command())
        .subcommand(rotate::command())
        .subcommand(teardown::command())
}

pub(super) fn run(matches: &ArgMatches) -> Result<Exit, Failure> {
    match matches.subcommand() {
        Some(("policy", matches)) => policy::run(matches),
        Some(("setup", matches)) => setup::run(matches),
        Some(("rotate", matches)) => rotate::run(matches),
        Some(("teardown", matches)) => teardown::run(matches),
        Some(_) | None => Ok(Exit::Success),
    }
}
