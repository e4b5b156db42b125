//! The proof that an original can be decoded.

use super::error::{RenderError, undecodable};
use super::panics::guarded;
use super::work::Work;
use super::{Deadline, Placeholder, Source, decode, placeholder};

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
    let undecodable = |fault| undecodable(source.format, fault);
    guarded(undecodable, || whole(original, source, deadline)).map(Some)
}

fn whole(original: &[u8], source: &Source, deadline: Deadline) -> Result<Placeholder, RenderError> {
    let size = placeholder::size(source.displayed());
    let wanted = (f64::from(size.width), f64::from(size.height));
    let work = Work::open(original, source, wanted, deadline)?;
    let (decoded, unpacked) = decode::prove(&work.job)?;
    let small = work.resized(&decoded, (1.0, 1.0), size)?;
    drop(decoded);
    let placeholder = Placeholder::of(work.displayed(small, unpacked.as_deref()));
    decode::prove_rest(&work.job)?;
    Ok(placeholder)
}
