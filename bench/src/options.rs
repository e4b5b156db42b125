//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use serde::Serialize;
use url::Url;

use crate::subject::Subject;

/// How long a load is measured.
const SECONDS: u64 = 4;

/// The load, the sink and the plots behind `cargo xtask bench`.
#[derive(Debug, Parser)]
#[command(name = "tintype-bench")]
pub(crate) struct Options {
    /// What to measure
    pub(crate) kind: Kind,
    /// Only the subjects whose name begins so; may be repeated
    #[arg(long, value_name = "SUBJECT")]
    only: Vec<String>,
    /// How often to measure each subject
    #[arg(long, value_name = "N")]
    reps: Option<usize>,
    /// One repetition of the telling part, for a look while working
    #[arg(long)]
    pub(crate) quick: bool,
    /// How long each measurement of a load lasts
    #[arg(long, value_name = "N", default_value_t = SECONDS)]
    seconds: u64,
    /// Only images of these sizes, in kB
    #[arg(long, value_name = "KB", value_delimiter = ',')]
    sizes: Vec<usize>,
    /// Only these numbers of connections
    #[arg(long, value_name = "N", value_delimiter = ',')]
    connections: Vec<usize>,
    /// Make variants of this image instead of those that the benchmark makes
    #[arg(long, value_name = "FILE")]
    pub(crate) photo: Option<PathBuf>,
    /// The binary to measure; the one beside this program when left out
    #[arg(long, value_name = "PATH")]
    pub(crate) tintype: Option<PathBuf>,
    /// The folder in which the Node.js service is installed; target/tools/node-peer when left out
    #[arg(long, value_name = "DIR")]
    pub(crate) node: Option<PathBuf>,
    /// nginx; /usr/sbin/nginx when left out
    #[arg(long, value_name = "PATH")]
    pub(crate) nginx: Option<PathBuf>,
    /// A PostgreSQL server on which databases may be made: postgres://USER@HOST:PORT/postgres
    #[arg(long, value_name = "URL")]
    pub(crate) postgres: Option<Url>,
    /// Where to write the report; it is only printed when left out
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// What to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// CPU time and throughput of uploads
    Upload,
    /// The peak resident set under many uploads, some of them slow
    Memory,
    /// Reading an original, finding a record, starting
    Read,
    /// The catalog with few and with many records
    Catalog,
    /// Making variants beside sharp and vipsthumbnail, and serving one; proof and stripping
    Variants,
}

impl Kind {
    /// The name on the command line and of the files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Memory => "memory",
            Self::Read => "read",
            Self::Catalog => "catalog",
            Self::Variants => "variants",
        }
    }
}

impl Options {
    /// How often to measure each subject, when `usual` is the number for a full run.
    pub(crate) fn reps(&self, usual: usize) -> usize {
        self.reps.unwrap_or(if self.quick { 1 } else { usual })
    }

    /// How long a load runs while it is measured.
    pub(crate) fn measured(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// The sizes to measure, in kB: those that are asked for, or `usual` ones.
    pub(crate) fn sizes<'a>(&'a self, usual: &'a [usize]) -> &'a [usize] {
        if self.sizes.is_empty() { usual } else { &self.sizes }
    }

    /// The numbers of connections to measure.
    pub(crate) fn connections<'a>(&'a self, usual: &'a [usize]) -> &'a [usize] {
        if self.connections.is_empty() { usual } else { &self.connections }
    }

    /// Those of `subjects` that are asked for.
    pub(crate) fn subjects(&self, subjects: &[Subject]) -> Vec<Subject> {
        subjects.iter().copied().filter(|subject| self.wants(subject.name())).collect()
    }

    /// The words that repeat this run. The database is made anew each time, so it is not named.
    pub(crate) fn command(&self) -> String {
        let mut words = vec![format!("cargo xtask bench {}", self.kind.name())];
        words.extend(self.only.iter().map(|only| format!("--only {only}")));
        words.extend(self.reps.map(|reps| format!("--reps {reps}")));
        words.extend(self.quick.then(|| "--quick".to_owned()));
        words.extend((self.seconds != SECONDS).then(|| format!("--seconds {}", self.seconds)));
        words.extend(self.sizes.iter().map(|size| format!("--sizes {size}")));
        words.extend(self.connections.iter().map(|number| format!("--connections {number}")));
        words.join(" ")
    }

    /// Whether the subject of this name is asked for.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| name.starts_with(only))
    }
}
