//! Puts a file of secrets in place: whole or not at all, for its owner's eyes alone.
//!
//! A new file is opened with mode 0600 and without following what may be there (`O_EXCL`), written,
//! brought to the disk, and only then given the name. Whoever is killed on the way leaves the old
//! file, and perhaps an unfinished one that the next to write removes.

use std::fs::{self, File, Permissions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use jiff::Timestamp;
use tempfile::NamedTempFile;

use super::error::EnvFileError;
use super::file::{Found, Written};

/// Between the name of the file and the time of its copy.
pub(super) const BACKUP: &str = ".backup-";

/// Between the name of the file and the random end of one that is not whole yet.
const UNFINISHED: &str = ".unfinished-";

/// How many copies stay. Each holds secrets, so not all; ten go back ten changes, and nobody
/// changes keys so often that a mistake is noticed later than that.
const BACKUPS: usize = 10;

/// How often a lock is looked at. One that was killed a moment ago holds it until the system has
/// ended it, which is over within these 500 ms.
const LOOKS: u32 = 10;

/// The pause after a look.
const PAUSE: Duration = Duration::from_millis(50);

/// A lock on a directory: it goes when this is dropped, or the process ends.
pub(super) struct Turn {
    _directory: File,
}

/// The directory of a file, and the file's name in it.
pub(super) struct Folder<'a> {
    directory: &'a Path,
    file: &'a Path,
}

impl<'a> Folder<'a> {
    /// The directory of a file that has an absolute path.
    pub(super) fn of(file: &'a Path) -> Result<Self, EnvFileError> {
        let directory = file.parent().ok_or_else(|| EnvFileError::NotAFile(file.to_owned()))?;
        Ok(Self { directory, file })
    }

    /// Makes a file and removes it again.
    pub(super) fn check_writable(&self) -> Result<(), EnvFileError> {
        self.unfinished("", None).map(drop)
    }

    /// Replaces what was found by this text, and keeps a copy of it.
    pub(super) fn replace(
        &self,
        found: Option<&Found>,
        text: &str,
        now: Timestamp,
    ) -> Result<Written, EnvFileError> {
        let directory = File::open(self.directory).map_err(|error| self.closed(error))?;
        self.remove_unfinished();
        let new = self.unfinished(text, found)?;
        let copy = found.map(|found| self.unfinished(&found.text, Some(found))).transpose()?;
        if Found::at(self.file)?.as_ref() != found {
            return Err(EnvFileError::ChangedMeanwhile(self.file.to_owned()));
        }
        let written = match copy {
            Some(copy) => {
                let backup = self.name_copy(copy, now)?;
                if let Err(error) = new.persist(self.file) {
                    fs::remove_file(backup).ok();
                    return Err(self.unwritable(error.error));
                }
                Written::Replaced { backup }
            }
            None => {
                new.persist_noclobber(self.file).map_err(|error| self.unwritable(error.error))?;
                Written::Created
            }
        };
        // The new file is in place by now, so that nothing below may call it a failure.
        directory.sync_all().ok();
        self.remove_old_copies();
        Ok(written)
    }

    /// Of all that write by these rules one at a time does; nothing where that cannot be had.
    pub(super) fn turn(&self) -> Result<Option<Turn>, EnvFileError> {
        let directory = File::open(self.directory).map_err(|error| self.closed(error))?;
        for _ in 0..LOOKS {
            match directory.try_lock() {
                Ok(()) => return Ok(Some(Turn { _directory: directory })),
                Err(TryLockError::WouldBlock) => sleep(PAUSE),
                // Some network file systems lock no directories; the comparison has to do there.
                Err(TryLockError::Error(_)) => return Ok(None),
            }
        }
        Err(EnvFileError::InWork(self.file.to_owned()))
    }

    /// A file of another name with this text, on the disk.
    fn unfinished(&self, text: &str, like: Option<&Found>) -> Result<NamedTempFile, EnvFileError> {
        let prefix = format!("{}{UNFINISHED}", self.name());
        let made = tempfile::Builder::new()
            .prefix(&prefix)
            .permissions(Permissions::from_mode(0o600))
            .tempfile_in(self.directory);
        let mut file = made.map_err(|error| self.closed(error))?;
        let write = |file: &mut File| {
            file.write_all(text.as_bytes())?;
            like.map_or(Ok(()), |found| give(file, found.owner))?;
            file.sync_all()
        };
        write(file.as_file_mut()).map_err(|error| self.unwritable(error))?;
        Ok(file)
    }

    /// Gives the copy a name that no other has.
    fn name_copy(&self, mut copy: NamedTempFile, now: Timestamp) -> Result<PathBuf, EnvFileError> {
        let base = format!("{}{BACKUP}{}", self.name(), now.strftime("%Y%m%dT%H%M%SZ"));
        let others = (2..=9).map(|number| format!("{base}-{number}"));
        for name in std::iter::once(base.clone()).chain(others) {
            let path = self.directory.join(name);
            match copy.persist_noclobber(&path) {
                Ok(_) => return Ok(path),
                Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                    copy = error.file;
                }
                Err(error) => return Err(self.unwritable(error.error)),
            }
        }
        Err(self.unwritable(io::ErrorKind::AlreadyExists.into()))
    }

    /// What others left behind who were killed.
    fn remove_unfinished(&self) {
        self.remove(UNFINISHED, &self.endings_after(UNFINISHED));
    }

    fn remove_old_copies(&self) {
        let mut copies = self.endings_after(BACKUP);
        // Who copies by hand may name a file alike.
        copies.retain(|ending| is_time(ending));
        copies.sort_unstable();
        let surplus = copies.len().saturating_sub(BACKUPS);
        self.remove(BACKUP, copies.get(..surplus).unwrap_or_default());
    }

    fn remove(&self, mark: &str, endings: &[String]) {
        for ending in endings {
            fs::remove_file(self.directory.join(format!("{}{mark}{ending}", self.name()))).ok();
        }
    }

    /// How the names of those files go on that begin with the file's name and this.
    fn endings_after(&self, mark: &str) -> Vec<String> {
        let start = format!("{}{mark}", self.name());
        let entries = fs::read_dir(self.directory).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter_map(|name| Some(name.strip_prefix(&start)?.to_owned())).collect()
    }

    fn name(&self) -> String {
        self.file.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    fn closed(&self, source: io::Error) -> EnvFileError {
        EnvFileError::DirectoryNotWritable { path: self.directory.to_owned(), source }
    }

    fn unwritable(&self, source: io::Error) -> EnvFileError {
        EnvFileError::Unwritable { path: self.file.to_owned(), source }
    }
}

/// Gives a file its owner. A group that this user is not in stays away, which changes nothing: the
/// group may not read the file.
fn give(file: &File, (user, group): (u32, u32)) -> io::Result<()> {
    let metadata = file.metadata()?;
    if metadata.uid() != user {
        fchown(file, Some(user), None)?;
    }
    if metadata.gid() != group {
        fchown(file, None, Some(group)).ok();
    }
    Ok(())
}

/// Whether the name of a copy ends so: in a time, and a digit if there are more of that second.
fn is_time(ending: &str) -> bool {
    let shape = ending.replace(|c: char| c.is_ascii_digit(), "0");
    matches!(shape.as_str(), "00000000T000000Z" | "00000000T000000Z-0")
}
