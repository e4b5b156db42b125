//! Why there is no variant. One making can be waited for by many, so an error can be cloned.

use std::error::Error;
use std::sync::Arc;

use super::spec::InvalidSpec;
use crate::catalog::CatalogError;
use crate::image::Format;
use crate::memory::Overloaded;
use crate::read::ReadError;
use crate::variant::RenderError;

/// Why there is no variant.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VariantError {
    /// No variant can be like that.
    #[error(transparent)]
    Spec(#[from] InvalidSpec),
    /// Variants are not made of originals in this format, because no memory-safe decoder of it is kept
    /// well enough; the original is all there is.
    #[error("no variants are made of {}", .0.name())]
    NoDecoder(Format),
    /// The original begins as an image, and its pixels cannot be decoded.
    #[error("the pixels of the original cannot be decoded")]
    Undecodable(#[source] Arc<dyn Error + Send + Sync>),
    /// The making would need more memory than the budget can ever give.
    #[error(
        "making this variant takes {needed} bytes of memory, and --memory-budget allows {most}"
    )]
    TooLarge {
        /// Bytes, for the original and everything that is made of it on the way.
        needed: u64,
        /// Bytes, at the most.
        most: u64,
    },
    /// The original is a rare kind of its format, which takes more memory than is reckoned with,
    /// whatever the budget.
    #[error("decoding the original takes more memory than a {} of its size should", .0.name())]
    Unusual(Format),
    /// The image has as many variants as it may have.
    #[error("the image has {limit} variants, and may not have more")]
    TooMany {
        /// How many it may have.
        limit: u32,
    },
    /// As many variants wait to be made as may wait, or no turn came in time. Another try may help.
    #[error("too many variants wait to be made")]
    QueueFull,
    /// No memory came free in time. Another try may help.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// The making took longer than it may.
    #[error("making the variant took too long")]
    TimedOut,
    /// The original could not be read. Where the bucket was unavailable, another try may help.
    #[error("the original could not be read")]
    Read(#[source] Arc<ReadError>),
    /// The catalog did not answer as it should. Where it was unavailable, another try may help.
    #[error("the catalog failed")]
    Catalog(#[from] CatalogError),
    /// A fault of the encoder, or the process is going down.
    #[error("the variant could not be made")]
    Failed(#[source] Arc<dyn Error + Send + Sync>),
}

impl From<ReadError> for VariantError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Overloaded(error) => Self::Overloaded(error),
            ReadError::Missing(_)
            | ReadError::Altered { .. }
            | ReadError::Bucket(_)
            | ReadError::Catalog(_) => Self::Read(Arc::new(error)),
        }
    }
}

impl From<RenderError> for VariantError {
    fn from(error: RenderError) -> Self {
        match error {
            RenderError::Undecodable { .. } => Self::Undecodable(Arc::new(error)),
            RenderError::TimedOut(_) => Self::TimedOut,
            RenderError::Unusual(format) => Self::Unusual(format),
            RenderError::Unsupported(format) => Self::NoDecoder(format),
            RenderError::NoEncoder(_) | RenderError::Unencodable { .. } => {
                Self::Failed(Arc::new(error))
            }
        }
    }
}

/// The task that made the variant ended without a result: a panic, or the runtime went down.
#[derive(Debug, thiserror::Error)]
#[error("the work ended without a result")]
pub(super) struct Vanished;

impl From<Vanished> for VariantError {
    fn from(vanished: Vanished) -> Self {
        Self::Failed(Arc::new(vanished))
    }
}
