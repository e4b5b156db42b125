//! Where the service's key is written down: in a file of settings, or on standard output.

use std::io::{self, Stdout};
use std::path::PathBuf;

use clap::ArgMatches;

use super::super::terminal;
use crate::env_file::{EnvFile, EnvFileError};
use crate::iam::Destination;

/// Where the lines go.
pub(super) enum Place {
    /// Into this file.
    File(EnvFile, String),
    /// To standard output.
    Output(Stdout),
}

impl Place {
    /// What it is called.
    pub(super) fn name(&self) -> String {
        match self {
            Self::File(_, name) => name.clone(),
            Self::Output(_) => "standard output".to_owned(),
        }
    }

    /// The same, to be written to.
    pub(super) fn destination(&mut self) -> Destination<'_> {
        match self {
            Self::File(file, _) => Destination::File(file),
            Self::Output(output) => Destination::Reader(output),
        }
    }
}

/// The file of settings and its name, once it is seen that secrets may be in it. Nothing was asked
/// of anybody by then.
pub(super) fn file(matches: &ArgMatches) -> Result<(EnvFile, String), EnvFileError> {
    let default = PathBuf::from(".env");
    let path = matches.get_one::<PathBuf>("env-file").unwrap_or(&default);
    let file = EnvFile::read_in_turn(path)?;
    if let Some(warning) = file.check_safe()? {
        terminal::complain(&format!("warning: {warning}"));
    }
    Ok((file, path.display().to_string()))
}

/// The file, or standard output where `--print` says so.
pub(super) fn place(matches: &ArgMatches) -> Result<Place, EnvFileError> {
    if matches.get_flag("print") {
        return Ok(Place::Output(io::stdout()));
    }
    file(matches).map(|(file, name)| Place::File(file, name))
}
