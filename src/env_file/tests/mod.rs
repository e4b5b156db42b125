//! What a `.env` file goes through on a disk.

mod killed;
mod safety;
mod writing;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use tempfile::TempDir;

use super::{EnvFile, EnvFileError, Written};

/// A directory with a `.env` or without one.
struct Site(TempDir);

impl Site {
    fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With this in `.env`, for its owner alone.
    fn with(text: &str) -> Self {
        let site = Self::empty();
        site.write(".env", text);
        site
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().canonicalize().unwrap().join(name)
    }

    fn env(&self) -> PathBuf {
        self.path(".env")
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
        fs::set_permissions(self.path(name), Permissions::from_mode(0o600)).unwrap();
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// All names, in order.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    /// Sets `A` in `.env`.
    fn set(&self, value: &str) -> Result<Written, EnvFileError> {
        set(&self.env(), value)
    }
}

fn set(path: &Path, value: &str) -> Result<Written, EnvFileError> {
    let mut file = EnvFile::read(path)?;
    file.set("A", value)?;
    file.write(at(0))
}

/// Some second of one minute.
fn at(second: i64) -> Timestamp {
    "2026-01-02T03:04:00Z".parse::<Timestamp>().unwrap() + jiff::SignedDuration::from_secs(second)
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o7777
}

fn value(path: &Path) -> Option<String> {
    EnvFile::read(path).unwrap().get("A").map(|value| value.expose_secret().to_owned())
}
