//! What a policy may allow beyond what the service needs.

use std::str::FromStr;

use super::kms::{InvalidKeyArn, KeyArn};

/// One more thing to allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Extra {
    /// Listing the bucket, for `tintype check`.
    List,
    /// Giving up uploads in parts and listing their parts, for other programs.
    Multipart,
    /// Using this key, with which the bucket encrypts.
    Kms(KeyArn),
}

/// The text names nothing that can be allowed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidExtra {
    /// None of the three.
    #[error("it is list, multipart or kms=ARN")]
    Unknown,
    /// `kms` with something else than a key.
    #[error(transparent)]
    Key(#[from] InvalidKeyArn),
}

impl FromStr for Extra {
    type Err = InvalidExtra;

    fn from_str(text: &str) -> Result<Self, InvalidExtra> {
        match text.split_once('=') {
            None if text == "list" => Ok(Self::List),
            None if text == "multipart" => Ok(Self::Multipart),
            None if text == "kms" => Ok(Self::Kms("".parse()?)),
            Some(("kms", key)) => Ok(Self::Kms(key.parse()?)),
            Some(_) | None => Err(InvalidExtra::Unknown),
        }
    }
}
