//! Why a command was not begun, or stopped half way.

use std::io;

use crate::bucket::{BucketError, ConnectError};
use crate::env_file::EnvFileError;
use crate::iam::account::{AccessKeyId, IamError};
use crate::iam::bucket::BucketSetupError;
use crate::iam::plan::Refusal;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Obstacle {
    /// How things are cannot be seen.
    #[error(transparent)]
    Unseen(#[from] IamError),
    /// It must not be done.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Why a change was not made, as far as is known.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApplyError {
    /// IAM did not do it.
    #[error(transparent)]
    Iam(#[from] IamError),
    /// The bucket is not as it should be.
    #[error(transparent)]
    Bucket(#[from] BucketSetupError),
    /// The file of settings was not written.
    #[error(transparent)]
    File(#[from] EnvFileError),
    /// The lines were not printed.
    #[error("the lines cannot be printed")]
    Unprinted(#[from] io::Error),
    /// The new key does not work.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// There is no new key to use, since the plan makes none before.
    #[error("there is no new key")]
    NoKey,
    /// The key that was made could not be deleted again.
    #[error(
        "the new key {key} was written down nowhere and could not be deleted: the next run deletes \
         it, or `aws iam delete-access-key`"
    )]
    KeyLeft {
        /// The key.
        key: AccessKeyId,
        /// Why it was to be deleted.
        source: Box<Self>,
    },
    /// Another run works on the same user.
    #[error(
        "the key {old} stays as it is: its successor {new} is not active, or the user's tag is not \
         what this run wrote, so another `tintype iam` works on this user: wait for it"
    )]
    Overtaken {
        /// The key that is in use from now on.
        new: AccessKeyId,
        /// The key that was to go.
        old: AccessKeyId,
    },
    /// The key that was made was deleted again.
    #[error("the new key was deleted again, and nothing else has changed")]
    TakenBack(#[source] Box<Self>),
}

/// Why a new key is not good enough to be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProofError {
    /// There is no client for it.
    #[error("the bucket cannot be reached with the new key")]
    Unreachable(#[from] ConnectError),
    /// It may not do what the service does.
    #[error("the new key cannot {verb} {object}; it was tried for up to {seconds} s")]
    Refused {
        /// What was tried.
        verb: &'static str,
        /// On what.
        object: String,
        /// For how long.
        seconds: u64,
        /// The service's words.
        source: BucketError,
    },
    /// What was put is not what came back.
    #[error("{object} came back otherwise than it was put")]
    Changed {
        /// The object.
        object: String,
    },
}

impl ApplyError {
    /// Whether a look at how things are now, and another try, may help.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Iam(error) => error.may_pass(),
            Self::TakenBack(error) | Self::KeyLeft { source: error, .. } => error.may_pass(),
            Self::Bucket(_)
            | Self::File(_)
            | Self::Unprinted(_)
            | Self::Proof(_)
            | Self::Overtaken { .. }
            | Self::NoKey => false,
        }
    }
}
