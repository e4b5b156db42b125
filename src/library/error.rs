//! How the library fails: each variant is something that a caller can decide.

use std::fmt;

use crate::app;
use crate::bucket::{self, BucketError};
use crate::catalog::{self, CatalogError};
use crate::causes::chain;
use crate::derive::{InvalidLadder, InvalidNamedVariant};
use crate::description::InvalidDescription;
use crate::http::InvalidPublicUrl;
use crate::inspect::InspectError;
use crate::memory::Overloaded;
use crate::reconcile::InvalidSweepRule;
use crate::upload::{self as uploading, Undecodable};

/// Why an upload made no image.
///
/// Those that come first are the sender's to mend; their texts may be shown to it. Of the others
/// [`UploadError::is_temporary`] says which may pass.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UploadError {
    /// The bytes are not an image that is taken.
    #[error(transparent)]
    Refused(InspectError),
    /// The pixels are not taken; [`Builder::proof`](super::Builder::proof) says that they are looked
    /// at.
    #[error(transparent)]
    Undecodable(Undecodable),
    /// There are too many bytes.
    #[error("the image has {size} bytes; {limit} are allowed")]
    TooLarge {
        /// How many came.
        size: u64,
        /// The most, [`Builder::max_image_size`](super::Builder::max_image_size).
        limit: u64,
    },
    /// What is said of the image cannot be kept.
    #[error(transparent)]
    Description(#[from] InvalidDescription),
    /// The idempotency key is empty or too long.
    #[error("an idempotency key has 1 to {limit} bytes")]
    InvalidKey {
        /// The most bytes.
        limit: usize,
    },
    /// The idempotency key belongs to other content: use another.
    #[error("this idempotency key belongs to other content")]
    OtherContent,
    /// An upload with the same idempotency key is at work, or was cut off and is not swept yet.
    #[error("an upload with this idempotency key is under way")]
    StillRunning,
    /// No memory came free within the queue time-out.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// The upload took so long that the reconciler took it for abandoned.
    #[error("the upload was taken for abandoned")]
    Abandoned,
    /// The catalog did not do its part.
    #[error("the catalog failed")]
    Catalog(#[source] CatalogError),
    /// The bucket did not do its part. What may have arrived is removed later.
    #[error("the bucket failed")]
    Bucket(#[source] BucketError),
}

impl UploadError {
    /// Whether the same upload may succeed later. With an idempotency key another try is safe.
    #[must_use]
    pub const fn is_temporary(&self) -> bool {
        match self {
            Self::StillRunning | Self::Overloaded(_) | Self::Abandoned => true,
            Self::Catalog(error) => error.is_unavailable(),
            Self::Bucket(error) => matches!(
                error,
                BucketError::Unavailable { .. } | BucketError::DeadlineExceeded { .. }
            ),
            Self::Refused(_)
            | Self::Undecodable(_)
            | Self::TooLarge { .. }
            | Self::Description(_)
            | Self::InvalidKey { .. }
            | Self::OtherContent => false,
        }
    }
}

impl From<CatalogError> for UploadError {
    fn from(error: CatalogError) -> Self {
        match error {
            CatalogError::Unstorable(unstorable) => Self::Description(unstorable.into()),
            CatalogError::Unavailable(_) | CatalogError::Corrupt(_) | CatalogError::Refused(_) => {
                Self::Catalog(error)
            }
        }
    }
}

impl From<uploading::UploadError> for UploadError {
    fn from(error: uploading::UploadError) -> Self {
        match error {
            uploading::UploadError::Refused(error) => Self::Refused(error),
            uploading::UploadError::Undecodable(error) => Self::Undecodable(error),
            uploading::UploadError::Overloaded(error) => Self::Overloaded(error),
            uploading::UploadError::Catalog(error) => error.into(),
            uploading::UploadError::Bucket(error) => Self::Bucket(error),
            uploading::UploadError::StillRunning => Self::StillRunning,
            uploading::UploadError::OtherContent => Self::OtherContent,
            uploading::UploadError::Swept => Self::Abandoned,
        }
    }
}

/// Why what is said of an image did not change.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// What is to be said of it cannot be kept.
    #[error(transparent)]
    Description(#[from] InvalidDescription),
    /// The catalog did not do its part; [`CatalogError::Unavailable`] may pass.
    #[error("the catalog failed")]
    Catalog(#[source] CatalogError),
}

impl ChangeError {
    pub(super) fn of(error: CatalogError) -> Self {
        match error {
            CatalogError::Unstorable(unstorable) => Self::Description(unstorable.into()),
            CatalogError::Unavailable(_) | CatalogError::Corrupt(_) | CatalogError::Refused(_) => {
                Self::Catalog(error)
            }
        }
    }
}

/// Why there is no [`Tintype`](super::Tintype) to work with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// What the builder was told cannot be used. Nothing was opened.
    #[error(transparent)]
    Settings(#[from] InvalidSettings),
    /// Bucket or catalog cannot be opened.
    #[error(transparent)]
    Parts(#[from] app::StartError),
}

/// All that the builder was told and that cannot be used.
#[derive(Debug)]
pub struct InvalidSettings {
    /// Each fault, at least one.
    pub faults: Vec<Fault>,
}

impl fmt::Display for InvalidSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, noun) = (self.faults.len(), if self.faults.len() == 1 { "" } else { "s" });
        write!(f, "{number} setting{noun} cannot be used:")?;
        self.faults.iter().try_for_each(|fault| write!(f, "\n  {}", chain(fault)))
    }
}

impl std::error::Error for InvalidSettings {}

/// One thing that the builder was told, or was not told, and why it cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Nothing says where the bytes live.
    #[error("bucket: say where the bytes live, by `bucket` or `data_dir`")]
    NoBucket,
    /// Nothing says where the records live.
    #[error("catalog: say where the records live, by `catalog` or `data_dir`")]
    NoCatalog,
    /// The text names no bucket.
    #[error("bucket")]
    Bucket(#[source] bucket::InvalidLocation),
    /// The text names no catalog.
    #[error("catalog")]
    Catalog(#[source] catalog::InvalidLocation),
    /// The text is no address that answers may begin with.
    #[error("public_url")]
    PublicUrl(#[source] InvalidPublicUrl),
    /// The sweep margin is too short for the PUT deadline.
    #[error("sweep_margin")]
    SweepMargin(#[source] InvalidSweepRule),
    /// The widths and heights are no ladder.
    #[error("variant_widths")]
    VariantWidths(#[source] InvalidLadder),
    /// The named variants cannot be told apart, or are too many.
    #[error("variant")]
    Variant(#[source] InvalidNamedVariant),
    /// A number or a duration is zero.
    #[error("{setting}: zero is not possible here")]
    Zero {
        /// The name of the builder's method.
        setting: &'static str,
    },
    /// A number is above its bound.
    #[error("{setting}: {most} are possible at the most")]
    TooMany {
        /// The name of the builder's method.
        setting: &'static str,
        /// The most.
        most: usize,
    },
    /// A time-out is longer than [`LONGEST_TIME`](crate::reconcile::LONGEST_TIME).
    #[error("{setting}: a time-out is at most {longest:?}", longest = crate::reconcile::LONGEST_TIME)]
    TooLong {
        /// The name of the builder's method.
        setting: &'static str,
    },
    /// The largest image would never find room.
    #[error(
        "memory_budget: an image of {image} bytes never fits: of {budget} bytes, an upload may use \
         {largest}, since connections, reads and variants have their shares, and proofs by decoding a \
         quarter; raise `memory_budget`, or lower `max_image_size` or `connections`"
    )]
    NeverFits {
        /// The largest image, in bytes.
        image: u64,
        /// The budget, in bytes.
        budget: u64,
        /// What one upload may use of it, in bytes.
        largest: u64,
    },
}
