//! JPEG by the crate `jpeg-encoder`: baseline, colour at half the resolution, as sharp does.
//!
//! The crate makes Huffman tables for a picture only with a scan for each component, which
//! `zune-jpeg` takes for other colours, and many programs decode by it. So it writes one scan with
//! the tables of the standard, and the codes are changed here for those that suit the picture: files
//! are a ninth smaller.

mod bits;
mod optimal;
mod tables;

use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};

use super::Fault;
use crate::variant::{Layout, Pixels};

pub(super) fn encode(pixels: &Pixels, quality: u8) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality.clamp(1, 100));
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    // By itself the encoder takes one sample of four, which leaves edges of colour ragged.
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    encoder.set_optimized_huffman_tables(false);
    let (width, height) = (u16::try_from(pixels.width)?, u16::try_from(pixels.height)?);
    let colours = match pixels.layout {
        Layout::Gray => ColorType::Luma,
        Layout::Rgb => ColorType::Rgb,
        Layout::GrayAlpha | Layout::Rgba | Layout::Cmyk => {
            return Err(Box::from("a layer that JPEG lacks"));
        }
    };
    encoder.encode(&pixels.samples, width, height, colours)?;
    Ok(optimal::recoded(&bytes).unwrap_or(bytes))
}
