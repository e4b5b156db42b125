//! How much memory a piece of work takes at most, from what the record tells, before the original is
//! fetched.

use super::colours::MAX_PROFILE;
use super::decode;
use super::geometry::{Geometry, Size};
use super::{Order, Output, Source, jpeg, placeholder};
use crate::image::Format;

/// Tables of decoders and encoders, and a colour profile with what is made of it.
const OVERHEAD: u64 = 8 * MAX_PROFILE as u64;

/// Peak bytes that [`super::render`] takes beside the original: an upper bound.
pub(crate) fn cost(source: &Source, order: &Order) -> u64 {
    let displayed = Size { width: source.width, height: source.height };
    let geometry = Geometry::of(displayed, order);
    let wanted = geometry.wanted();
    let decoded = decoding(source, wanted);
    // The first of the two passes of resizing: as wide as the result, as high as what was decoded.
    let passes = 4 * geometry.size.area()
        + 4 * u64::from(geometry.size.width.max(geometry.size.height))
            * u64::from(displayed.height.max(displayed.width));
    let encoding = geometry.canvas.area() * encoder_bytes(order.output);
    decoded + passes + encoding + OVERHEAD
}

/// Peak bytes that [`super::prove`] takes beside the original: an upper bound.
pub(crate) fn proof_cost(source: &Source) -> u64 {
    let displayed = Size { width: source.width, height: source.height };
    let Size { width, height } = placeholder::size(displayed);
    let passes = 4 * u64::from(width.max(height)) * u64::from(source.width.max(source.height));
    let decoding = match source.format {
        Format::Jpeg => jpeg::proof_cost(source.width, source.height),
        Format::Png | Format::Gif | Format::Webp => {
            decoding(source, (f64::from(width), f64::from(height)))
        }
        Format::Avif | Format::Heic | Format::Mp4 | Format::QuickTime | Format::Webm => return 0,
    };
    decoding + passes + OVERHEAD
}

fn decoding(source: &Source, wanted: (f64, f64)) -> u64 {
    let stored = Size { width: source.width, height: source.height };
    match source.format {
        Format::Jpeg => {
            12 * (stored.area() + 64 * u64::from(stored.width + stored.height)) + source.size
        }
        Format::Png | Format::Gif => decode::factor(stored, wanted).1,
        Format::Webp => decode::webp::cost(stored, source.size),
        Format::Avif | Format::Heic | Format::Mp4 | Format::QuickTime | Format::Webm => 0,
    }
}

/// Bytes for each pixel of the answer: copies of it in other layouts, what the encoder holds, and
/// the file.
const fn encoder_bytes(output: Output) -> u64 {
    match output {
        Output::Jpeg { .. } => 16,
        Output::Webp { .. } => 32,
        Output::Png => 16,
        Output::Avif { .. } => 100,
    }
}
