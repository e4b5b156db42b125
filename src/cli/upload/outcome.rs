//! What became of one file, as it is told.

use std::io;
use std::path::Path;

use serde_json::{Value, json};

use crate::causes::chain;
use crate::cli::terminal;
use crate::client::{Error, Image, PhotoError, Uploaded};

/// What became of one file.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It is an image now.
    Uploaded(Image),
    /// It was one already, from an earlier run.
    AlreadyThere(Image),
    /// It is no photo by its name.
    Skipped,
    /// The run ended before its turn.
    NotSent,
    /// It is none, or at least nobody said so.
    Failed(Error),
}

impl From<Uploaded> for Outcome {
    fn from(uploaded: Uploaded) -> Self {
        if uploaded.was_there {
            Self::AlreadyThere(uploaded.image)
        } else {
            Self::Uploaded(uploaded.image)
        }
    }
}

impl Outcome {
    pub(super) fn unreadable(error: &io::Error) -> Self {
        let error = io::Error::new(error.kind(), error.to_string());
        Self::Failed(Error::Photo(PhotoError::Unreadable(error)))
    }

    /// Whether the next file would fare the same.
    pub(super) fn ends_the_run(&self) -> bool {
        matches!(self, Self::Failed(error) if error.concerns_every_image())
    }

    /// The word for it.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Uploaded(_) => "uploaded",
            Self::AlreadyThere(_) => "already_there",
            Self::Skipped => "skipped",
            Self::NotSent => "not_sent",
            Self::Failed(error) if error.is_refusal() => "refused",
            Self::Failed(_) => "failed",
        }
    }

    /// Its line on standard output; nothing where there is no URL to print.
    pub(super) fn answer(&self, path: &Path, is_json: bool) -> Option<String> {
        if is_json {
            return Some(self.to_json(path).to_string());
        }
        match self {
            Self::Uploaded(image) | Self::AlreadyThere(image) => Some(terminal::plain(&image.url)),
            Self::Skipped | Self::NotSent | Self::Failed(_) => None,
        }
    }

    fn to_json(&self, path: &Path) -> Value {
        let (file, outcome) = (path.to_string_lossy(), self.word());
        match self {
            Self::Uploaded(image) | Self::AlreadyThere(image) => {
                json!({"file": file, "outcome": outcome, "image": image})
            }
            Self::Failed(error) => json!({"file": file, "outcome": outcome, "error": error}),
            Self::Skipped | Self::NotSent => json!({"file": file, "outcome": outcome}),
        }
    }

    /// Its line on standard error; nothing where many may have the same.
    pub(super) fn remark(&self, path: &Path) -> Option<String> {
        let word = self.word().replace('_', " ");
        match self {
            Self::Uploaded(_) | Self::AlreadyThere(_) => {
                Some(format!("{}: {word}", path.display()))
            }
            Self::Failed(error) => Some(format!("{}: {word}: {}", path.display(), chain(error))),
            Self::Skipped | Self::NotSent => None,
        }
    }
}
