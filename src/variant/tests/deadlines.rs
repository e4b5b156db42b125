//! Each decoder by itself stops at the deadline, and says so.

use std::time::Instant;

use image::{ImageFormat, RgbImage};

use super::{encoded, soon, source};
use crate::image::Format;
use crate::variant::decode::{Job, decode, prove, prove_rest};
use crate::variant::{Deadline, RenderError};

const SIZE: (u32, u32) = (500, 400);

/// A picture that no coding makes small, so that its decoder reads often.
fn noise() -> RgbImage {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    let samples = (0..SIZE.0 * SIZE.1 * 3).map(|_| next()).collect();
    RgbImage::from_raw(SIZE.0, SIZE.1, samples).unwrap()
}

fn jpeg(is_progressive: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 95);
    encoder.set_progressive(is_progressive);
    encoder.encode(&noise(), 500, 400, jpeg_encoder::ColorType::Rgb).unwrap();
    bytes
}

fn files() -> Vec<(Format, Vec<u8>)> {
    let lossy = webp::Encoder::from_rgb(&noise(), SIZE.0, SIZE.1).encode(95.0).to_vec();
    vec![
        (Format::Jpeg, jpeg(false)),
        (Format::Jpeg, jpeg(true)),
        (Format::Png, encoded(noise(), ImageFormat::Png)),
        (Format::Gif, encoded(noise(), ImageFormat::Gif)),
        (Format::Webp, encoded(noise(), ImageFormat::WebP)),
        (Format::Webp, lossy),
    ]
}

#[test]
fn every_decoder_stops_at_the_deadline() {
    let past = Deadline(Instant::now());
    for (format, bytes) in files() {
        let stored = source(format, SIZE, &bytes).displayed();
        let size = (f64::from(SIZE.0), f64::from(SIZE.1));
        for part in [1.0, 2.0, 4.0, 8.0] {
            let wanted = (size.0 / part, size.1 / part);
            let job =
                |deadline| Job { bytes: &bytes, format, stored, header: None, wanted, deadline };
            decode(&job(soon())).unwrap();
            let late = job(past);
            for outcome in [decode(&late).err(), prove(&late).err()] {
                let is_late = matches!(outcome, Some(RenderError::TimedOut(_)));
                assert!(is_late, "{format:?} at 1/{part}: {outcome:?}");
            }
            let rest = prove_rest(&late);
            // Of the others a still picture has nothing that is left to read.
            let is_opened = matches!(format, Format::Png | Format::Gif);
            let is_late = matches!(rest, Err(RenderError::TimedOut(_)));
            assert_eq!(is_late, is_opened, "{format:?}: {rest:?}");
        }
    }
}
