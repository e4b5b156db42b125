//! The orientation out of an Exif block, which is a TIFF structure. A broken Exif block never
//! refuses an image: viewers then show it as stored, and so does the answer here.

use super::reader::Reader;
use super::size::Size;

/// The tag of the orientation in the first image directory (Exif 3.0, section 4.6.5).
const ORIENTATION: u16 = 0x0112;
/// The TIFF type of a 16-bit number.
const SHORT: u16 = 3;
/// JPEG puts this before the TIFF structure. PNG and WebP should not, and some writers still do.
pub(super) const PREFIX: &[u8] = b"Exif\0\0";

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
    let tiff = exif.strip_prefix(PREFIX).unwrap_or(exif);
    match value(tiff) {
        Some(5..=8) => Orientation::Turned,
        Some(_) | None => Orientation::Kept,
    }
}

/// The value of the orientation tag. Only the first directory is read, so there is no chain that
/// could be followed in a circle; its entries are at most 65 535.
fn value(tiff: &[u8]) -> Option<u16> {
    let order = ByteOrder::of(tiff.first_chunk()?)?;
    let offset = order.u32(tiff.get(4..8)?)?;
    let directory = tiff.get(usize::try_from(offset).ok()?..)?;
    let (count, entries) = directory.split_at_checked(2)?;
    let count = usize::from(order.u16(count)?);
    let entry =
        entries.chunks_exact(12).take(count).find(|entry| order.u16(entry) == Some(ORIENTATION))?;
    let is_one_short = order.u16(entry.get(2..)?)? == SHORT && order.u32(entry.get(4..)?)? == 1;
    if is_one_short { order.u16(entry.get(8..)?) } else { None }
}

#[derive(Clone, Copy)]
enum ByteOrder {
    Little,
    Big,
}

impl ByteOrder {
    fn of(magic: &[u8; 4]) -> Option<Self> {
        match magic {
            b"II*\0" => Some(Self::Little),
            b"MM\0*" => Some(Self::Big),
            _ => None,
        }
    }

    fn u16(self, bytes: &[u8]) -> Option<u16> {
        let mut reader = Reader::new(bytes);
        match self {
            Self::Little => reader.le16(),
            Self::Big => reader.be16(),
        }
        .ok()
    }

    fn u32(self, bytes: &[u8]) -> Option<u32> {
        let mut reader = Reader::new(bytes);
        match self {
            Self::Little => reader.le32(),
            Self::Big => reader.be32(),
        }
        .ok()
    }
}
