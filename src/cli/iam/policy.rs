//! `tintype iam policy`: prints the least that the service may do. It asks nobody.

use clap::{Arg, ArgMatches, Command};

use super::super::{Exit, Failure, terminal};
use crate::iam::policy::Partition;

pub(super) fn command() -> Command {
    Command::new("policy").about("Prints the policy with the least that the service needs").arg(
        Arg::new("partition")
            .long("partition")
            .value_name("PARTITION")
            .value_parser(Partition::ALL.map(Partition::as_str))
            .help("aws, aws-cn or aws-us-gov"),
    )
}

pub(super) fn run(matches: &ArgMatches) -> Result<Exit, Failure> {
    let region = matches.get_one::<String>("partition").map_or("", String::as_str);
    terminal::say(Partition::of_region(region).as_str())?;
    Ok(Exit::Success)
}
