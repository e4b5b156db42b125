//! PNG files of every kind of sample, interlaced ones too, with all that PNG has for text.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::{Photo, parts, pictures};
use crate::support::photos::{PNG_AFTER_HEADER, png_chunk};

/// What an Adam7 pass takes: the first column and row, and the steps between them (W3C PNG, section
/// 8).
const PASSES: [(usize, usize, usize, usize); 7] = [
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
];

/// The kinds of samples that are tried.
#[derive(Clone, Copy, Debug)]
enum Samples {
    Rgb,
    Rgba,
    Rgb16,
    Gray16,
    GrayAlpha,
    Palette,
}

impl Samples {
    /// The depth, the colour type and the samples of the picture, one pixel after the other.
    fn coded(self) -> (u8, u8, Vec<[u8; 8]>, usize) {
        let pixels = pictures::picture();
        let of = |samples: fn([u8; 4]) -> [u8; 8]| pixels.pixels().map(|p| samples(p.0)).collect();
        match self {
            Self::Rgb => (8, 2, of(|[r, g, b, _]| [r, g, b, 0, 0, 0, 0, 0]), 3),
            Self::Rgba => (8, 6, of(|[r, g, b, a]| [r, g, b, a, 0, 0, 0, 0]), 4),
            Self::Rgb16 => (16, 2, of(|[r, g, b, a]| [r, a, g, r, b, g, 0, 0]), 6),
            Self::Gray16 => (16, 0, of(|[r, g, ..]| [r, g, 0, 0, 0, 0, 0, 0]), 2),
            Self::GrayAlpha => (8, 4, of(|[r, .., a]| [r, a, 0, 0, 0, 0, 0, 0]), 2),
            Self::Palette => (8, 3, of(|[r, ..]| [r % 16, 0, 0, 0, 0, 0, 0, 0]), 1),
        }
    }
}

fn plain(samples: Samples, is_interlaced: bool) -> Vec<u8> {
    let (depth, colours, pixels, size) = samples.coded();
    let (width, height) = pictures::SIZE;
    let columns = usize::try_from(width).unwrap();
    let rows: Vec<&[[u8; 8]]> = pixels.chunks(columns).collect();
    let passes: &[_] = if is_interlaced { &PASSES } else { &[(0, 0, 1, 1)] };
    let mut data = Vec::new();
    for (left, top, across, down) in passes {
        for row in rows.iter().skip(*top).step_by(*down) {
            // Every row begins with its filter; none is used.
            data.push(0);
            let chosen = row.iter().skip(*left).step_by(*across);
            data.extend(chosen.flat_map(|pixel| &pixel[..size]));
        }
    }
    let header = [
        &[width, height].map(u32::to_be_bytes).concat()[..],
        &[depth, colours, 0, 0, u8::from(is_interlaced)],
    ]
    .concat();
    let mut chunks = png_chunk(*b"IHDR", &header);
    if matches!(samples, Samples::Palette) {
        let colours: Vec<u8> = (0..16).flat_map(|n: u8| [n * 15, 255 - n * 9, n * 3]).collect();
        chunks.extend(png_chunk(*b"PLTE", &colours));
        chunks.extend(png_chunk(*b"tRNS", &[0, 90, 180]));
    }
    chunks.extend(png_chunk(*b"IDAT", &compressed(&data)));
    chunks.extend(png_chunk(*b"IEND", b""));
    [&b"\x89PNG\r\n\x1A\n"[..], &chunks].concat()
}

/// A zlib stream, as most of PNG's chunks want it.
pub(crate) fn compressed(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// The file with more chunks behind its header.
fn with_chunks(png: &[u8], chunks: &[u8]) -> Vec<u8> {
    let (header, rest) = png.split_at(PNG_AFTER_HEADER);
    [header, chunks, rest].concat()
}

/// Text, a time, Exif, XMP, what a program keeps for itself, and bytes behind the end.
fn loaded(png: &[u8], orientation: u16) -> Vec<u8> {
    let packed = |keyword: &[u8]| [keyword, b"\0\0", &compressed(b"SECRET text")].concat();
    let xmp = [b"XML:com.adobe.xmp\0\0\0\0\0", &parts::xmp()[..]].concat();
    let chunks = [
        png_chunk(*b"pHYs", &[0, 0, 0x0B, 0x13, 0, 0, 0x0B, 0x13, 1]),
        png_chunk(*b"tEXt", b"Author\0SECRET"),
        png_chunk(*b"zTXt", &packed(b"Comment")),
        png_chunk(*b"zTXt", &packed(b"Raw profile type exif")),
        png_chunk(*b"iTXt", b"Title\0\0\0en\0\0SECRET"),
        png_chunk(*b"iTXt", &xmp),
        png_chunk(*b"tIME", &[7, 234, 5, 4, 3, 2, 1]),
        png_chunk(*b"eXIf", &parts::exif_of_program(orientation)),
        png_chunk(*b"caBX", b"SECRET"),
        png_chunk(*b"prVt", b"SECRET"),
    ];
    [with_chunks(png, &chunks.concat()), b"SECRET".to_vec()].concat()
}

/// Every kind of samples with metadata, and a file for each orientation.
pub(crate) fn all() -> Vec<Photo> {
    let profile = [b"Display P3\0\0", &compressed(&pictures::display_p3())[..]].concat();
    let colours = png_chunk(*b"iCCP", &profile);
    let gamma = [png_chunk(*b"gAMA", &62_500_u32.to_be_bytes()), png_chunk(*b"sBIT", &[8, 8, 8])];
    let file = |samples, is_interlaced| loaded(&plain(samples, is_interlaced), 1);
    let mut photos = vec![
        Photo::new("rgba.png", file(Samples::Rgba, false)),
        Photo::new("sixteen-bits.png", file(Samples::Rgb16, false)),
        Photo::new("sixteen-bits-gray.png", file(Samples::Gray16, false)),
        Photo::new("gray-alpha.png", file(Samples::GrayAlpha, false)),
        Photo::new("palette.png", file(Samples::Palette, false)),
        Photo::new("interlaced.png", file(Samples::Rgba, true)),
        Photo::new("interlaced-sixteen-bits.png", file(Samples::Rgb16, true)),
        Photo::new("interlaced-palette.png", file(Samples::Palette, true)),
        Photo::new("display-p3.png", with_chunks(&file(Samples::Rgb, false), &colours)),
        Photo::new("gamma.png", with_chunks(&file(Samples::Rgb, false), &gamma.concat())),
    ];
    photos.extend((1..=8).map(|orientation| {
        let bytes = loaded(&plain(Samples::Rgba, false), orientation);
        Photo::new(format!("turned-{orientation}.png"), bytes)
    }));
    photos
}
