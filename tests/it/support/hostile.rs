//! Files that are made to hurt.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::photos::{self, PNG_AFTER_HEADER, SVG, atom, png_chunk};

/// How many bytes a short text unpacks to: more than the memory of any test.
const UNPACKED: usize = 256 << 20;

/// Files that are refused, each with the outcome.
pub(crate) fn refused() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let corrupt = "422 CORRUPT_IMAGE";
    vec![
        ("a PNG of 50,000 x 50,000 in 65 bytes", wide_png(), "422 LIMIT_PIXELS"),
        ("a JPEG of 65,500 x 65,500", wide_jpeg(), "422 LIMIT_PIXELS"),
        ("a GIF of 10,000 frames", photos::gif_bomb(10_000), "422 LIMIT_FRAMES"),
        ("an SVG named .jpg", SVG.to_vec(), "415 UNSUPPORTED_TYPE"),
        ("a JPEG's segment that reaches beyond the file", lying_jpeg(), corrupt),
        ("a PNG's chunk of two gigabytes", lying_png(), corrupt),
        ("a WebP of four gigabytes", lying_webp(), corrupt),
        ("a GIF's block that reaches beyond the file", lying_gif(), corrupt),
        ("an AVIF's box of eight exabytes", lying_avif(), corrupt),
        ("boxes in boxes, one hundred thousand deep", nested(*b"meta", 100_000), corrupt),
        ("films in films, one hundred thousand deep", nested(*b"moov", 100_000), corrupt),
        ("properties in properties", nested(*b"iprp", 100_000), corrupt),
    ]
}

pub(crate) fn wide_png() -> Vec<u8> {
    let header = [&[50_000_u32; 2].map(u32::to_be_bytes).concat()[..], &[8, 6, 0, 0, 0]].concat();
    let chunks = [
        png_chunk(*b"IHDR", &header),
        png_chunk(*b"IDAT", &[0x78, 0x9C, 3, 0, 0, 0, 0, 1]),
        png_chunk(*b"IEND", b""),
    ];
    [b"\x89PNG\r\n\x1A\n", &*chunks.concat()].concat()
}

fn wide_jpeg() -> Vec<u8> {
    let mut jpeg = photos::jpeg(8, 6);
    let frame = jpeg.windows(2).position(|marker| marker == b"\xFF\xC0").unwrap();
    let side = 65_500_u16.to_be_bytes();
    jpeg.splice(frame + 5..frame + 9, [side, side].concat());
    jpeg
}

fn lying_jpeg() -> Vec<u8> {
    let jpeg = photos::jpeg(8, 6);
    [&jpeg[..2], b"\xFF\xE1\xFF\xFFExif\0\0", &jpeg[2..]].concat()
}

fn lying_png() -> Vec<u8> {
    let png = photos::png(8, 6);
    let (header, rest) = png.split_at(PNG_AFTER_HEADER);
    [header, b"\x7F\xFF\xFF\xFFtEXtAuthor\0", rest].concat()
}

fn lying_webp() -> Vec<u8> {
    let mut webp = photos::webp(8, 6);
    webp.splice(4..8, [0xFF, 0xFF, 0xFF, 0xFE]);
    webp
}

fn lying_gif() -> Vec<u8> {
    let gif = photos::gif(8, 6);
    [&gif[..gif.len() - 1], b"\x21\xFE\xFFshort"].concat()
}

fn lying_avif() -> Vec<u8> {
    let length = [0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
    [photos::AVIF, b"\0\0\0\x01meta", &length[..]].concat()
}

/// An AVIF whose boxes of this kind stand in each other.
fn nested(kind: [u8; 4], depth: u32) -> Vec<u8> {
    let total = 12 * depth;
    let mut deep: Vec<u8> = (0..depth)
        .flat_map(|level| [(total - 12 * level).to_be_bytes(), kind, [0; 4]].concat())
        .collect();
    if kind != *b"meta" {
        deep = atom(*b"meta", &[&[0; 4], &*deep].concat());
    }
    [atom(*b"ftyp", b"avif\0\0\0\0avisavifmif1"), deep].concat()
}

/// The zlib stream of so many zeros. One mebibyte is packed; it stands there again and again, and the
/// checksum of zeros is a sum of ones (RFC 1950).
fn packed_zeros() -> Vec<u8> {
    let mebibyte = vec![0; 1 << 20];
    let mut packer = DeflateEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(&mebibyte).unwrap();
    packer.flush().unwrap();
    let blocks = packer.get_ref().repeat(UNPACKED / mebibyte.len());
    let checksum = u32::try_from(UNPACKED % 65_521).unwrap() << 16 | 1;
    [b"\x78\x01", &*blocks, &[3, 0], &checksum.to_be_bytes()].concat()
}

/// A PNG whose text, packed, is a thousandth of what it unpacks to.
pub(crate) fn packed_text() -> Vec<u8> {
    let packed = packed_zeros();
    let text = png_chunk(*b"zTXt", &[b"Comment\0\0", &*packed].concat());
    let title = png_chunk(*b"iTXt", &[b"Title\0\x01\0\0\0", &*packed].concat());
    let exif = png_chunk(*b"zTXt", &[b"Raw profile type exif\0\0", &*packed].concat());
    let png = photos::png(9, 7);
    let (header, rest) = png.split_at(PNG_AFTER_HEADER);
    [header, &text, &title, &exif, rest].concat()
}
