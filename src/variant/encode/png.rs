//! PNG by the crate `png`.

use ::png::{BitDepth, ColorType, Compression, Encoder};

use super::Fault;
use crate::variant::{Layout, Pixels};

pub(super) fn encode(pixels: &Pixels) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, pixels.width, pixels.height);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    encoder.set_color(match pixels.layout {
        Layout::Gray => ColorType::Grayscale,
        Layout::GrayAlpha => ColorType::GrayscaleAlpha,
        Layout::Rgb => ColorType::Rgb,
        Layout::Rgba => ColorType::Rgba,
        Layout::Cmyk => return Err(Box::from("inks, which PNG lacks")),
    });
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels.samples)?;
    writer.finish()?;
    Ok(bytes)
}
