//! WebP files of both codings, with every orientation.

use super::{Photo, parts, pictures};
use crate::support::photos::{extended_webp, riff_chunk};

/// The bits of `VP8X`.
const PROFILE: u8 = 0x20;
const ALPHA: u8 = 0x10;
const EXIF: u8 = 0x08;
const XMP: u8 = 0x04;

/// The chunks of a picture, which are what stands behind the header of a file.
pub(crate) fn chunks(number: u32, is_lossless: bool) -> Vec<u8> {
    let picture = pictures::frame(number);
    let encoder = webp::Encoder::from_rgba(&picture, picture.width(), picture.height());
    let file = if is_lossless { encoder.encode_lossless() } else { encoder.encode(80.0) };
    let chunks = &file[12..];
    // An extended file's own header is made anew.
    if chunks.starts_with(b"VP8X") { chunks[18..].to_vec() } else { chunks.to_vec() }
}

fn loaded(picture: &[u8], orientation: u16) -> Vec<u8> {
    let (width, height) = pictures::SIZE;
    let chunks = [
        riff_chunk(*b"ICCP", &pictures::display_p3()),
        picture.to_vec(),
        riff_chunk(*b"EXIF", &parts::exif_of_program(orientation)),
        riff_chunk(*b"XMP ", &parts::xmp()),
        riff_chunk(*b"C2PA", b"SECRET"),
    ];
    let flags = PROFILE | ALPHA | EXIF | XMP;
    [extended_webp(width, height, flags, &chunks.concat()), b"SECRET".to_vec()].concat()
}

/// Both codings with metadata, and a file for each orientation.
pub(crate) fn all() -> Vec<Photo> {
    let mut photos = vec![
        Photo::new("lossy.webp", loaded(&chunks(0, false), 1)),
        Photo::new("lossless.webp", loaded(&chunks(0, true), 1)),
    ];
    photos.extend((1..=8).map(|orientation| {
        let bytes = loaded(&chunks(0, false), orientation);
        Photo::new(format!("turned-{orientation}.webp"), bytes)
    }));
    photos
}
