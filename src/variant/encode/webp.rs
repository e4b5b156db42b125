//! WebP, lossy, by libwebp.

use ::webp::{Encoder, PixelLayout, WebPConfig};

use super::Fault;
use crate::variant::{Layout, Pixels};

/// How much time is spent to find the smallest file, from 0 to 6.
const METHOD: i32 = 4;

pub(super) fn encode(pixels: &Pixels, quality: u8) -> Result<Vec<u8>, Fault> {
    let layout = match pixels.layout {
        Layout::Rgb => PixelLayout::Rgb,
        Layout::Rgba => PixelLayout::Rgba,
        Layout::Gray | Layout::GrayAlpha | Layout::Cmyk => {
            return Err(Box::from("colours that WebP lacks"));
        }
    };
    let mut config = WebPConfig::new().map_err(|()| "libwebp is of another version")?;
    config.quality = f32::from(quality.clamp(1, 100));
    config.method = METHOD;
    let encoder = Encoder::new(&pixels.samples, layout, pixels.width, pixels.height);
    let encoded = encoder.encode_advanced(&config).map_err(|code| format!("libwebp: {code:?}"))?;
    Ok(encoded.to_vec())
}
