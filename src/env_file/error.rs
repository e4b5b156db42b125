//! Why a `.env` file is left as it is.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use super::exposure::Exposure;

/// Why the file is not read, not found safe or not written. None of the texts holds anything of
/// what the file says.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EnvFileError {
    /// There is a directory, a device or a pipe.
    #[error("{} is not a regular file", .0.display())]
    NotAFile(PathBuf),
    /// There is no file, and nowhere to make one.
    #[error("there is no directory {} to write {} into", folder.display(), name.display())]
    NoDirectory {
        /// The directory.
        folder: PathBuf,
        /// The file's name in it.
        name: OsString,
    },
    /// There is a symbolic link without a file behind it.
    #[error("{} is a symbolic link to a file that does not exist: make that file, or remove the link", .0.display())]
    LinkToNothing(PathBuf),
    /// Nobody writes so many settings.
    #[error("{} has more than {limit} bytes, which is no file of settings", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most that is read, in bytes.
        limit: u64,
    },
    /// It is not UTF-8.
    #[error("{} is not UTF-8 text", .0.display())]
    NotText(PathBuf),
    /// `tintype serve` would refuse it too.
    #[error(
        "line {line} of {} cannot be read: each line is NAME=value, with quotes around a value \
         that holds spaces or #", path.display()
    )]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line on which the entry begins, counted from 1.
        line: usize,
    },
    /// It cannot be opened or read.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// No variable of the environment can hold this value.
    #[error("the value for {name} holds a NUL character, which no environment variable can")]
    NulCharacter {
        /// The variable.
        name: String,
    },
    /// git has the file, and whoever has the repository would have the secrets.
    #[error(
        "git tracks {file}, so that secrets in it would be committed: run `git rm --cached {file}` \
         and add the line `{name}` to .gitignore", file = path.display()
    )]
    Tracked {
        /// The file.
        path: PathBuf,
        /// Its name alone.
        name: String,
    },
    /// There is a repository, and nobody to ask what is in it.
    #[error(
        "{} may be tracked by git, and git cannot be asked: make `git status` work there, or keep \
         the file outside of the repository", path.display()
    )]
    PerhapsTracked {
        /// The file.
        path: PathBuf,
        /// Why not, where git could not be started.
        source: Option<io::Error>,
    },
    /// Others than the owner may read or write it.
    #[error("{0}: run `{fix}`", fix = .0.fix())]
    Exposed(Exposure),
    /// A new file cannot take its place, because its directory takes no new files.
    #[error(
        "{} takes no new files: make it writable for the user who runs this (`chmod u+w`), or \
         name a file elsewhere", path.display()
    )]
    DirectoryNotWritable {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Somebody wrote it after it was read.
    #[error("{} was changed by somebody else just now and is left alone: run this again", .0.display())]
    ChangedMeanwhile(PathBuf),
    /// Another process is at work, from its first look to its last change.
    #[error(
        "another `tintype iam` works on {}, or on another file beside it: wait for it, and run this \
         again", .0.display()
    )]
    InWork(PathBuf),
    /// It, or the copy of what it was, cannot be written.
    #[error("{} cannot be written", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}
