//! One `.env` file from reading to writing.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use secrecy::SecretString;

use super::document::Document;
use super::error::EnvFileError;
use super::exposure::exposure;
use super::folder::{Folder, Turn};
use super::git::{self, NotIgnored};

/// The most that is read. A file of settings has a few kilobytes.
const MAX_SIZE: u64 = 1024 * 1024;

/// A `.env` file that was read and may be changed.
pub(crate) struct EnvFile {
    /// Where the bytes are, behind symbolic links.
    path: PathBuf,
    found: Option<Found>,
    document: Document,
    /// What keeps others who change this file waiting.
    turn: Option<Turn>,
}

/// What was there when it was read.
#[derive(PartialEq, Eq)]
pub(super) struct Found {
    pub(super) text: String,
    /// User and group.
    pub(super) owner: (u32, u32),
}

/// What [`EnvFile::write`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// Nothing: the file said all of it already.
    Nothing,
    /// There was no file.
    Created,
    /// What the file was is in the backup now, with the secrets that it held.
    Replaced {
        /// The copy, beside the file.
        backup: PathBuf,
    },
}

impl fmt::Debug for EnvFile {
    /// Without the text, which holds secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnvFile").field("path", &self.path).finish_non_exhaustive()
    }
}

impl EnvFile {
    /// Reads the file; one that does not exist is empty. A symbolic link is followed, and what it
    /// leads to is what will be written.
    ///
    /// # Errors
    /// It is there and is not a text that `tintype serve` could read.
    pub(crate) fn read(path: &Path) -> Result<Self, EnvFileError> {
        let path = behind_links(path)?;
        let found = Found::at(&path)?;
        let text = found.as_ref().map(|found| found.text.clone()).unwrap_or_default();
        match Document::parse(text) {
            Ok(document) => Ok(Self { path, found, document, turn: None }),
            Err(error) => Err(EnvFileError::Malformed { path, line: error.line }),
        }
    }

    /// Reads the file once nobody else works on it, and keeps others away until it is dropped.
    ///
    /// # Errors
    /// As of [`read`](Self::read); and [`EnvFileError::InWork`].
    pub(crate) fn read_in_turn(path: &Path) -> Result<Self, EnvFileError> {
        let turn = Folder::of(&behind_links(path)?)?.turn()?;
        Ok(Self { turn, ..Self::read(path)? })
    }

    /// Whether there was a file when it was read.
    pub(crate) fn is_there(&self) -> bool {
        self.found.is_some()
    }

    /// What `tintype serve` would have for this name, if its environment had no such variable.
    pub(crate) fn get(&self, name: &str) -> Option<SecretString> {
        self.document.get(name).map(SecretString::from)
    }

    /// Gives a name its value: where the name stands, or else at the end, below a comment that says
    /// who wrote it. Where the name stands more than once, the later ones go.
    ///
    /// # Errors
    /// Only [`EnvFileError::NulCharacter`].
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<(), EnvFileError> {
        if value.contains('\0') {
            return Err(EnvFileError::NulCharacter { name: name.to_owned() });
        }
        self.document.set(name, value);
        Ok(())
    }

    /// Takes a name out.
    pub(crate) fn remove(&mut self, name: &str) {
        self.document.remove(name);
    }

    /// Whether [`write`](Self::write) has something to write.
    pub(crate) fn is_changed(&self) -> bool {
        self.found.as_ref().map_or("", |found| &found.text) != self.document.as_str()
    }

    /// Whether secrets may go into this file, before there are any. A warning is no reason to stop.
    ///
    /// # Errors
    /// The file is tracked by git or may be, is open to others, or could not be written.
    pub(crate) fn check_safe(&self) -> Result<Option<NotIgnored>, EnvFileError> {
        let unreadable = |source| EnvFileError::Unreadable { path: self.path.clone(), source };
        if let Some(exposure) = exposure(&self.path).map_err(unreadable)? {
            return Err(EnvFileError::Exposed(exposure));
        }
        let warning = git::check(&self.path, "git".as_ref())?;
        Folder::of(&self.path)?.check_writable()?;
        Ok(warning)
    }

    /// Writes what was changed. The file is replaced as a whole, belongs to whom it belonged, and
    /// only its owner may read it. What it was is kept beside it as `.env.backup-YYYYMMDDThhmmssZ`,
    /// where `now` is that time: a copy with the old secrets, as closed as the file itself. Only
    /// the last few of these copies stay.
    ///
    /// # Errors
    /// The file stays as it was, and no copy is made.
    pub(crate) fn write(&mut self, now: Timestamp) -> Result<Written, EnvFileError> {
        if !self.is_changed() {
            return Ok(Written::Nothing);
        }
        let folder = Folder::of(&self.path)?;
        let _turn = match &self.turn {
            Some(_) => None,
            None => folder.turn()?,
        };
        let written = folder.replace(self.found.as_ref(), self.document.as_str(), now)?;
        self.found = Found::at(&self.path).unwrap_or_default();
        Ok(written)
    }
}

impl Found {
    /// What is there now.
    pub(super) fn at(path: &Path) -> Result<Option<Self>, EnvFileError> {
        let unreadable = |source| EnvFileError::Unreadable { path: path.to_owned(), source };
        let metadata = match path.metadata() {
            // Opening a pipe would wait for somebody to write into it.
            Ok(metadata) if !metadata.is_file() => {
                return Err(EnvFileError::NotAFile(path.to_owned()));
            }
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(error)),
        };
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(unreadable)?;
        file.take(MAX_SIZE + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > MAX_SIZE {
            return Err(EnvFileError::TooLarge { path: path.to_owned(), limit: MAX_SIZE });
        }
        // The bytes stay out of the error: they may be a secret.
        let text = String::from_utf8(bytes).map_err(|_| EnvFileError::NotText(path.to_owned()))?;
        Ok(Some(Self { text, owner: (metadata.uid(), metadata.gid()) }))
    }
}

/// The file that a path leads to in the end, or would be if it existed.
fn behind_links(path: &Path) -> Result<PathBuf, EnvFileError> {
    let unreadable = |source| EnvFileError::Unreadable { path: path.to_owned(), source };
    match path.canonicalize() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        resolved => return resolved.map_err(unreadable),
    }
    if path.is_symlink() {
        return Err(EnvFileError::LinkToNothing(path.to_owned()));
    }
    let (Some(name), Some(folder)) = (path.file_name(), path.parent()) else {
        return Err(EnvFileError::NotAFile(path.to_owned()));
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    match folder.canonicalize() {
        Ok(folder) => Ok(folder.join(name)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let (folder, name) = (folder.to_owned(), name.to_owned());
            Err(EnvFileError::NoDirectory { folder, name })
        }
        Err(error) => Err(unreadable(error)),
    }
}
