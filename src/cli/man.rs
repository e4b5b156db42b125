//! `tintype man`: the manual pages.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};
use clap_mangen::Man;

use super::{Exit, Failure, terminal};

pub(super) fn command() -> Command {
    Command::new("man").about("Prints the manual page, or writes one for each command").arg(
        Arg::new("dir")
            .long("dir")
            .value_name("DIR")
            .value_parser(value_parser!(PathBuf))
            .help("Write tintype.1 and one page for each command into this directory"),
    )
}

pub(super) fn run(matches: &ArgMatches) -> Result<Exit, Failure> {
    match matches.get_one::<PathBuf>("dir") {
        Some(directory) => {
            let told = |error| format!("{} cannot be written: {error}", directory.display());
            std::fs::create_dir_all(directory).map_err(told)?;
            clap_mangen::generate_to(super::command(), directory).map_err(told)?;
        }
        None => {
            let mut page = Vec::new();
            Man::new(super::command()).render(&mut page)?;
            terminal::say(String::from_utf8(page)?.trim_end())?;
        }
    }
    Ok(Exit::Success)
}
