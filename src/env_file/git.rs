//! Whether a file of secrets would end up in a repository, which git itself is asked.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::EnvFileError;
use super::folder::BACKUP;

/// What points git at another repository than that of the directory it is asked in. git sets these
/// for what it runs itself, such as a hook:
/// <https://git-scm.com/docs/git#_the_git_repository>.
const ELSEWHERE: [&str; 7] = [
    "GIT_CEILING_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_WORK_TREE",
];

/// The next `git add .` would take the file, or a copy of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotIgnored {
    path: PathBuf,
}

impl fmt::Display for NotIgnored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, name) = (self.path.display(), name_of(&self.path));
        write!(
            f,
            "git does not ignore {path}, so that `git add` may take its secrets: add the lines \
             `{name}` and `{name}{BACKUP}*` to .gitignore"
        )
    }
}

/// Asks the program `git` about a file that exists or may come to exist.
pub(super) fn check(path: &Path, git: &OsStr) -> Result<Option<NotIgnored>, EnvFileError> {
    let perhaps = |source| EnvFileError::PerhapsTracked { path: path.to_owned(), source };
    let name = name_of(path);
    let is_in_repository = path.ancestors().skip(1).any(|folder| folder.join(".git").exists());
    if !is_in_repository {
        return Ok(None);
    }
    let arguments = ["--literal-pathspecs", "ls-files", "--error-unmatch", "--", name.as_str()];
    match says(git, path, &arguments).map_err(|error| perhaps(Some(error)))? {
        Some(0) => return Err(EnvFileError::Tracked { path: path.to_owned(), name }),
        Some(1) => {}
        // It does not trust the owner of the repository, or the repository is broken.
        _ => return Err(perhaps(None)),
    }
    let backup = format!("{name}{BACKUP}");
    for name in [name.as_str(), &backup] {
        let ignored = says(git, path, &["check-ignore", "--quiet", "--", name]);
        if ignored.map_err(|error| perhaps(Some(error)))? != Some(0) {
            return Ok(Some(NotIgnored { path: path.to_owned() }));
        }
    }
    Ok(None)
}

/// With which code git ends in the directory of the file.
fn says(git: &OsStr, path: &Path, arguments: &[&str]) -> std::io::Result<Option<i32>> {
    let mut command = Command::new(git);
    command.arg("-C").arg(path.parent().unwrap_or(path)).args(arguments);
    for name in ELSEWHERE {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Ok(command.status()?.code())
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
