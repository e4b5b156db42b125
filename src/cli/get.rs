//! `tintype get`: the bytes of an image.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::output::{Output, OutputError};
use super::{Exit, Failure, asking};
use crate::client::Client;
use crate::image::ImageId;

pub(super) fn command() -> Command {
    asking::command("get", "Gets the bytes of an image")
        .arg(asking::ids())
        .arg(
            Arg::new("output")
                .short('o')
                .long("output")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help("The file to write; - is standard output, which is also meant without it"),
        )
        .arg(
            Arg::new("force")
                .long("force")
                .action(ArgAction::SetTrue)
                .help("Write over a file that is there"),
        )
}

pub(super) async fn run(client: Client, matches: ArgMatches) -> Result<Exit, Failure> {
    let Some(id) = matches.get_one::<ImageId>("image") else { return Ok(Exit::CannotRun) };
    let named = matches.get_one::<PathBuf>("output").map(PathBuf::as_path);
    // Before anything is asked for: nobody waits for bytes that have nowhere to go.
    let output = Output::of(named, matches.get_flag("force"))?;
    let written = match client.read(*id).await {
        Ok(reading) => output.write(reading).await,
        Err(error) => Err(error.into()),
    };
    match written {
        Ok(()) => Ok(Exit::Success),
        Err(OutputError::Reading(error)) => Ok(asking::complain(&id.to_string(), &error)),
        Err(error) => Err(error.into()),
    }
}
