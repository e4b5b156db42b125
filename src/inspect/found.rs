//! Names what a refused file is, so that the answer helps the one who sent it.
//!
//! Nothing here decides whether a file is taken: all of these are refused alike.

use std::fmt;

use super::isobmff::{Brands, Kind};
use super::markup;

/// What a file is when it is none of the accepted formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Found {
    /// No bytes at all.
    Empty,
    /// HEIF with HEVC inside, as iPhones write it.
    Heic,
    /// SVG, which is a program as much as a picture.
    Svg,
    /// HTML.
    Html,
    /// XML that is neither SVG nor HTML.
    Xml,
    /// PDF.
    Pdf,
    /// Windows bitmap.
    Bmp,
    /// TIFF, or a camera's raw file built on it.
    Tiff,
    /// Windows icon or cursor.
    Ico,
    /// JPEG XL.
    JpegXl,
    /// JPEG 2000.
    Jpeg2000,
    /// Photoshop document.
    Psd,
    /// MP4 or another film in the ISO base media format.
    Mp4,
    /// QuickTime film.
    QuickTime,
    /// WebM or Matroska film.
    Webm,
    /// AVI film.
    Avi,
    /// ZIP, and what is built on it: office documents, Java archives.
    Zip,
    /// Gzip, also of an SVG.
    Gzip,
    /// Text in UTF-8 or UTF-16.
    Text,
    /// None of these.
    Unknown,
}

impl Found {
    /// What to do about it, as the rest of a sentence; empty where there is nothing to add.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Heic => {
                ". On the iPhone choose Settings > Camera > Formats > Most Compatible for new \
                 photos, and share this one as JPEG"
            }
            Self::Svg => ". An SVG can run scripts; send it as PNG or WebP",
            Self::Mp4 | Self::QuickTime | Self::Webm | Self::Avi => ". Send a still of the film",
            Self::Bmp | Self::Tiff | Self::Jpeg2000 | Self::JpegXl | Self::Psd => {
                ". Export it as one of these"
            }
            Self::Empty
            | Self::Html
            | Self::Xml
            | Self::Pdf
            | Self::Ico
            | Self::Zip
            | Self::Gzip
            | Self::Text
            | Self::Unknown => "",
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "empty",
            Self::Heic => "a HEIC photo",
            Self::Svg => "an SVG drawing",
            Self::Html => "an HTML page",
            Self::Xml => "an XML document",
            Self::Pdf => "a PDF document",
            Self::Bmp => "a BMP image",
            Self::Tiff => "a TIFF or camera raw image",
            Self::Ico => "a Windows icon",
            Self::JpegXl => "a JPEG XL image",
            Self::Jpeg2000 => "a JPEG 2000 image",
            Self::Psd => "a Photoshop document",
            Self::Mp4 => "an MP4 video",
            Self::QuickTime => "a QuickTime video",
            Self::Webm => "a WebM or Matroska video",
            Self::Avi => "an AVI video",
            Self::Zip => "a ZIP archive",
            Self::Gzip => "a gzip archive",
            Self::Text => "text",
            Self::Unknown => "of a type that is not known here",
        })
    }
}

/// Magic bytes at the front of a file.
const MAGIC: [(&[u8], Found); 18] = [
    (b"%PDF-", Found::Pdf),
    (b"II*\0", Found::Tiff),
    (b"MM\0*", Found::Tiff),
    (b"II+\0", Found::Tiff),
    (b"MM\0+", Found::Tiff),
    (b"\0\0\x01\0", Found::Ico),
    (b"\0\0\x02\0", Found::Ico),
    (b"\xFF\x0A", Found::JpegXl),
    (b"\0\0\0\x0CJXL \r\n\x87\n", Found::JpegXl),
    (b"\0\0\0\x0CjP  \r\n\x87\n", Found::Jpeg2000),
    (b"\xFF\x4F\xFF\x51", Found::Jpeg2000),
    (b"8BPS", Found::Psd),
    (b"\x1A\x45\xDF\xA3", Found::Webm),
    (b"PK\x03\x04", Found::Zip),
    (b"PK\x05\x06", Found::Zip),
    (b"\x1F\x8B", Found::Gzip),
    (b"\xFF\xFE", Found::Text),
    (b"\xFE\xFF", Found::Text),
];

/// How much of a file must be text to call it so.
const TEXT_LOOK: usize = 512;

/// Names what `bytes` are. Only a bounded number of them is looked at.
pub(super) fn recognise(bytes: &[u8]) -> Found {
    if bytes.is_empty() {
        return Found::Empty;
    }
    by_magic(bytes)
        .or_else(|| by_structure(bytes))
        .or_else(|| markup::recognise(bytes))
        .unwrap_or_else(|| if is_text(bytes) { Found::Text } else { Found::Unknown })
}

fn by_magic(bytes: &[u8]) -> Option<Found> {
    MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, found)| *found)
}

fn by_structure(bytes: &[u8]) -> Option<Found> {
    // "BM" also begins words; in a bitmap the four reserved bytes after the size are zero.
    if bytes.starts_with(b"BM") && bytes.get(6..10) == Some(&[0; 4]) {
        return Some(Found::Bmp);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"AVI ") {
        return Some(Found::Avi);
    }
    if let Some(mut brands) = Brands::read(bytes) {
        return Some(brands.clone().find_map(by_brand).unwrap_or_else(|| {
            if brands.any(|brand| &brand == b"qt  ") { Found::QuickTime } else { Found::Mp4 }
        }));
    }
    // The first QuickTime films had no `ftyp`.
    let is_old_film = matches!(bytes.get(4..8), Some(b"moov" | b"mdat" | b"wide" | b"free"));
    is_old_film.then_some(Found::QuickTime)
}

/// The brands of HEIF that are not AVIF (ISO/IEC 23008-12, annex B) and of other stills.
fn by_brand(brand: Kind) -> Option<Found> {
    match &brand {
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"hevm" | b"hevs" | b"mif1"
        | b"msf1" => Some(Found::Heic),
        b"jxl " => Some(Found::JpegXl),
        b"jp2 " => Some(Found::Jpeg2000),
        b"crx " => Some(Found::Tiff),
        _ => None,
    }
}

/// Whether the front is UTF-8 without control characters. A character that the look cuts in two
/// does not count against it.
fn is_text(bytes: &[u8]) -> bool {
    let look = bytes.get(..TEXT_LOOK).unwrap_or(bytes);
    let is_utf8 =
        std::str::from_utf8(look).map_or_else(|error| error.error_len().is_none(), |_| true);
    is_utf8 && !look.iter().any(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace())
}
