//! Who may look into a file of secrets beside its owner.

use std::fmt;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// A file that others than its owner may read, write or run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exposure {
    path: PathBuf,
    mode: u32,
}

/// Who may do something with the file beside its owner; nothing when nobody may, or when there is
/// no such file. A symbolic link is followed. An entry of an access control list counts: the
/// group's part of the mode is then the most that such an entry may.
///
/// # Errors
/// What the system says, when it does not tell.
pub(crate) fn exposure(path: &Path) -> Result<Option<Exposure>, io::Error> {
    let mode = match path.metadata() {
        Ok(metadata) => metadata.mode() & 0o7777,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let path = path.to_owned();
    Ok((mode & 0o077 != 0).then_some(Exposure { path, mode }))
}

impl Exposure {
    /// The command that mends it.
    pub(crate) fn fix(&self) -> String {
        format!("chmod 600 {}", self.path.display())
    }
}

impl fmt::Display for Exposure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who = match (self.mode & 0o070, self.mode & 0o007) {
            (_, 0) => "its group",
            (0, _) => "every user",
            (_, _) => "its group and every user",
        };
        let (path, mode) = (self.path.display(), self.mode);
        write!(f, "{path} holds secrets and is open to {who} of this machine (mode {mode:04o})")
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn says_who_may_look_and_how_to_end_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        assert_eq!(exposure(&path).unwrap(), None);
        fs::write(&path, "A=1").unwrap();
        for (mode, who) in [
            (0o600, None),
            (0o400, None),
            (0o640, Some("its group of")),
            (0o604, Some("every user of")),
            (0o666, Some("its group and every user of")),
            (0o620, Some("its group of")),
        ] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            let found = exposure(&path).unwrap();
            assert_eq!(found.is_some(), who.is_some(), "{mode:o}");
            let text = found.map(|found| format!("{found}: {}", found.fix())).unwrap_or_default();
            assert!(text.contains(who.unwrap_or_default()), "{mode:o}: {text}");
            assert!(text.is_empty() || text.contains("chmod 600 /"), "{text}");
        }
    }
}
