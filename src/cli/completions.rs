//! `tintype completions`: what a shell needs to complete the command line.

use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::Shell;

use super::{Exit, Failure, terminal};

pub(super) fn command() -> Command {
    Command::new("completions").about("Prints completions for a shell").arg(
        Arg::new("shell")
            .value_name("SHELL")
            .required(true)
            .value_parser(value_parser!(Shell))
            .help("The shell"),
    )
}

pub(super) fn run(matches: &ArgMatches) -> Result<Exit, Failure> {
    let Some(shell) = matches.get_one::<Shell>("shell") else { return Ok(Exit::CannotRun) };
    let mut script = Vec::new();
    clap_complete::generate(*shell, &mut super::command(), "tintype", &mut script);
    terminal::say(String::from_utf8(script)?.trim_end())?;
    Ok(Exit::Success)
}
