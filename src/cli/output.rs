//! Where the bytes of an image go: to standard output, or to a file that is whole or not there.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::terminal;
use crate::client::{self, Reading};

/// Where to write.
#[derive(Debug)]
pub(super) enum Output {
    /// To standard output.
    Standard,
    /// To a file, or into a device or a pipe.
    File {
        /// Its name.
        path: PathBuf,
        /// Whether what is there may go.
        force: bool,
    },
}

/// Why the bytes did not arrive where they should.
#[derive(Debug, thiserror::Error)]
pub(super) enum OutputError {
    #[error("the bytes of an image would confuse the terminal: name a file with -o, or say -o -")]
    Terminal,
    #[error("{} is there already: --force writes over it", .0.display())]
    Exists(PathBuf),
    #[error("{} is no name for a file", .0.display())]
    NoFile(PathBuf),
    #[error("{} cannot be written", path.display())]
    Unwritable { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Reading(#[from] client::Error),
}

impl Output {
    /// The output with this name; standard output without one and as `-`.
    pub(super) fn of(named: Option<&Path>, force: bool) -> Result<Self, OutputError> {
        let path = match named {
            None if terminal::is_for_people() => return Err(OutputError::Terminal),
            None => return Ok(Self::Standard),
            Some(path) if path.as_os_str() == "-" => return Ok(Self::Standard),
            Some(path) => path.to_owned(),
        };
        if path.is_dir() || path.file_name().is_none() {
            Err(OutputError::NoFile(path))
        } else if !force && path.symlink_metadata().is_ok() {
            Err(OutputError::Exists(path))
        } else {
            Ok(Self::File { path, force })
        }
    }

    /// Writes all that comes.
    pub(super) async fn write(self, reading: Reading<'_>) -> Result<(), OutputError> {
        match self {
            Self::Standard => match copy(reading, io::stdout()).await {
                // Who has read enough goes away.
                Err(CopyError::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                copied => copied.map_err(|error| error.at(Path::new("standard output"))),
            },
            Self::File { path, .. } if is_special(&path) => match pour(reading, &path).await {
                Err(CopyError::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                poured => poured.map_err(|error| error.at(&path)),
            },
            Self::File { path, force } => {
                let unfinished = Unfinished::beside(&path)?;
                let written = unfinished.write(reading).await;
                written.map_err(|error| error.at(&path))?;
                unfinished.becomes(&path, force)
            }
        }
    }
}

/// Which end failed.
#[derive(Debug, thiserror::Error)]
enum CopyError {
    #[error(transparent)]
    Read(#[from] client::Error),
    #[error(transparent)]
    Write(#[from] io::Error),
}

impl CopyError {
    fn at(self, path: &Path) -> OutputError {
        match self {
            Self::Read(error) => OutputError::Reading(error),
            Self::Write(source) => OutputError::Unwritable { path: path.to_owned(), source },
        }
    }
}

async fn copy(mut reading: Reading<'_>, mut output: impl Write) -> Result<(), CopyError> {
    while let Some(bytes) = reading.next().await? {
        output.write_all(&bytes)?;
    }
    Ok(output.flush()?)
}

/// Whether there is a device or a pipe, which is written and not replaced.
fn is_special(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| !metadata.is_file())
}

async fn pour(reading: Reading<'_>, path: &Path) -> Result<(), CopyError> {
    copy(reading, File::options().write(true).open(path)?).await
}

/// A file of another name, until it is whole; it goes when it does not become so.
struct Unfinished(PathBuf);

impl Unfinished {
    fn beside(path: &Path) -> Result<Self, OutputError> {
        let name = path.file_name().ok_or_else(|| OutputError::NoFile(path.to_owned()))?;
        let mut hidden = OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}", Uuid::new_v4().simple()));
        Ok(Self(path.with_file_name(hidden)))
    }

    async fn write(&self, reading: Reading<'_>) -> Result<(), CopyError> {
        let mut file = File::options().write(true).create_new(true).open(&self.0)?;
        copy(reading, &mut file).await?;
        Ok(file.sync_all()?)
    }

    /// Gives the file its name.
    fn becomes(&self, path: &Path, force: bool) -> Result<(), OutputError> {
        let named = if force { fs::rename(&self.0, path) } else { self.links(path) };
        named.map_err(|source| {
            if source.kind() == io::ErrorKind::AlreadyExists {
                OutputError::Exists(path.to_owned())
            } else {
                OutputError::Unwritable { path: path.to_owned(), source }
            }
        })
    }

    /// A link is refused where there is something, even if it came a moment ago. Where the file
    /// system knows no links, a look before has to do.
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
