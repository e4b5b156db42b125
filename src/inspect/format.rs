//! Recognises the accepted formats by their first bytes.

use super::Accepted;
use super::isobmff::{Brands, Kind};
use crate::image::Format;

/// Names the accepted format whose magic bytes stand at the front, if any. What follows them may
/// still be broken.
pub(super) fn recognise(bytes: &[u8], accepted: Accepted) -> Option<Format> {
    by_magic(bytes).filter(|format| accepted.has(*format))
}

fn by_magic(bytes: &[u8]) -> Option<Format> {
    if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        Some(Format::Jpeg)
    } else if bytes.starts_with(super::png::SIGNATURE) {
        Some(Format::Png)
    } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        Some(Format::Gif)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some(Format::Webp)
    } else {
        let mut brands = Brands::read(bytes)?;
        if brands.clone().any(is_avif) {
            Some(Format::Avif)
        } else {
            brands.any(is_heic).then_some(Format::Heic)
        }
    }
}

/// The brands of AV1 still images and sequences (AVIF 1.1, section 6).
fn is_avif(brand: Kind) -> bool {
    matches!(&brand, b"avif" | b"avis")
}

/// The brands of HEVC still images (ISO/IEC 23008-12, annex B), and that of stills of any coding,
/// which is then told by the item.
fn is_heic(brand: Kind) -> bool {
    matches!(&brand, b"heic" | b"heix" | b"heim" | b"heis" | b"mif1")
}
