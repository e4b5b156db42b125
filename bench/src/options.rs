//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use crate::subject::Subject;

/// The load, the sink and the plots behind `cargo xtask bench`.
#[derive(Debug, Parser)]
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
    /// Only images of these sizes, in kB
    #[arg(long, value_name = "KB", value_delimiter = ',')]
    pub(crate) sizes: Vec<usize>,
    /// Only so many connections
    #[arg(long, value_name = "N", value_delimiter = ',')]
    pub(crate) connections: Vec<usize>,
    /// The binary to measure; the one beside this program when left out
    #[arg(long, value_name = "PATH")]
    pub(crate) tintype: Option<PathBuf>,
}

/// What to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// CPU time and throughput of uploads
    Upload,
}

impl Options {
    /// How often to measure each subject, when `usual` is the number for a full run.
    pub(crate) fn reps(&self, usual: usize) -> usize {
        self.reps.unwrap_or(if self.quick { 1 } else { usual })
    }

    /// Those of `subjects` that are asked for.
    pub(crate) fn subjects(&self, subjects: &[Subject]) -> Vec<Subject> {
        let asked = |subject: &Subject| {
            self.only.is_empty() || self.only.iter().any(|only| subject.name().starts_with(only))
        };
        subjects.iter().copied().filter(asked).collect()
    }
}
