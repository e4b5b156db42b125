//! `tintype iam`: the user in AWS that the service runs as. One command a file.

mod policy;

use clap::{ArgMatches, Command};

use super::{Exit, Failure};

pub(super) fn command() -> Command {
    Command::new("iam")
        .about("Makes, renews and removes the user in AWS that the service runs as")
        .arg_required_else_help(true)
        .subcommand_required(true)
        .subcommand(policy::command())
}

pub(super) fn run(matches: &ArgMatches) -> Result<Exit, Failure> {
    match matches.subcommand() {
        Some(("policy", matches)) => policy::run(matches),
        Some(_) | None => Ok(Exit::Success),
    }
}
