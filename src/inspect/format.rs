//! Recognises the accepted formats by their first bytes.

use super::isobmff::{Brands, Kind};
use super::{Accepted, film};
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
    } else if film::is_webm(bytes) {
        Some(Format::Webm)
    } else {
        let mut brands = Brands::read(bytes)?;
        if brands.clone().any(is_avif) {
            Some(Format::Avif)
        } else if brands.clone().any(is_heic) {
            Some(Format::Heic)
        } else if brands.clone().any(|brand| &brand == b"qt  ") {
            Some(Format::QuickTime)
        } else {
            brands.any(is_mp4).then_some(Format::Mp4)
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

/// The brands of films (ISO/IEC 14496-12, annex E; ISO/IEC 14496-14), and those that phones and
/// common programs write.
fn is_mp4(brand: Kind) -> bool {
    matches!(
        &brand,
        b"isom"
            | b"iso2"
            | b"iso3"
            | b"iso4"
            | b"iso5"
            | b"iso6"
            | b"mp41"
            | b"mp42"
            | b"avc1"
            | b"M4V "
            | b"M4VH"
            | b"M4VP"
            | b"MSNV"
            | b"dash"
            | b"3gp4"
            | b"3gp5"
    )
}
