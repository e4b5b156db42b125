//! What the catalog keeps of a variant, and what comes of reserving one.

use jiff::Timestamp;

use super::record::{Sha256, State};
use crate::image::{Format, ImageId, VariantName};

/// How many variants an image may have for strangers to ask for another one. Those that are to go do
/// not count, but there may be no more than so many of them either.
pub const VARIANTS_PER_IMAGE: u32 = 100;

/// How many variants an image may have in all. What lies between is for the operator's own: those with
/// names and those that a program makes.
pub const VARIANTS_IN_ALL: u32 = 200;

/// What is known of one variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// The image that it is a rendition of.
    pub image: ImageId,
    /// What readers ask for.
    pub name: VariantName,
    /// Where it is in the bucket: another place each time that it is made, see
    /// [`Bucket::variant_key`](crate::bucket::Bucket::variant_key).
    pub key: String,
    /// What its bytes are.
    pub format: Format,
    /// Length of the bytes.
    pub size: u64,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The digest of the bytes.
    pub sha256: Sha256,
    /// When it was made. The catalog keeps microseconds and drops what is finer.
    pub created_at: Timestamp,
}

/// What came of the reservation of a variant. Only `New` left a row behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariantReserved {
    /// The row is there as pending: go on and PUT the object.
    New,
    /// There is a variant of this name, ready or being made by another.
    Exists,
    /// The image is not ready: there is none, or it is being deleted.
    NoImage,
    /// The image has as many variants as it may have.
    TooMany,
    /// As many variants of the image as there may be wait for their deletion, as when the bucket fails
    /// each PUT: further ones are not kept until the reconciler has been there.
    TooManyGoing,
}

/// A variant's row in any state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantRow {
    /// What the row says of the variant.
    pub variant: Variant,
    /// Where in its life the variant is, whatever the state of its image.
    pub state: State,
    /// As [`Doomed::settled_at`](super::Doomed::settled_at).
    pub settled_at: Timestamp,
    /// The time from which the reconciler may take the row; means nothing when it is ready.
    pub due_at: Timestamp,
}
