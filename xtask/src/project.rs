//! Where things are: the repository, the tools that are installed for it and the logs of a run.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::stop::Stop;

/// The repository that the chores work on, and the wish to stop that all of them heed.
#[derive(Debug)]
pub(crate) struct Project {
    root: PathBuf,
    /// Set when a person or the system asks the run to end.
    pub(crate) stop: Stop,
}

impl Project {
    /// The repository that this program was built in.
    pub(crate) fn open() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask/ has a parent")?;
        Ok(Self { root: root.to_owned(), stop: Stop::on_signals()? })
    }

    /// The repository's root.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// What this program installs goes here and nowhere else.
    pub(crate) fn tools(&self) -> PathBuf {
        self.root.join("target/tools")
    }

    /// The output of every command of the last run.
    pub(crate) fn logs(&self) -> PathBuf {
        self.root.join("target/xtask/logs")
    }

    /// A program that `cargo install` put in place.
    pub(crate) fn cargo_tool(&self, name: &str) -> PathBuf {
        self.tools().join("bin").join(name)
    }

    /// A program of the Python environment.
    pub(crate) fn python_tool(&self, name: &str) -> PathBuf {
        self.tools().join("venv/bin").join(name)
    }

    /// Where the Node.js service of the benchmarks is installed.
    pub(crate) fn node_peer(&self) -> PathBuf {
        self.tools().join("node-peer")
    }

    /// `program`, to be run at the root.
    pub(crate) fn command(&self, program: impl Into<OsString>) -> Command {
        let mut command = Command::new(program.into());
        command.current_dir(&self.root).env("CARGO_TERM_COLOR", "never");
        // `cargo run` describes xtask itself in these. A build script that asks to be run again
        // when one of them changes would be, at every turn between `cargo xtask` and `cargo`.
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(describes_a_package) {
                command.env_remove(name);
            }
        }
        command
    }

    /// The cargo that this program was started by.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = self.command(cargo);
        command.args(arguments);
        command
    }
}

fn describes_a_package(variable: &str) -> bool {
    variable.starts_with("CARGO_PKG_")
        || variable.starts_with("CARGO_MANIFEST_")
        || ["CARGO_BIN_NAME", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE"].contains(&variable)
}
