//! What the commands share that ask a running service: `--url`, `--header`, `--timeout`, and how
//! the answers become an exit code.

use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Exit, Failure, runtime, terminal, with_settings};
use crate::causes::chain;
use crate::client::{self, Client, Headers, Settings};
use crate::config::{self, Scope};
use crate::image::{ImageId, InvalidImageId};

/// The longest silence of the service: its own longest, which is storing an image after waiting
/// for memory, and a bit.
const TIMEOUT: &str = "90s";

/// What every one of them says about its end.
pub(super) const EXIT_CODES: &str = "\
Exit codes: 0 all was done; 1 something was refused, is not there or failed; 2 nothing could be \
done (wrong usage), or the service cannot be reached or does not serve.";

/// A command that asks a running service.
pub(super) fn command(name: &'static str, about: &'static str) -> Command {
    let header = Arg::new("header")
        .long("header")
        .value_name("'NAME: VALUE'")
        .action(ArgAction::Append)
        .help("A header for every request; @FILE takes one a line from a file. May be repeated");
    let timeout = Arg::new("timeout")
        .long("timeout")
        .value_name("DURATION")
        .default_value(TIMEOUT)
        .value_parser(duration)
        .help("The longest silence of the service. The whole may take as long as it takes");
    let command = Command::new(name).about(about).after_help(EXIT_CODES);
    with_settings(command.arg(header).arg(timeout), &[Scope::Client])
}

/// The flag for programs.
pub(super) fn json(help: &'static str) -> Arg {
    Arg::new("json").long("json").action(ArgAction::SetTrue).help(help)
}

/// Images, by their ids or addresses.
pub(super) fn ids() -> Arg {
    Arg::new("image")
        .value_name("IMAGE")
        .required(true)
        .value_parser(id)
        .help("The image: its id, or an address of it")
}

#[derive(Debug, thiserror::Error)]
#[error("not a duration, such as 90s or 5m")]
struct InvalidDuration;

/// A duration such as 10s or 5m, longer than nothing.
pub(super) fn duration(text: &str) -> Result<Duration, impl std::error::Error + use<>> {
    let duration = humantime::parse_duration(text.trim()).ok();
    duration.filter(|duration| !duration.is_zero()).ok_or(InvalidDuration)
}

/// An id, or an address that ends in one: of the record, or of the bytes with or without the
/// ending of the format.
fn id(text: &str) -> Result<ImageId, InvalidImageId> {
    let address = text.split(['?', '#']).next().unwrap_or_default();
    let last = address.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let id = if text.contains('/') { last.split('.').next().unwrap_or_default() } else { last };
    id.parse()
}

/// Runs a command that asks. It does not log: what it has to say, it says to who typed it.
pub(super) fn ask<F>(
    matches: &ArgMatches,
    command: impl FnOnce(Client, ArgMatches) -> F,
) -> Result<Exit, Failure>
where
    F: Future<Output = Result<Exit, Failure>>,
{
    let headers = matches.get_many::<String>("header").into_iter().flatten();
    let settings = Settings {
        server: config::server_to_ask(matches)?,
        headers: Headers::read(headers)?,
        timeout: matches.get_one("timeout").copied().unwrap_or_default(),
    };
    let runtime = runtime()?;
    let outcome =
        runtime.block_on(async { command(Client::new(settings)?, matches.clone()).await });
    // A file that is still being read does not hold up the end.
    runtime.shutdown_background();
    outcome
}

/// Tells why something was not done; how the command ends.
pub(super) fn complain(about: &str, error: &client::Error) -> Exit {
    let separator = if about.is_empty() { "" } else { ": " };
    let text = format!("tintype: {about}{separator}{}", chain(error));
    terminal::complain(&terminal::plain(&text));
    exit(error)
}

/// How a command ends that met this failure.
pub(super) fn exit(error: &client::Error) -> Exit {
    if error.concerns_every_image() { Exit::CannotRun } else { Exit::Refused }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0192f0c1-2f6a-7c3e-8d11-5a0c9b7e4d20";

    #[test]
    fn an_image_is_named_by_its_id_or_an_address_of_it() {
        for before in ["", "http://h/i/", "https://u:p@h:1/photos/v1/images/", "/i/"] {
            assert_eq!(id(&format!("{before}{ID}")).unwrap().to_string(), ID, "{before}");
        }
        for after in [".jpg", "/", ".webp?w=100", "#top"] {
            assert_eq!(id(&format!("http://h/i/{ID}{after}")).unwrap().to_string(), ID, "{after}");
        }
        for wrong in ["", "/", "photo.jpg", "http://h/i/", &format!("{ID}.jpg"), &ID.to_uppercase()]
        {
            assert!(id(wrong).is_err(), "{wrong}");
        }
    }
}
