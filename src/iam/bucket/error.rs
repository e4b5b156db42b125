//! Why a bucket cannot be looked at, made or changed.

use super::change::BucketChange;
use crate::bucket::{Answer, BucketError, BucketName, Endpoint};

/// Why the bucket is not as it should be, and what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BucketSetupError {
    /// Somebody else has a bucket of this name, and names are for all of the world.
    #[error("the bucket {0} belongs to somebody else: choose another name")]
    NotOurs(BucketName),
    /// It is there and may not be looked at, which Amazon also says of a bucket of others.
    #[error(
        "the bucket {0} exists and may not be looked at: either it belongs to somebody else, then \
         choose another name, or these credentials lack s3:ListBucket on it"
    )]
    Closed(BucketName),
    /// It is in another region than requests go to.
    #[error("the bucket {bucket} is in {region}: set AWS_REGION={region}")]
    Elsewhere {
        /// The bucket.
        bucket: BucketName,
        /// Where it is.
        region: String,
    },
    /// The credentials may not make this call.
    #[error(
        "these credentials lack {action} on {bucket}, or the bucket belongs to somebody else ({said})"
    )]
    Denied {
        /// The action that a policy would have to allow.
        action: &'static str,
        /// The bucket.
        bucket: BucketName,
        /// The service's words.
        said: String,
    },
    /// The service does not want to.
    #[error("{call} on {bucket} was refused ({said})")]
    Refused {
        /// The call.
        call: &'static str,
        /// The bucket.
        bucket: BucketName,
        /// The service's words.
        said: String,
    },
    /// What is there cannot be added to without losing some of it.
    #[error("what {bucket} has instead of {change} is not understood and is left alone")]
    NotUnderstood {
        /// The bucket.
        bucket: BucketName,
        /// What was to be added.
        change: BucketChange,
    },
    /// No answer came.
    #[error("the bucket's service{} cannot be asked", at(.endpoint.as_ref()))]
    NoAnswer {
        /// Who was asked, when it is not Amazon.
        endpoint: Option<Endpoint>,
        /// What happened to the last try.
        source: BucketError,
    },
}

fn at(endpoint: Option<&Endpoint>) -> String {
    let told = |endpoint| format!(" at {endpoint}, from --endpoint-url or AWS_ENDPOINT_URL,");
    endpoint.map(told).unwrap_or_default()
}

/// What the service says, in one line.
pub(super) fn said(answer: &Answer) -> String {
    let words = [answer.code.as_deref(), answer.message.as_deref()];
    let words: Vec<_> = words.into_iter().flatten().collect();
    if words.is_empty() { format!("status {}", answer.status) } else { words.join(": ") }
}
