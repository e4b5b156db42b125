//! From pixels to the bytes of a file that holds nothing but them.

#[cfg(feature = "avif")]
mod avif;
mod jpeg;
mod png;
mod webp;

use super::Pixels;
use super::error::{RenderError, unencodable};
use super::order::Output;

/// Whether this program has an encoder for the output.
pub(crate) const fn can_encode(output: Output) -> bool {
    match output {
        Output::Jpeg { .. } | Output::Webp { .. } | Output::Png => true,
        Output::Avif { .. } => cfg!(feature = "avif"),
    }
}

/// Encodes grey or RGB, with or without opacity.
pub(super) fn encode(pixels: &Pixels, output: Output) -> Result<Vec<u8>, RenderError> {
    let encoded = match output {
        Output::Jpeg { quality } => jpeg::encode(pixels, quality),
        Output::Webp { quality } => webp::encode(pixels, quality),
        Output::Png => png::encode(pixels),
        #[cfg(feature = "avif")]
        Output::Avif { quality } => avif::encode(pixels, quality),
        #[cfg(not(feature = "avif"))]
        Output::Avif { .. } => return Err(RenderError::NoEncoder(output.format())),
    };
    encoded.map_err(|cause| unencodable(output.format(), cause))
}

/// What an encoder says when it fails.
type Fault = Box<dyn std::error::Error + Send + Sync>;
