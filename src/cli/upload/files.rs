//! Which files an upload is about: those that were named, and the photos in folders that were.

use std::collections::HashSet;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

/// The most files of one run: their names and outcomes are held until the end.
const MOST: usize = 100_000;

/// The endings that photos have which the service takes. Of a folder, only these are sent: what
/// else lies there is seldom meant, and would be refused one by one.
const ENDINGS: [&str; 10] =
    ["jpg", "jpeg", "jpe", "jfif", "png", "apng", "gif", "webp", "avif", "avifs"];

/// A file to send.
#[derive(Debug)]
pub(super) struct File {
    /// As it was named, or the folder was.
    pub(super) path: PathBuf,
    /// Its length now; it only says how long the bar is.
    pub(super) size: u64,
}

/// What to do about one file.
#[derive(Debug)]
pub(super) enum Choice {
    Send(File),
    /// It lies in a folder and is no photo by its name.
    Skip(PathBuf),
    /// A folder, or something in it, that cannot be looked at.
    Unreadable(PathBuf, io::Error),
}

impl Choice {
    pub(super) fn into_path(self) -> PathBuf {
        match self {
            Self::Send(File { path, .. }) | Self::Skip(path) | Self::Unreadable(path, _) => path,
        }
    }
}

/// More than one run can hold.
#[derive(Debug, thiserror::Error)]
#[error("these are more than {MOST} files: upload one folder after the other")]
pub(super) struct TooMany;

/// Every file, in the order of the arguments, and within a folder in the order of the names. One
/// that is named twice is sent once.
pub(super) fn choose(paths: &[PathBuf]) -> Result<Vec<Choice>, TooMany> {
    let mut choices = Vec::new();
    for path in paths {
        if path.is_dir() {
            look_into(path, &mut choices)?;
        } else {
            // One that is not there is sent too, and fails by itself.
            add(send(path.clone()), &mut choices)?;
        }
    }
    leave_each_once(&mut choices);
    Ok(choices)
}

/// Leaves one choice for each place. What is sent goes before what is skipped: a link that is no
/// photo by its name takes nothing from the photo it leads to, and who names a file wants it sent.
fn leave_each_once(choices: &mut Vec<Choice>) {
    let mut seen = HashSet::new();
    let mut is_new = |path: &Path| path.canonicalize().map_or(true, |place| seen.insert(place));
    choices.retain(|choice| match choice {
        Choice::Send(file) => is_new(&file.path),
        Choice::Skip(_) | Choice::Unreadable(..) => true,
    });
    choices.retain(|choice| match choice {
        Choice::Skip(path) => is_new(path),
        Choice::Send(_) | Choice::Unreadable(..) => true,
    });
}

fn send(path: PathBuf) -> Choice {
    let size = path.metadata().map_or(0, |metadata| metadata.len());
    Choice::Send(File { path, size })
}

fn add(choice: Choice, choices: &mut Vec<Choice>) -> Result<(), TooMany> {
    if choices.len() == MOST {
        return Err(TooMany);
    }
    choices.push(choice);
    Ok(())
}

fn look_into(folder: &Path, choices: &mut Vec<Choice>) -> Result<(), TooMany> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<DirEntry>>>);
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => return add(Choice::Unreadable(folder.to_owned(), error), choices),
    };
    entries.retain(|entry| !entry.file_name().as_encoded_bytes().starts_with(b"."));
    entries.sort_by_key(DirEntry::file_name);
    for entry in entries {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => look_into(&entry.path(), choices)?,
            Ok(_) => consider(entry.path(), choices)?,
            Err(error) => add(Choice::Unreadable(entry.path(), error), choices)?,
        }
    }
    Ok(())
}

/// A file, or a link. Links to folders are not followed, since they may lead in a circle.
fn consider(path: PathBuf, choices: &mut Vec<Choice>) -> Result<(), TooMany> {
    let is_photo = path
        .extension()
        .and_then(|ending| ending.to_str())
        .is_some_and(|ending| ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending)));
    let choice = if is_photo && path.is_file() { send(path) } else { Choice::Skip(path) };
    add(choice, choices)
}
