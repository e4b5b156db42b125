//! Files that are cut off, changed or lie: refused, and never a panic.

use std::time::Instant;

use image::ImageFormat;
use proptest::prelude::*;

use super::{AS_IT_IS, encoded, gradient, order, render, soon, source};
use crate::image::Format;
use crate::variant::{Deadline, Fit, Order, Output, RenderError, prove};

const SIZE: (u32, u32) = (40, 30);

/// A small file of each format.
fn samples() -> Vec<(Format, Vec<u8>)> {
    let picture = gradient(SIZE.0, SIZE.1);
    let mut progressive = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut progressive, 80);
    encoder.set_progressive(true);
    encoder.encode(&picture, 40, 30, jpeg_encoder::ColorType::Rgb).unwrap();
    let lossy = webp::Encoder::from_rgb(&picture, SIZE.0, SIZE.1).encode(80.0).to_vec();
    vec![
        (Format::Jpeg, encoded(picture.clone(), ImageFormat::Jpeg)),
        (Format::Jpeg, progressive),
        (Format::Png, encoded(picture.clone(), ImageFormat::Png)),
        (Format::Gif, encoded(picture.clone(), ImageFormat::Gif)),
        (Format::Webp, encoded(picture, ImageFormat::WebP)),
        (Format::Webp, lossy),
    ]
}

fn thumbnail() -> Order {
    order(8, 8, Fit::Cover, Output::Png)
}

/// That nothing panics, not even where it would be caught.
fn survives(format: Format, bytes: &[u8]) {
    let source = source(format, SIZE, bytes);
    let orders = [AS_IT_IS, thumbnail()].map(|order| render(bytes, &source, &order, soon()).err());
    let proved = prove(bytes, &source, soon()).err();
    for error in orders.into_iter().chain([proved]).flatten() {
        let causes = format!("{error:?}");
        assert!(!causes.contains("Panic"), "{causes}");
    }
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_refused() {
    for (format, bytes) in samples() {
        let whole = source(format, SIZE, &bytes);
        prove(&bytes, &whole, soon()).unwrap();
        for length in 0..bytes.len() {
            survives(format, &bytes[..length]);
        }
        let half = &bytes[..bytes.len() / 2];
        assert!(matches!(prove(half, &whole, soon()), Err(RenderError::Undecodable { .. })));
    }
}

#[test]
fn the_record_must_be_right_about_the_size() {
    for (format, bytes) in samples() {
        for size in [(SIZE.0 + 1, SIZE.1), (SIZE.0, SIZE.1 - 1), (SIZE.1, SIZE.0), (1, 1)] {
            let lie = source(format, size, &bytes);
            for refused in
                [render(&bytes, &lie, &AS_IT_IS, soon()).err(), prove(&bytes, &lie, soon()).err()]
            {
                assert!(matches!(refused, Some(RenderError::Undecodable { .. })), "{format:?}");
            }
        }
    }
}

#[test]
fn nothing_is_done_after_the_deadline() {
    let past = Deadline(Instant::now());
    for (format, bytes) in samples() {
        let whole = source(format, SIZE, &bytes);
        let refused = render(&bytes, &whole, &AS_IT_IS, past);
        assert!(matches!(refused, Err(RenderError::TimedOut(_))));
        assert!(matches!(prove(&bytes, &whole, past), Err(RenderError::TimedOut(_))));
    }
}

#[test]
fn formats_without_a_decoder_are_told() {
    for format in [Format::Avif, Format::Heic, Format::Mp4, Format::QuickTime, Format::Webm] {
        assert!(!crate::variant::can_decode(format));
        let whole = source(format, SIZE, b"");
        let refused = render(b"", &whole, &AS_IT_IS, soon());
        assert!(matches!(refused, Err(RenderError::Unsupported(of)) if of == format));
        assert!(prove(b"", &whole, soon()).unwrap().is_none());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn changed_bytes_never_panic(
        sample in 0..6_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let (format, mut bytes) = samples().swap_remove(sample);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        survives(format, &bytes);
    }
}
