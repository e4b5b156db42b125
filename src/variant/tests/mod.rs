//! The pixels themselves, which no test from outside sees before they are encoded.

mod sizes;

use std::time::{Duration, Instant};

use super::{Deadline, Fit, Order, Output, Rendition, Source, render};
use crate::image::Format;

/// Long enough for a debug build on a busy machine.
fn soon() -> Deadline {
    Deadline(Instant::now() + Duration::from_secs(60))
}

/// A picture whose colours tell where they stand.
fn gradient(width: u32, height: u32) -> image::RgbImage {
    image::RgbImage::from_fn(width, height, |x, y| {
        let part = |at: u32, of: u32| u8::try_from(at * 255 / of).unwrap();
        image::Rgb([part(x, width), part(y, height), 128])
    })
}

fn encoded(picture: impl Into<image::DynamicImage>, format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn source(format: Format, width: u32, height: u32, bytes: &[u8]) -> Source {
    Source { format, width, height, size: bytes.len() as u64 }
}

fn order(width: u32, height: u32, fit: Fit, output: Output) -> Order {
    let side = |side| (side > 0).then_some(side);
    Order { width: side(width), height: side(height), fit, output }
}

fn opened(rendition: &Rendition) -> image::DynamicImage {
    let opened = image::load_from_memory(&rendition.bytes).unwrap();
    assert_eq!((opened.width(), opened.height()), (rendition.width, rendition.height));
    opened
}
