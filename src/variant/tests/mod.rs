//! The pixels themselves, which no test from outside sees before they are encoded.

mod animations;
mod bombs;
mod broken;
mod colours;
mod costs;
mod deadlines;
mod jpegs;
mod layers;
mod placeholders;
mod recoding;
mod sizes;
mod stored;
mod turns;

use std::time::{Duration, Instant};

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use super::{Deadline, Fit, Order, Output, Rendition, Source, render};
use crate::image::Format;

/// Long enough for a debug build on a busy machine.
fn soon() -> Deadline {
    Deadline(Instant::now() + Duration::from_secs(60))
}

/// A picture whose colours tell where they stand.
fn gradient(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let part = |at: u32, of: u32| u8::try_from(at * 255 / of).unwrap();
        Rgb([part(x, width), part(y, height), 128])
    })
}

fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn source(format: Format, size: (u32, u32), bytes: &[u8]) -> Source {
    Source::new(format, size, bytes.len() as u64)
}

fn order(width: u32, height: u32, fit: Fit, output: Output) -> Order {
    let side = |side| (side > 0).then_some(side);
    Order { width: side(width), height: side(height), fit, output }
}

/// The whole picture in its own size, without loss.
const AS_IT_IS: Order = Order { width: None, height: None, fit: Fit::Inside, output: Output::Png };

/// The picture as `AS_IT_IS` gives it.
fn shown(format: Format, size: (u32, u32), bytes: &[u8]) -> DynamicImage {
    opened(&render(bytes, &source(format, size, bytes), &AS_IT_IS, soon()).unwrap())
}

/// Opens a variant with a decoder that is not ours.
fn opened(rendition: &Rendition) -> DynamicImage {
    let opened = image::load_from_memory(&rendition.bytes).unwrap();
    assert_eq!((opened.width(), opened.height()), (rendition.width, rendition.height));
    opened
}

/// Whether two colours are as near as a lossy coding leaves them.
#[track_caller]
fn assert_near(found: &[u8], expected: &[u8], tolerance: u8) {
    let is_near = found.iter().zip(expected).all(|(a, b)| a.abs_diff(*b) <= tolerance);
    assert!(is_near && found.len() == expected.len(), "{found:?} is not {expected:?}");
}
