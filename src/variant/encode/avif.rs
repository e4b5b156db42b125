//! AVIF by the crate `ravif`.

use ravif::{Encoder, Img, RGB8, RGBA8};

use super::Fault;
use crate::variant::{Layout, Pixels};

/// From 1, the smallest file, to 10, the quickest.
const SPEED: u8 = 9;

pub(super) fn encode(pixels: &Pixels, quality: u8) -> Result<Vec<u8>, Fault> {
    let (width, height) = (usize::try_from(pixels.width)?, usize::try_from(pixels.height)?);
    let encoder = Encoder::new()
        .with_quality(f32::from(quality.clamp(1, 100)))
        .with_alpha_quality(f32::from(quality.clamp(1, 100)))
        .with_speed(SPEED)
        .with_num_threads(Some(1));
    let encoded = match pixels.layout {
        Layout::Rgb => {
            let (samples, _) = pixels.samples.as_chunks::<3>();
            let samples: Vec<_> = samples.iter().map(|sample| RGB8::from(*sample)).collect();
            encoder.encode_rgb(Img::new(samples.as_slice(), width, height))?
        }
        Layout::Rgba => {
            let (samples, _) = pixels.samples.as_chunks::<4>();
            let samples: Vec<_> = samples.iter().map(|sample| RGBA8::from(*sample)).collect();
            encoder.encode_rgba(Img::new(samples.as_slice(), width, height))?
        }
        Layout::Gray | Layout::GrayAlpha | Layout::Cmyk => {
            return Err(Box::from("colours that AVIF lacks"));
        }
    };
    Ok(encoded.avif_file)
}
