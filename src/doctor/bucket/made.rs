//! The directories that connecting to a bucket makes, which an examination takes away again.

use std::fs;
use std::path::{Path, PathBuf};

use crate::bucket::Location;

/// The directories that were not there, the deepest first.
#[derive(Debug)]
pub(super) struct Made(Vec<PathBuf>);

impl Made {
    /// Looks before anything is made.
    pub(super) fn before(location: &Location) -> Self {
        let Location::Directory { path } = location else { return Self(Vec::new()) };
        let missing = path.ancestors().take_while(|directory| !directory.exists());
        Self(missing.map(Path::to_owned).collect())
    }

    /// Takes away what is there now. What somebody has put something into stays.
    pub(super) fn undo(self) {
        for directory in self.0 {
            fs::remove_dir(directory).ok();
        }
    }
}
