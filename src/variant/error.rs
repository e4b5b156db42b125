//! Why no variant could be made.

use std::error::Error;

use super::TimedOut;
use super::geometry::Size;
use crate::image::Format;

/// Why a picture was not decoded, or a variant not made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RenderError {
    /// The container is sound as far as the inspection looks, and the pixels in it are not.
    #[error("the pixels of the {} cannot be decoded", format.name())]
    Undecodable {
        /// What the original is.
        format: Format,
        /// What the decoder says.
        #[source]
        cause: Box<dyn Error + Send + Sync>,
    },
    /// It would have taken longer than it may.
    #[error(transparent)]
    TimedOut(#[from] TimedOut),
    /// It is a rare kind of its format that takes more memory than its size lets expect.
    #[error("decoding the {} takes more memory than its size lets expect", .0.name())]
    Unusual(Format),
    /// There is no decoder for originals of this format.
    #[error("there is no decoder for {}", .0.name())]
    Unsupported(Format),
    /// This program was built without an encoder for this format.
    #[error("there is no encoder for {}", .0.name())]
    NoEncoder(Format),
    /// The encoder failed on pixels that were decoded.
    #[error("the {} cannot be encoded", format.name())]
    Unencodable {
        /// What was to be made.
        format: Format,
        /// What the encoder says.
        #[source]
        cause: Box<dyn Error + Send + Sync>,
    },
}

/// What is wrong beside that which a decoder itself tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    /// The decoder found another size than the record has.
    #[error("it is {} x {} pixels, and not {} x {}", found.0, found.1, stated.0, stated.1)]
    Size {
        /// Width and height by the decoder.
        found: (u32, u32),
        /// Width and height by the record, before a turn.
        stated: (u32, u32),
    },
    /// There is no picture.
    #[error("it holds no picture")]
    Empty,
    /// There is less data than pixels.
    #[error("the picture ends early")]
    Short,
    /// The decoder has colours that are not known here.
    #[error("its colours are not known")]
    Colours,
    /// The code of a decoder or an encoder panicked.
    #[error("its code gave up")]
    Panic,
}

impl Fault {
    /// The decoder found another size than was stated.
    pub(super) const fn size(found: Size, stated: Size) -> Self {
        Self::Size { found: (found.width, found.height), stated: (stated.width, stated.height) }
    }
}

/// Names the format of what could not be decoded.
pub(super) fn undecodable(
    format: Format,
    cause: impl Into<Box<dyn Error + Send + Sync>>,
) -> RenderError {
    RenderError::Undecodable { format, cause: cause.into() }
}

/// Names the format that could not be encoded.
pub(super) fn unencodable(
    format: Format,
    cause: impl Into<Box<dyn Error + Send + Sync>>,
) -> RenderError {
    RenderError::Unencodable { format, cause: cause.into() }
}
