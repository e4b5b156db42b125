//! What all measurements share: where the programs are, the sink, and a place for files.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use crate::options::Options;
use crate::sink::Sink;

/// The surroundings of the subjects.
#[derive(Debug)]
pub(crate) struct Setup {
    /// The binary of Tintype.
    pub(crate) tintype: PathBuf,
    /// The bucket.
    pub(crate) sink: Sink,
    /// Under which the folders of the subjects are made, on a disk that keeps what is synced.
    scratch: TempDir,
}

impl Setup {
    /// Starts the sink and looks whether what is needed is there.
    pub(crate) async fn new(options: &Options) -> Result<Self> {
        let beside = std::env::current_exe()?.parent().context("no folder")?.join("tintype");
        let tintype = options.tintype.clone().unwrap_or(beside).canonicalize();
        let tintype = tintype.context("no tintype: build it, or name one with --tintype")?;
        ensure!(tintype.is_file(), "{} is no file", tintype.display());
        let target = tintype.parent().context("no folder")?;
        let scratch = tempfile::Builder::new().prefix("bench-").tempdir_in(target)?;
        Ok(Self { tintype, sink: Sink::start().await?, scratch })
    }

    /// A folder for one subject.
    pub(crate) fn folder(&self) -> Result<TempDir> {
        Ok(tempfile::tempdir_in(self.scratch.path())?)
    }
}
