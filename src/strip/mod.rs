//! Takes out of an image what tells of its owner and its camera and leaves what a viewer needs to
//! show it. Pure: sound bytes in, edits out.
//!
//! No pixel is touched: coded picture data is kept byte for byte, only the parts of the container
//! around it go. What stays is a closed list for each format (colour profile, colour and size
//! chunks, animation, the markers that decoding needs), so that a kind of metadata that nobody has
//! heard of yet goes too. Of Exif the orientation stays, as the only tag.

mod avif;
mod edits;
mod exif;
mod gif;
mod jpeg;
mod png;
mod stripped;
mod webp;

pub(crate) use edits::Edits;
pub use stripped::{Kind, Stripped};

use crate::image::Format;
use crate::inspect::InspectError;

/// What becomes of the metadata of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metadata {
    /// It is taken out before the image is stored.
    Strip(Rights),
    /// The file is stored as it came.
    Keep,
}

impl Default for Metadata {
    fn default() -> Self {
        Self::Strip(Rights::default())
    }
}

/// What of the metadata may stay beside the orientation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rights {
    /// Nothing.
    #[default]
    Removed,
    /// The Exif tags `Copyright` and `Artist` of JPEG, PNG and WebP. In AVIF and HEIC nothing moves, so
    /// that all Exif goes.
    Kept,
}

/// The file without its metadata, and what was taken out.
///
/// # Errors
///
/// [`InspectError::Corrupt`] when `bytes` are no sound image of this format.
pub fn strip(
    bytes: &[u8],
    format: Format,
    metadata: Metadata,
) -> Result<(Vec<u8>, Stripped), InspectError> {
    let edits = edits(bytes, format, metadata)?;
    Ok((edits.copied(bytes), edits.stripped()))
}

/// What is to be done to `bytes`, which [`inspect`](crate::inspect::inspect) has found to be a sound
/// image of this format.
///
/// # Errors
///
/// [`InspectError::Corrupt`] when they are not.
pub(crate) fn edits(
    bytes: &[u8],
    format: Format,
    metadata: Metadata,
) -> Result<Edits, InspectError> {
    let Metadata::Strip(rights) = metadata else { return Ok(Edits::none(bytes.len())) };
    let edits = match format {
        Format::Jpeg => jpeg::strip(bytes, rights),
        Format::Png => png::strip(bytes, rights),
        Format::Gif => gif::strip(bytes),
        Format::Webp => webp::strip(bytes, rights),
        Format::Avif | Format::Heic => avif::strip(bytes),
        Format::Mp4 | Format::QuickTime | Format::Webm => Ok(Edits::none(bytes.len())),
    };
    edits.and_then(Edits::bounded).map_err(|reason| InspectError::Corrupt { format, reason })
}
