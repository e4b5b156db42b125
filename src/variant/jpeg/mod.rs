//! JPEG (ITU-T T.81) at 1/8, 1/4 or 1/2 of its size, of its lowest coefficients alone: the others
//! are passed over, several at one look. See `docs/decisions/0013-reduced-jpeg.md`.
//!
//! Baseline, extended (8 bits) and progressive files of one, three or four components. Of a
//! sequential file every bit of every scan is read, so that [`decode`] also shows that the file is
//! whole. Of a progressive one only the scans are that bear on the wanted coefficients: at 1/8 those
//! of first coefficients, and all of the components that have fewer samples than others. Of the
//! other scans only the header is looked at.

mod bits;
mod codes;
mod coefficients;
mod color;
mod decoder;
mod error;
mod frame;
mod idct;
mod plane;
mod progressive;
mod scale;
mod scan;
mod sequential;
mod skip;
mod tables;
#[cfg(test)]
mod tests;
mod zigzag;

pub(super) use color::{Colors, Marks};
pub(crate) use error::DecodeError;
pub(crate) use scale::Scale;

use super::{Deadline, Pixels};
use decoder::{Decoder, Reading};
use frame::BLOCK;

/// What the tables, the lists and a few rows take at the most, whatever the picture: eight Huffman
/// tables of 2.5 KiB each, four of 8 KiB for passing over, and rows of four components of 65,535
/// pixels at 1/2, in bytes and in 1/256.
const FIXED: u64 = 8 * 2560 + 4 * 8192 + 4 * 3 * (65_536 / 2) + 8192;

/// The most that blocks fill up at the edge of a picture: four of them.
const UNIT: u32 = 4 * BLOCK;

/// What of a file beside its size says how much memory it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    /// Its colour components.
    pub(crate) components: u64,
    /// Whether it is progressive.
    pub(crate) is_progressive: bool,
}

/// The most bytes that [`decode`] has in use at any time, beside its input, for a file of this kind
/// that states this width and height.
pub(crate) fn cost(width: u32, height: u32, scale: Scale, kind: Kind) -> u64 {
    let side = |pixels: u32| u64::from(scale.of(pixels.next_multiple_of(UNIT)));
    let samples = side(width) * side(height);
    // Of each component a coefficient of two bytes for each sample, and for each block of more than
    // one a mask of eight. At 1/8 such a block has at least two.
    let halves_of_coefficients = match scale {
        Scale::Eighth => 2 * (2 + 8 / 2),
        Scale::Quarter => 2 * (2 + 8 / 4),
        Scale::Half => 2 * 2 + 1,
    };
    let Kind { components, is_progressive } = kind;
    // While the first plane is made of them; or, later, the planes and the pixels.
    let coefficients = components * halves_of_coefficients / 2 + 1;
    let each = if is_progressive { coefficients.max(2 * components) } else { 2 * components };
    samples * each + FIXED
}

/// Decodes a JPEG at reduced size, to grey, RGB or CMYK.
///
/// # Errors
///
/// [`DecodeError::Unsupported`] for what another decoder may know, [`DecodeError::Corrupt`] for what
/// is broken, [`DecodeError::TimedOut`] when `deadline` has passed.
pub(crate) fn decode(
    bytes: &[u8],
    scale: Scale,
    deadline: Deadline,
) -> Result<Pixels, DecodeError> {
    Decoder::new(scale, Reading::Wanted, deadline).decode(bytes)
}

/// The most bytes that [`prove`] has in use at any time, beside its input.
pub(crate) fn proof_cost(width: u32, height: u32) -> u64 {
    let side = |pixels: u32| u64::from(Scale::Eighth.of(pixels.next_multiple_of(UNIT)));
    // For each block of four components a coefficient and a mask; then planes and pixels, as above.
    side(width) * side(height) * (4 * (2 + 8) + 4 + 4) + FIXED
}

/// Reads every scan of a JPEG to its last bit, and gives the picture at 1/8. A scan of a progressive
/// file that refines others is read by what those have told, so that every code in it is proved.
///
/// # Errors
///
/// Those of [`decode`].
pub(crate) fn prove(bytes: &[u8], deadline: Deadline) -> Result<Pixels, DecodeError> {
    Decoder::new(Scale::Eighth, Reading::Everything, deadline).decode(bytes)
}
