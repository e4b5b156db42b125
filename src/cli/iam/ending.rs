//! The last words of a command: what came of it, and what to do now.

use crate::iam::AccessKeyId;

/// Which command ends, and what its last words depend on.
#[derive(Clone, Debug)]
pub(super) enum Ending {
    /// `setup`, which wrote into this file.
    SetUp {
        /// The file.
        file: String,
        /// Whether the bucket is there, as far as is known.
        has_bucket: bool,
    },
    /// `setup --print`.
    Printed {
        /// Whether the bucket is there, as far as is known.
        has_bucket: bool,
    },
    /// `rotate`, which wrote into this file.
    Rotated {
        /// The file.
        file: String,
    },
    /// `teardown`.
    TornDown,
}

impl Ending {
    /// Whether standard output is for the lines of `.env` alone.
    pub(super) fn is_silent(&self) -> bool {
        matches!(self, Self::Printed { .. })
    }

    /// The file that a key of the service is written into.
    pub(super) fn file(&self) -> Option<&str> {
        match self {
            Self::SetUp { file, .. } | Self::Rotated { file } => Some(file),
            Self::Printed { .. } | Self::TornDown => None,
        }
    }

    /// What is said when nothing was to be done, after these notes. With one, not everything is as
    /// `setup` alone would make it.
    pub(super) fn nothing(&self, notes: &[String]) -> String {
        match self {
            Self::SetUp { file, has_bucket: true } if !notes.is_empty() => {
                format!("nothing to do: policy, user, key and {file} are there, but see the notes")
            }
            Self::SetUp { file, has_bucket: true } => {
                format!("nothing to do: policy, user, key and {file} are as they should be")
            }
            Self::SetUp { has_bucket: false, .. } => {
                "nothing to do but for the bucket: make it, or run again with --create-bucket"
                    .to_owned()
            }
            Self::TornDown => "nothing to do: there is nothing of tintype's".to_owned(),
            Self::Printed { .. } | Self::Rotated { .. } => "nothing to do".to_owned(),
        }
    }

    /// What is said when all was done. The key is the one that is in the file now.
    pub(super) fn done(&self, key: Option<&AccessKeyId>) -> String {
        match self {
            Self::SetUp { has_bucket: true, .. } => {
                "all is there: `tintype doctor` proves it, `tintype serve` uses it".to_owned()
            }
            Self::SetUp { has_bucket: false, .. } => {
                "all is there but the bucket: make it, or run again with --create-bucket".to_owned()
            }
            Self::Printed { has_bucket } => {
                let bucket = if *has_bucket { "" } else { ", and make the bucket" };
                format!(
                    "put these lines into the service's .env{bucket}: then `tintype doctor` proves \
                     them, and `tintype serve` uses them"
                )
            }
            Self::Rotated { file } => {
                let key = key.map(|key| format!(" {key}")).unwrap_or_default();
                format!("the new key{key} is in {file}: restart the service")
            }
            Self::TornDown => {
                "user, policy and keys are gone; the bucket and its photos are as they were"
                    .to_owned()
            }
        }
    }
}
