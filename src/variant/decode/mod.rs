//! From the bytes of an original to pixels, by one decoder a format. Each works under limits that
//! follow from the size that the record states, and may make the picture smaller on the way.

mod gif;
pub(super) mod jpeg;
mod png;
mod shrink;
mod watched;
pub(super) mod webp;

pub(super) use shrink::factor;

use super::Deadline;
use super::error::RenderError;
use super::geometry::Size;
use super::resize::Decoded;
use crate::image::Format;

/// What is to be decoded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Job<'a> {
    /// The original.
    pub(super) bytes: &'a [u8],
    /// What the original is.
    pub(super) format: Format,
    /// Its size before a turn.
    pub(super) stored: Size,
    /// What a JPEG's header says, if the memory was reckoned with it.
    pub(super) header: Option<jpeg::Header>,
    /// How large the picture must at least be, in fractional pixels before a turn.
    pub(super) wanted: (f64, f64),
    /// Until when it must be there.
    pub(super) deadline: Deadline,
}

/// A decoded picture, and the colour profile where the decoder has unpacked one. Colours are
/// multiplied by the opacity.
pub(super) type Outcome = Result<(Decoded, Option<Vec<u8>>), RenderError>;

/// Whether there is a decoder for originals of this format. None that is kept well and safe in its
/// use of memory is known for AVIF and HEIC.
pub(crate) const fn can_decode(format: Format) -> bool {
    match format {
        Format::Jpeg | Format::Png | Format::Gif | Format::Webp => true,
        Format::Avif | Format::Heic | Format::Mp4 | Format::QuickTime | Format::Webm => false,
    }
}

/// Decodes the picture, of an animation the first.
pub(super) fn decode(job: &Job<'_>) -> Outcome {
    match job.format {
        Format::Jpeg => jpeg::decode(job).map(|decoded| (decoded, None)),
        Format::Png => png::decode(job),
        Format::Gif => gif::decode(job).map(|decoded| (decoded, None)),
        Format::Webp => webp::decode(job).map(|decoded| (decoded, None)),
        Format::Avif | Format::Heic | Format::Mp4 | Format::QuickTime | Format::Webm => {
            Err(RenderError::Unsupported(job.format))
        }
    }
}

/// Decodes the first picture so that every bit of it is looked at; otherwise like [`decode`].
pub(super) fn prove(job: &Job<'_>) -> Outcome {
    match job.format {
        Format::Jpeg => jpeg::prove(job).map(|decoded| (decoded, None)),
        Format::Png | Format::Gif | Format::Webp => decode(job),
        Format::Avif | Format::Heic | Format::Mp4 | Format::QuickTime | Format::Webm => {
            Err(RenderError::Unsupported(job.format))
        }
    }
}

/// Decodes all pictures but the first, and forgets them.
pub(super) fn prove_rest(job: &Job<'_>) -> Result<(), RenderError> {
    match job.format {
        Format::Png => png::prove_rest(job),
        Format::Gif => gif::prove_rest(job),
        Format::Webp => webp::prove_rest(job),
        Format::Jpeg | Format::Avif | Format::Heic => Ok(()),
        Format::Mp4 | Format::QuickTime | Format::Webm => Ok(()),
    }
}
