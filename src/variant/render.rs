//! The way from an original to a variant.

use super::compose::{centred, suited};
use super::error::{RenderError, undecodable, unencodable};
use super::geometry::{Geometry, Size};
use super::panics::guarded;
use super::work::Work;
use super::{Deadline, Order, Placeholder, Rendition, Source, decode, encode, placeholder};

/// Makes the variant `order` of the bytes `original`, whose record says `source`.
///
/// # Errors
///
/// See [`RenderError`]; among them that there is no decoder for the original or no encoder for the
/// output, that the pixels are broken, and that the deadline has passed.
pub(crate) fn render(
    original: &[u8],
    source: &Source,
    order: &Order,
    deadline: Deadline,
) -> Result<Rendition, RenderError> {
    if !decode::can_decode(source.format) {
        return Err(RenderError::Unsupported(source.format));
    }
    if !encode::can_encode(order.output) {
        return Err(RenderError::NoEncoder(order.output.format()));
    }
    let undecodable = |fault| undecodable(source.format, fault);
    guarded(undecodable, || whole(original, source, order, deadline))
}

fn whole(
    original: &[u8],
    source: &Source,
    order: &Order,
    deadline: Deadline,
) -> Result<Rendition, RenderError> {
    let geometry = Geometry::of(source.displayed(), order);
    let work = Work::open(original, source, geometry.wanted(), deadline)?;
    let (decoded, unpacked) = decode::decode(&work.job)?;
    let small = work.resized(&decoded, (1.0, 1.0), placeholder::size(source.displayed()))?;
    let picture = work.resized(&decoded, geometry.shown, geometry.size)?;
    drop(decoded);
    let placeholder = Placeholder::of(work.displayed(small, unpacked.as_deref()));
    let picture = work.displayed(picture, unpacked.as_deref());
    let picture = centred(suited(picture, order.output), geometry.canvas, order.output);
    deadline.check()?;
    let unencodable = |fault| unencodable(order.output.format(), fault);
    let bytes = guarded(unencodable, || encode::encode(&picture, order.output))?;
    let Size { width, height } = geometry.canvas;
    Ok(Rendition { bytes, width, height, placeholder })
}
