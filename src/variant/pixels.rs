//! Decoded pixels: rows of samples of eight bits, without gaps.

/// What the samples of a pixel are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// One sample: brightness.
    Gray,
    /// Brightness and opacity.
    GrayAlpha,
    /// Red, green, blue.
    Rgb,
    /// Red, green, blue and opacity.
    Rgba,
    /// Cyan, magenta, yellow, black, 0 for no ink.
    Cmyk,
}

impl Layout {
    /// Samples, and with eight bits each also bytes, of a pixel.
    pub(crate) const fn samples(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::GrayAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba | Self::Cmyk => 4,
        }
    }
}

/// A picture in memory: `width` × `height` pixels, row after row from the top.
///
/// Colours are not multiplied by the opacity, except in what decoders leave to be resized.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pixels {
    /// Pixels of a row.
    pub(crate) width: u32,
    /// Rows.
    pub(crate) height: u32,
    /// What the samples are.
    pub(crate) layout: Layout,
    /// `width * height * layout.samples()` bytes.
    pub(crate) samples: Vec<u8>,
}
