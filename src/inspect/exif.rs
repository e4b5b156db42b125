//! The orientation out of an Exif block, which is a TIFF structure. A broken Exif block never
//! refuses an image: viewers then show it as stored, and so does the answer here.

use super::size::Size;
use super::tiff::Tiff;

/// The tag of the orientation in the first image directory (Exif 3.0, section 4.6.5).
const ORIENTATION: u16 = 0x0112;
/// JPEG puts this before the TIFF structure. PNG and WebP should not, and some writers still do.
pub(crate) const PREFIX: &[u8] = b"Exif\0\0";

/// How a viewer turns the stored picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Orientation {
    /// Values 1 to 4, and everything unreadable: width stays width.
    Kept,
    /// Values 5 to 8: a quarter turn, with or without a mirror.
    Turned,
}

impl Orientation {
    /// The size as displayed of a picture stored as `size`.
    pub(super) fn of(self, size: Size) -> Size {
        match self {
            Self::Kept => size,
            Self::Turned => size.turned(),
        }
    }
}

/// The orientation that an Exif block states.
pub(super) fn orientation(exif: &[u8]) -> Orientation {
    match value(exif) {
        5..=8 => Orientation::Turned,
        _ => Orientation::Kept,
    }
}

/// The value of the orientation that an Exif block states, from 1 to 8; 1, which is as stored, when
/// it states none of them.
pub(crate) fn value(exif: &[u8]) -> u16 {
    let tiff = Tiff::read(exif.strip_prefix(PREFIX).unwrap_or(exif));
    let stated = tiff.and_then(|tiff| tiff.first().find(ORIENTATION)?.short());
    stated.filter(|value| (1..=8).contains(value)).unwrap_or(1)
}
