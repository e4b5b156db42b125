//! The way from an original to a variant.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::colours::to_srgb;
use super::compose::{centred, suited};
use super::decode::{self, Job};
use super::embedded::Embedded;
use super::error::{Fault, RenderError, undecodable};
use super::geometry::{Geometry, Size};
use super::resize::{self, Decoded};
use super::{Deadline, Order, Pixels, Placeholder, Rendition, Source, encode, placeholder};
use crate::image::Format;

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
    guarded(source.format, || Work { original, source, deadline }.render(order))
}

/// Runs what works on bytes of strangers.
///
/// Decoders of others are meant to return errors, and have panicked on broken files nonetheless. A
/// thread of a pool would survive it, but the answer would be a fault of the service and not of the
/// file. What was under way is dropped, so that nothing half done is seen.
pub(super) fn guarded<T>(
    format: Format,
    work: impl FnOnce() -> Result<T, RenderError>,
) -> Result<T, RenderError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(undecodable(format, Fault::Panic)))
}

/// An original that is worked on.
struct Work<'a> {
    original: &'a [u8],
    source: &'a Source,
    deadline: Deadline,
}

impl Work<'_> {
    fn render(&self, order: &Order) -> Result<Rendition, RenderError> {
        self.deadline.check()?;
        let displayed = Size { width: self.source.width, height: self.source.height };
        let geometry = Geometry::of(displayed, order);
        let Embedded { turn, profile } = Embedded::read(self.original, self.source.format);
        let (decoded, unpacked) = decode::decode(&Job {
            bytes: self.original,
            format: self.source.format,
            stored: turn.swap(displayed),
            header: self.source.header,
            wanted: turn.swap_pair(geometry.wanted()),
            deadline: self.deadline,
        })?;
        let profile = unpacked.as_deref().or(profile.as_deref());
        let resized = |shown, size| {
            self.deadline.check()?;
            self.resized(&decoded, turn.swap_pair(shown), turn.swap(size))
        };
        let small = resized((1.0, 1.0), placeholder::size(displayed))?;
        let picture = resized(geometry.shown, geometry.size)?;
        drop(decoded);
        let displayed = |pixels| to_srgb(turn.apply(pixels), profile);
        let placeholder = Placeholder::of(displayed(small));
        self.finish(displayed(picture), geometry.canvas, order, placeholder)
    }

    fn resized(
        &self,
        decoded: &Decoded,
        shown: (f64, f64),
        size: Size,
    ) -> Result<Pixels, RenderError> {
        let resized = decoded.resized(shown, size).and_then(|mut pixels| {
            resize::divide(&mut pixels)?;
            Ok(pixels)
        });
        resized.map_err(|cause| undecodable(self.source.format, cause))
    }

    fn finish(
        &self,
        picture: Pixels,
        canvas: Size,
        order: &Order,
        placeholder: Placeholder,
    ) -> Result<Rendition, RenderError> {
        let picture = centred(suited(picture, order.output), canvas, order.output);
        self.deadline.check()?;
        let bytes = encode::encode(&picture, order.output)?;
        let Size { width, height } = canvas;
        Ok(Rendition { bytes, width, height, placeholder })
    }
}
