//! Decides what the bytes of an upload are. Pure: bytes in, facts out; no I/O, no clock, no log, and
//! no allocation, whatever a stranger sends.
//!
//! A file is walked once from its first byte to its end marker, in linear time: every length is
//! checked against what is there, and width, height and frames are held to the [`Limits`] as soon
//! as a header states them. Pixels are not decoded. What the declared type or the file name says is
//! never asked.
//!
//! Bytes after the end marker of a JPEG, PNG, GIF or WebP are tolerated, because phones put the film
//! of a "motion photo" there; viewers do not read them. An AVIF has no end marker: its boxes must
//! fill the file exactly.

mod accepted;
pub(crate) mod avif;
mod error;
pub(crate) mod exif;
mod film;
mod format;
mod found;
pub(crate) mod gif;
pub(crate) mod isobmff;
pub(crate) mod jpeg;
mod limits;
mod markup;
pub(crate) mod png;
pub(crate) mod reader;
pub(crate) mod riff;
mod size;
pub(crate) mod tiff;
pub(crate) mod webp;

pub use accepted::{Accepted, InvalidAccepted};
pub use error::{Coding, Corruption, InspectError};
pub use found::Found;
pub use limits::Limits;

use crate::image::Format;
use size::Size;

/// What an image is, read from its bytes alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The container, by its magic bytes.
    pub format: Format,
    /// Pixels across, as displayed: the turns that Exif (JPEG, PNG, WebP) or `irot` (AVIF) ask for
    /// are counted in.
    pub width: u32,
    /// Pixels down, as displayed.
    pub height: u32,
    /// Pictures in the file: 1 unless it is animated. A film counts as one.
    pub frames: u32,
    /// How long a film runs, in milliseconds, where it says so; nothing for images.
    pub duration: Option<u64>,
}

impl Facts {
    fn new(format: Format, displayed: Size, frames: u32) -> Self {
        let (width, height) = (displayed.width, displayed.height);
        Self { format, width, height, frames, duration: None }
    }
}

/// Tells what image `bytes` is, or why it is not taken.
///
/// # Errors
///
/// [`InspectError::UnsupportedType`] when the magic bytes are of no accepted format,
/// [`InspectError::Corrupt`] when the container is cut off or breaks the rules of its format, and
/// one of the `Limit` variants when it is sound so far but larger than `limits`.
pub fn inspect(bytes: &[u8], limits: &Limits) -> Result<Facts, InspectError> {
    let Some(format) = format::recognise(bytes, limits.accepted) else {
        let (found, accepted) = (found::recognise(bytes), limits.accepted);
        return Err(InspectError::UnsupportedType { found, accepted });
    };
    let outcome = match format {
        Format::Jpeg => jpeg::inspect(bytes, limits),
        Format::Png => png::inspect(bytes, limits),
        Format::Gif => gif::inspect(bytes, limits),
        Format::Webp => webp::inspect(bytes, limits),
        Format::Avif => avif::inspect(bytes, avif::Pictures::Av1, limits),
        Format::Mp4 | Format::QuickTime => film::isobmff(bytes, format, limits),
        Format::Webm => film::webm(bytes, limits),
        Format::Heic => avif::inspect(bytes, avif::Pictures::Hevc, limits),
    };
    outcome.map_err(|fault| fault.of(format))
}
