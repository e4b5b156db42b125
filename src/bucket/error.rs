//! What can go wrong with a bucket, sorted by what the caller can do about it.

use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::endpoint::InvalidEndpoint;
use super::key::InvalidKey;
use super::provider::EndpointNeeded;
use super::settings::HalfCredential;
use super::wire::Refusal;
use crate::metrics::Outcome;

/// What an error came from, for the operator. It names keys and hosts: never show it to a client.
pub type Cause = Box<dyn Error + Send + Sync>;

/// Why an object could not be put, read, deleted or listed.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    /// There is no such object.
    #[error("the bucket has no such object")]
    Missing {
        /// The service's words.
        source: Cause,
    },
    /// The credentials do not allow it. Amazon also says so of an object that is missing, to
    /// those who may not list the bucket: for a key that should exist this means "missing or
    /// denied".
    #[error("the bucket denies access")]
    Denied {
        /// The service's words.
        source: Cause,
    },
    /// It will be refused each time until an operator changes something: no such bucket, another
    /// region, a request that the service does not understand.
    #[error("the bucket refuses the request")]
    Refused {
        /// The service's words.
        source: Cause,
    },
    /// It may work later: the service is down or overloaded, the connection broke, the disk
    /// failed. A put may have taken effect all the same.
    #[error("the bucket is unavailable")]
    Unavailable {
        /// What happened to the last try.
        source: Cause,
    },
    /// No answer came in time. A put may have taken effect all the same, or still may.
    #[error("the bucket did not answer in time")]
    DeadlineExceeded {
        /// How long it was waited for.
        source: Cause,
    },
}

impl From<InvalidKey> for BucketError {
    /// A row that names no key of ours will name none the next time either.
    fn from(error: InvalidKey) -> Self {
        Self::Refused { source: Box::new(error) }
    }
}

/// Why there is no bucket to work with.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The environment holds half an access key.
    #[error(transparent)]
    HalfCredential(#[from] HalfCredential),
    /// No source of credentials has any.
    #[error(
        "there are no AWS credentials: tried the environment, the profile (keys, SSO, \
         credential_process), the web identity, the container and the instance role. Set \
         AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
    )]
    NoCredentials {
        /// What each source said.
        source: Cause,
    },
    /// A source of credentials is configured, but it failed.
    #[error("the AWS credentials could not be loaded")]
    Credentials {
        /// What the source said.
        source: Cause,
    },
    /// Amazon has to be told the region, and nothing names one.
    #[error("there is no AWS region: set AWS_REGION, or region in the profile")]
    NoRegion,
    /// The profile's `endpoint_url` is no endpoint.
    #[error("endpoint_url of the AWS profile cannot be used")]
    Endpoint(#[from] InvalidEndpoint),
    /// The provider is reached at an endpoint of one's own, and nothing names it.
    #[error(transparent)]
    NoEndpoint(#[from] EndpointNeeded),
    /// An endpoint that is an IP address was to be used with the bucket in the host name.
    #[error("virtual-host style needs an endpoint with a host name, not an IP address")]
    NoHostName,
    /// The directory cannot be made or used.
    #[error("the bucket directory {} cannot be used", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
    /// The client could not be built from these settings.
    #[error("the bucket's client cannot be set up")]
    Client {
        /// What is wrong with the settings.
        source: Cause,
    },
}

/// No answer came within the time set for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no answer within {limit:?}")]
pub struct TookTooLong {
    /// The time that was set.
    pub limit: Duration,
}

impl BucketError {
    /// Whether a GET failed in the way that says, to those who may not list the bucket, that the
    /// object is missing or that they may not read it: Amazon does not tell them which.
    #[must_use]
    pub const fn is_missing_or_denied(&self) -> bool {
        matches!(self, Self::Missing { .. } | Self::Denied { .. })
    }

    /// As what it is counted. `last` is the service's last answer, if that was a refusal.
    pub(super) fn outcome(&self, last: Option<&Refusal>) -> Outcome {
        match self {
            Self::Missing { .. } => Outcome::Missing,
            Self::Denied { .. } => Outcome::Denied,
            Self::Refused { .. } => Outcome::Refused,
            Self::Unavailable { .. } if last.is_some_and(Refusal::is_throttling) => {
                Outcome::Throttled
            }
            Self::Unavailable { .. } => Outcome::Unavailable,
            Self::DeadlineExceeded { .. } => Outcome::Timeout,
        }
    }

    pub(super) fn too_slow(limit: Duration) -> Self {
        Self::DeadlineExceeded { source: Box::new(TookTooLong { limit }) }
    }

    /// Decides by the service's last answer where there was one, else by what kept it from
    /// answering. `object_store` alone would not do: its typed variants leave out listing, and a
    /// missing bucket looks like a missing object.
    pub(super) fn judge(error: object_store::Error, last: Option<&Refusal>) -> Self {
        match last {
            Some(refusal) => Self::from_answer(refusal, error.into()),
            None => Self::from_silence(error),
        }
    }

    fn from_answer(refusal: &Refusal, source: Cause) -> Self {
        match (refusal.status, refusal.code.as_deref()) {
            // Amazon answers 400 for a temporary key that has run out, for a body that came too
            // slowly and for one that arrived damaged.
            (_, Some("ExpiredToken")) => Self::Denied { source },
            (_, Some("RequestTimeout" | "BadDigest" | "IncompleteBody")) => {
                Self::Unavailable { source }
            }
            // A 404 of another kind comes from a missing bucket, or from something that is no S3
            // service; to a delete it must not look like success.
            (404, Some("NoSuchKey")) => Self::Missing { source },
            (401 | 403, _) => Self::Denied { source },
            (408 | 409 | 429 | 500.., _) => Self::Unavailable { source },
            (_, _) => Self::Refused { source },
        }
    }

    fn from_silence(error: object_store::Error) -> Self {
        let missing = matches!(error, object_store::Error::NotFound { .. });
        let refused = matches!(error, object_store::Error::InvalidPath { .. });
        let slow = causes(&error).any(|cause| cause.is::<TookTooLong>());
        let source = error.into();
        match (missing, refused, slow) {
            (true, _, _) => Self::Missing { source },
            (_, true, _) => Self::Refused { source },
            (_, _, true) => Self::DeadlineExceeded { source },
            (false, false, false) => Self::Unavailable { source },
        }
    }

    pub(super) fn from_disk(source: io::Error) -> Self {
        Self::Unavailable { source: source.into() }
    }
}

/// An error and all that it came from, outermost first.
pub(super) fn causes<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}
