//! How much memory a piece of work takes at most, from what the record tells, before the original is
//! fetched, or from what its header tells, too.

use super::colours::MAX_PROFILE;
use super::decode;
use super::geometry::{Geometry, Size};
use super::{Fit, Order, Output, Source, jpeg, placeholder};
use crate::image::Format;

/// Tables of decoders and encoders, and rows.
const TABLES: u64 = 2 << 20;

/// Bytes of a pixel in memory, at most.
const PIXEL: u64 = 4;

/// Peak bytes that [`super::render()`] takes beside the original: an upper bound.
pub(crate) fn cost(source: &Source, order: &Order) -> u64 {
    let geometry = Geometry::of(source.displayed(), order);
    let decoding = decoding(source, geometry.wanted());
    let resizing = decoding.resizing(geometry.size);
    // A picture, and a copy of it that is turned, in other colours, or on its canvas.
    let finishing = 2 * PIXEL * geometry.canvas.area();
    let encoding = (PIXEL + encoder_bytes(source, order)) * geometry.canvas.area();
    decoding.peak.max(resizing).max(finishing).max(encoding) + overhead(source)
}

/// Peak bytes that [`super::prove()`] takes beside the original: an upper bound.
pub(crate) fn proof_cost(source: &Source) -> u64 {
    let size = placeholder::size(source.displayed());
    let wanted = (f64::from(size.width), f64::from(size.height));
    let decoding = match source.format {
        Format::Jpeg => {
            let peak = jpeg::proof_cost(source.width, source.height);
            let eighth = |side: u32| side.div_ceil(8);
            let size = Size { width: eighth(source.width), height: eighth(source.height) };
            Decoding { peak, size, pixel: PIXEL }
        }
        Format::Png | Format::Gif | Format::Webp => decoding(source, wanted),
        Format::Avif | Format::Heic | Format::Mp4 | Format::QuickTime | Format::Webm => return 0,
    };
    decoding.peak.max(decoding.resizing(size)) + overhead(source)
}

/// Tables, and a colour profile with what is made of it. That of a PNG is packed, by any factor. That
/// of a GIF is of no use, but its decoder gathers it beside XMP, each in a list that doubles.
fn overhead(source: &Source) -> u64 {
    let most = MAX_PROFILE as u64;
    let profile = most.min(source.size);
    TABLES
        + match source.format {
            Format::Png => 4 * most,
            Format::Gif => 5 * profile,
            Format::Jpeg | Format::Webp => 4 * profile,
            Format::Avif | Format::Heic | Format::Mp4 | Format::QuickTime | Format::Webm => 0,
        }
}

/// What decoding takes and leaves.
struct Decoding {
    /// Bytes at any time.
    peak: u64,
    /// The picture that is left, as displayed.
    size: Size,
    /// Bytes of each of its pixels.
    pixel: u64,
}

impl Decoding {
    /// The picture with the result, and with that of the first of two passes, which is as wide as the
    /// result and as high as the picture. Of a picture that is turned it is the other way round.
    fn resizing(&self, result: Size) -> u64 {
        let between = |result: u32, picture: u32| u64::from(result) * u64::from(picture);
        let upright = between(result.width, self.size.height);
        let turned = between(result.height, self.size.width);
        self.pixel * (self.size.area() + upright.max(turned) + result.area())
    }
}

fn decoding(source: &Source, wanted: (f64, f64)) -> Decoding {
    // A turned picture costs what it costs upright.
    let stored = source.displayed();
    match source.format {
        Format::Jpeg => {
            // The decoder for the full size gets a copy of the file, without application segments.
            let peak = decode::jpeg::cost(stored, wanted, source.header) + source.size;
            // Without the header, of four inks only small pictures are decoded in full size.
            let has_four = source.header.is_some_and(|header| header.has_four_inks());
            let pixel = if has_four { PIXEL } else { 3 };
            Decoding { peak, size: decode::jpeg::reduced_size(stored, wanted), pixel }
        }
        Format::Png | Format::Gif => {
            let (factor, bytes) = decode::factor(stored, wanted);
            let rows = 64 * u64::from(stored.width.max(stored.height));
            let part = |side: u32| side.div_ceil(factor);
            let size = Size { width: part(stored.width), height: part(stored.height) };
            Decoding { peak: bytes + rows, size, pixel: PIXEL }
        }
        Format::Webp => {
            let peak = decode::webp::cost(stored, source.size);
            Decoding { peak, size: stored, pixel: PIXEL }
        }
        Format::Avif | Format::Heic | Format::Mp4 | Format::QuickTime | Format::Webm => {
            Decoding { peak: 0, size: stored, pixel: PIXEL }
        }
    }
}

/// Bytes for each pixel of the answer that its encoder holds, the file among them. Measured, with
/// noise that grows files, as the growth of the resident set.
const fn encoder_bytes(source: &Source, order: &Order) -> u64 {
    match order.output {
        // The file is there four times while its codes are changed.
        Output::Jpeg { quality: 91.. } => 12,
        Output::Jpeg { .. } => 4,
        Output::Webp { .. } if may_be_transparent(source, order) => 32,
        Output::Webp { .. } => 12,
        Output::Png => 12,
        Output::Avif { .. } => 64,
    }
}

const fn may_be_transparent(source: &Source, order: &Order) -> bool {
    !matches!((source.format, order.fit), (Format::Jpeg, Fit::Inside | Fit::Cover))
}
