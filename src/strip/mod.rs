//! Takes out of an image what tells of its owner and its camera and leaves what a viewer needs to
//! show it. Pure: sound bytes in, edits out.
//!
//! No pixel is touched: coded picture data is kept byte for byte, only the parts of the container
//! around it go. What stays is a closed list for each format (colour profile, colour and size
//! chunks, animation, the markers that decoding needs), so that a kind of metadata that nobody has
//! heard of yet goes too. Of Exif the orientation stays, as the only tag.

mod edits;
mod exif;
mod gif;
mod jpeg;
mod png;
mod removed;
mod webp;

pub(crate) use edits::Edits;
pub use removed::{Kind, Removed};

use crate::image::Format;
use crate::inspect::Corruption;

/// What of the metadata may stay beside the orientation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Rights {
    /// Nothing.
    #[default]
    Removed,
    /// The Exif tags `Copyright` and `Artist`.
    Kept,
}

/// What is to be done to `bytes`, which [`inspect`](crate::inspect::inspect) has found to be a sound
/// image of this format.
///
/// # Errors
///
/// [`Corruption`] when they are not.
pub(crate) fn strip(bytes: &[u8], format: Format, rights: Rights) -> Result<Edits, Corruption> {
    match format {
        Format::Jpeg => jpeg::strip(bytes, rights),
        Format::Png => png::strip(bytes, rights),
        Format::Gif => gif::strip(bytes),
        Format::Webp => webp::strip(bytes, rights),
        Format::Avif => Ok(Edits::none(bytes.len())),
    }
}
