//! The proof that an original can be decoded.

use super::colours::to_srgb;
use super::decode::{self, Job};
use super::embedded::Embedded;
use super::error::{RenderError, undecodable};
use super::geometry::Size;
use super::render::guarded;
use super::{Deadline, Placeholder, Source, placeholder, resize};

/// How an upload is proved to be an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Proof {
    /// The container is walked from its first byte to its end: lengths, checksums, order.
    #[default]
    Structure,
    /// The pixels are decoded too, every frame of them, and what does not decode is refused. Of
    /// AVIF, HEIC and films the structure is all that is proved.
    Decode,
}

/// Decodes the original whole, every frame of it, and makes the placeholder of the first.
///
/// A JPEG is read to the last bit of its last scan, and turned into pixels at an eighth.
///
/// Nothing comes of formats that there is no decoder for: of AVIF, HEIC and films the container is
/// all that is proved.
///
/// # Errors
///
/// [`RenderError::Undecodable`] when any part of it is broken, [`RenderError::TimedOut`] after the
/// deadline.
pub(crate) fn prove(
    original: &[u8],
    source: &Source,
    deadline: Deadline,
) -> Result<Option<Placeholder>, RenderError> {
    if !decode::can_decode(source.format) {
        return Ok(None);
    }
    guarded(source.format, || whole(original, source, deadline)).map(Some)
}

fn whole(original: &[u8], source: &Source, deadline: Deadline) -> Result<Placeholder, RenderError> {
    deadline.check()?;
    let displayed = Size { width: source.width, height: source.height };
    let Embedded { turn, profile } = Embedded::read(original, source.format);
    let wanted = placeholder::size(displayed);
    let job = Job {
        bytes: original,
        format: source.format,
        stored: turn.swap(displayed),
        header: source.header,
        wanted: turn.swap_pair((f64::from(wanted.width), f64::from(wanted.height))),
        deadline,
    };
    let (decoded, unpacked) = decode::prove(&job)?;
    let fault = |cause| undecodable(source.format, cause);
    let mut pixels = decoded.resized((1.0, 1.0), turn.swap(wanted)).map_err(fault)?;
    drop(decoded);
    resize::divide(&mut pixels).map_err(fault)?;
    let profile = unpacked.as_deref().or(profile.as_deref());
    let placeholder = Placeholder::of(to_srgb(turn.apply(pixels), profile));
    decode::prove_rest(&job)?;
    Ok(placeholder)
}
