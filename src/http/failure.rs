//! Every module's failures as the client reads them: one screen, no catch-all.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinError;

use super::body::ReceiveError;
use super::problem::{Code, Problem};
use crate::bucket::BucketError;
use crate::catalog::CatalogError;
use crate::derive::VariantError;
use crate::description::InvalidDescription;
use crate::image::Format;
use crate::inspect::InspectError;
use crate::memory::Overloaded;
use crate::multipart::{ContentTypeError, MultipartError};
use crate::read::ReadError;
use crate::upload::{Undecodable, UploadError};

/// When a client that was turned away for a passing reason is asked to come back.
const SOON: Duration = Duration::from_secs(2);

/// When an upload that was cut off by a crash may have been swept.
const AFTER_A_SWEEP: Duration = Duration::from_secs(30);

impl From<CatalogError> for Problem {
    fn from(error: CatalogError) -> Self {
        match error {
            CatalogError::Unavailable(_) => {
                let detail = "the catalog does not answer; nothing is lost, try again";
                Self::new(Code::CatalogUnavailable, detail).retry_after(SOON).caused_by(error)
            }
            CatalogError::Unstorable(unstorable) => {
                Self::new(Code::InvalidRequest, unstorable.to_string())
            }
            CatalogError::Corrupt(_) | CatalogError::Refused(_) => {
                Self::new(Code::Internal, "the catalog cannot be used as it is").caused_by(error)
            }
        }
    }
}

impl From<BucketError> for Problem {
    fn from(error: BucketError) -> Self {
        Self::new(Code::BucketUnavailable, "the bucket does not answer as it should; try again")
            .retry_after(SOON)
            .caused_by(error)
    }
}

impl From<Overloaded> for Problem {
    fn from(error: Overloaded) -> Self {
        Self::new(Code::Overloaded, "no memory came free in time; try again")
            .retry_after(SOON)
            .caused_by(error)
    }
}

impl From<InvalidDescription> for Problem {
    fn from(error: InvalidDescription) -> Self {
        Self::new(Code::InvalidRequest, error.to_string())
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        of_a_read(Arc::new(error))
    }
}

fn of_a_read(error: Arc<ReadError>) -> Problem {
    let (code, detail) = match &*error {
        ReadError::Missing(_) => (Code::ObjectMissing, "the image is recorded, but cannot be read"),
        ReadError::Altered { .. } => {
            (Code::ObjectMissing, "the stored image is not what was recorded")
        }
        ReadError::Bucket(_) => {
            let detail = "the bucket does not answer as it should; try again";
            return Problem::new(Code::BucketUnavailable, detail)
                .retry_after(SOON)
                .caused_by(error);
        }
        ReadError::Catalog(error) => return error.clone().into(),
        ReadError::Overloaded(error) => return (*error).into(),
    };
    Problem::new(code, detail).caused_by(error)
}

impl From<VariantError> for Problem {
    fn from(error: VariantError) -> Self {
        let code = match &error {
            VariantError::Spec(_) => Code::InvalidVariant,
            VariantError::NoDecoder(_) => Code::UnsupportedType,
            VariantError::Undecodable(_) => Code::CorruptImage,
            VariantError::TooLarge { .. } | VariantError::Unusual(_) => Code::LimitPixels,
            VariantError::TooMany { .. } => Code::LimitVariants,
            VariantError::QueueFull | VariantError::TimedOut => {
                let detail = format!("{error}; try again");
                return Self::new(Code::Overloaded, detail).retry_after(SOON).caused_by(error);
            }
            VariantError::Overloaded(error) => return (*error).into(),
            VariantError::Read(error) => return of_a_read(Arc::clone(error)),
            VariantError::Catalog(error) => return error.clone().into(),
            VariantError::Failed(_) => Code::Internal,
        };
        Self::new(code, error.to_string()).caused_by(error)
    }
}

impl From<ReceiveError> for Problem {
    fn from(error: ReceiveError) -> Self {
        match error {
            ReceiveError::Slow { .. } => Self::new(Code::SlowUpload, error.to_string()),
            ReceiveError::Aborted(_) => {
                Self::new(Code::MalformedMultipart, "the body broke off before its end")
            }
        }
    }
}

impl From<InspectError> for Problem {
    fn from(error: InspectError) -> Self {
        let code = match error {
            InspectError::UnsupportedType { .. } => Code::UnsupportedType,
            InspectError::Corrupt { .. } => Code::CorruptImage,
            InspectError::LimitPixels { .. } | InspectError::LimitSide { .. } => Code::LimitPixels,
            InspectError::LimitFrames { .. } | InspectError::LimitAnimation { .. } => {
                Code::LimitFrames
            }
        };
        let problem = Self::new(code, error.to_string());
        if let InspectError::UnsupportedType { accepted, .. } = error {
            let accepted: Vec<_> = accepted.formats().map(Format::content_type).collect();
            return problem.with("accepted", accepted);
        }
        problem
    }
}

impl From<Undecodable> for Problem {
    fn from(error: Undecodable) -> Self {
        let code = match error {
            Undecodable::Broken { .. } | Undecodable::TooLong { .. } => Code::CorruptImage,
            Undecodable::TooLarge { .. } | Undecodable::Unusual(_) => Code::LimitPixels,
        };
        Self::new(code, error.to_string()).caused_by(error)
    }
}

impl From<UploadError> for Problem {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::Refused(error) => error.into(),
            UploadError::Undecodable(error) => error.into(),
            UploadError::Overloaded(error) => error.into(),
            UploadError::Catalog(error) => error.into(),
            UploadError::Bucket(error) => error.into(),
            UploadError::StillRunning => {
                Self::new(Code::IdempotencyConflict, error.to_string()).retry_after(AFTER_A_SWEEP)
            }
            UploadError::OtherContent => Self::new(Code::IdempotencyMismatch, error.to_string()),
            UploadError::Swept => {
                let detail = "the upload took too long and was taken back; try again";
                Self::new(Code::BucketUnavailable, detail).retry_after(SOON).caused_by(error)
            }
        }
    }
}

impl From<MultipartError> for Problem {
    fn from(error: MultipartError) -> Self {
        let (code, limit) = match error {
            MultipartError::FileSize { limit } => (Code::LimitFileSize, Some(limit)),
            MultipartError::FileCount { limit } => (Code::LimitFileCount, Some(limit)),
            MultipartError::PartCount { limit } => (Code::LimitPartCount, Some(limit)),
            MultipartError::FieldCount { limit } => (Code::LimitFieldCount, Some(limit)),
            MultipartError::FieldKey { limit } => (Code::LimitFieldKey, Some(limit)),
            MultipartError::FieldValue { limit } | MultipartError::FieldsTotal { limit } => {
                (Code::LimitFieldValue, Some(limit))
            }
            MultipartError::MissingFieldName => (Code::MissingFieldName, None),
            MultipartError::Malformed(_) => (Code::MalformedMultipart, None),
        };
        let problem = Self::new(code, error.to_string());
        match limit {
            Some(limit) => problem.with("limit", limit),
            None => problem,
        }
    }
}

impl From<ContentTypeError> for Problem {
    fn from(error: ContentTypeError) -> Self {
        let code = match error {
            ContentTypeError::NotMultipart => Code::NotMultipart,
            ContentTypeError::Syntax
            | ContentTypeError::MissingBoundary
            | ContentTypeError::DuplicateBoundary
            | ContentTypeError::EmptyBoundary
            | ContentTypeError::BoundaryTooLong
            | ContentTypeError::IllegalBoundary => Code::MalformedMultipart,
        };
        Self::new(code, error.to_string())
    }
}

impl From<JoinError> for Problem {
    fn from(error: JoinError) -> Self {
        Self::new(Code::Internal, "something went wrong on our side; the request id finds it")
            .caused_by(error)
    }
}
