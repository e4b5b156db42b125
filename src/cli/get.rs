//! `tintype get`: the bytes of an image, to a file or to standard output.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use uuid::Uuid;

use super::{Exit, Failure, asking, terminal};
use crate::client::{self, Client, Reading};
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

/// Why there was nothing to write to, or it failed.
#[derive(Debug, thiserror::Error)]
enum OutputError {
    #[error("the bytes of an image would confuse the terminal: name a file with -o, or say -o -")]
    Terminal,
    #[error("{} is there already: --force writes over it", .0.display())]
    Exists(PathBuf),
    #[error("{} is no name for a file", .0.display())]
    NoFile(PathBuf),
    #[error("{} cannot be written", path.display())]
    Unwritable { path: PathBuf, source: io::Error },
}

pub(super) async fn run(client: Client, matches: ArgMatches) -> Result<Exit, Failure> {
    let Some(id) = matches.get_one::<ImageId>("image") else { return Ok(Exit::CannotRun) };
    let output = matches.get_one::<PathBuf>("output");
    let file = output.filter(|path| path.as_os_str() != "-");
    let output = match file {
        Some(path) => Output::file(path, matches.get_flag("force"))?,
        None if output.is_none() && terminal::is_for_people() => {
            return Err(OutputError::Terminal.into());
        }
        None => Output::Standard,
    };
    let reading = match client.read(*id).await {
        Ok(reading) => reading,
        Err(error) => return Ok(asking::complain(&id.to_string(), &error)),
    };
    match output.write(reading).await? {
        Ok(()) => Ok(Exit::Success),
        Err(error) => Ok(asking::complain(&id.to_string(), &error)),
    }
}

/// Where the bytes go.
enum Output {
    Standard,
    /// To a file of another name first, so that under its own it is whole or not there.
    File {
        path: PathBuf,
        force: bool,
    },
}

impl Output {
    fn file(path: &Path, force: bool) -> Result<Self, OutputError> {
        if path.is_dir() || path.file_name().is_none() {
            return Err(OutputError::NoFile(path.to_owned()));
        }
        if !force && path.symlink_metadata().is_ok() {
            return Err(OutputError::Exists(path.to_owned()));
        }
        Ok(Self::File { path: path.to_owned(), force })
    }

    async fn write(self, reading: Reading<'_>) -> Result<Result<(), client::Error>, OutputError> {
        let (path, force) = match self {
            Self::Standard => return to_standard_output(reading).await,
            Self::File { path, force } => (path, force),
        };
        let unfinished = Unfinished::beside(&path)?;
        let unwritable = |source| OutputError::Unwritable { path: path.clone(), source };
        let mut file = unfinished.create().map_err(unwritable)?;
        if let Err(error) = copy(reading, &mut file).await.map_err(unwritable)? {
            return Ok(Err(error));
        }
        file.sync_all().map_err(unwritable)?;
        unfinished.becomes(&path, force).map(Ok)
    }
}

async fn to_standard_output(
    reading: Reading<'_>,
) -> Result<Result<(), client::Error>, OutputError> {
    let path = Path::new("standard output");
    copy(reading, io::stdout())
        .await
        .map_err(|source| OutputError::Unwritable { path: path.to_owned(), source })
}

/// What fails is either the reading or, outside, the writing.
async fn copy(
    mut reading: Reading<'_>,
    mut output: impl Write,
) -> io::Result<Result<(), client::Error>> {
    loop {
        match reading.next().await {
            Ok(Some(bytes)) => output.write_all(&bytes)?,
            Ok(None) => return output.flush().map(Ok),
            Err(error) => return Ok(Err(error)),
        }
    }
}

/// A file that is not whole yet; it goes when it does not become one.
struct Unfinished(PathBuf);

impl Unfinished {
    fn beside(path: &Path) -> Result<Self, OutputError> {
        let name = path.file_name().ok_or_else(|| OutputError::NoFile(path.to_owned()))?;
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}", Uuid::new_v4().simple()));
        Ok(Self(path.with_file_name(hidden)))
    }

    fn create(&self) -> io::Result<File> {
        File::options().write(true).create_new(true).open(&self.0)
    }

    /// Gives the file its name.
    fn becomes(&self, path: &Path, force: bool) -> Result<(), OutputError> {
        let named = if force { fs::rename(&self.0, path) } else { self.links(path) };
        named.map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => OutputError::Exists(path.to_owned()),
            _ => OutputError::Unwritable { path: path.to_owned(), source },
        })
    }

    /// A link is refused where there is something, even if it came a moment ago. Where the file
    /// system knows no links, the look before has to do.
    fn links(&self, path: &Path) -> io::Result<()> {
        match fs::hard_link(&self.0, path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                if path.symlink_metadata().is_ok() {
                    return Err(io::ErrorKind::AlreadyExists.into());
                }
                fs::rename(&self.0, path)
            }
            linked => linked,
        }
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Gone already where it was renamed.
        fs::remove_file(&self.0).ok();
    }
}
