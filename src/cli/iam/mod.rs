//! `tintype iam`: the user in AWS that the service runs as. One command a file.

mod arguments;
mod ending;
mod outcome;
mod place;
mod policy;
mod rotate;
mod session;
mod setup;
mod stored;
mod teardown;

use clap::{ArgMatches, Command};

use super::{Exit, Failure, runtime};

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
        Some(("setup", matches)) => finish(setup::run(matches), matches),
        Some(("rotate", matches)) => finish(rotate::run(matches), matches),
        Some(("teardown", matches)) => finish(teardown::run(matches), matches),
        Some(_) | None => Ok(Exit::Success),
    }
}

/// Runs a command that asks services, and says why when it did nothing.
fn finish(
    command: impl Future<Output = Result<Exit, Failure>>,
    matches: &ArgMatches,
) -> Result<Exit, Failure> {
    let runtime = runtime()?;
    let outcome = runtime.block_on(command);
    runtime.shutdown_background();
    outcome.or_else(|failure| outcome::refuse(failure, matches))
}
