//! The eight orientations.

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use super::{assert_near, encoded, shown};
use crate::image::Format;
use crate::variant::{Fit, Output, render};

const RED: [u8; 3] = [255, 0, 0];
const GREEN: [u8; 3] = [0, 255, 0];
const BLUE: [u8; 3] = [0, 0, 255];
const WHITE: [u8; 3] = [255; 3];

/// An Exif block that states an orientation alone.
fn exif(value: u8) -> Vec<u8> {
    let mut tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    tiff.extend([value, 0, 0, 0, 0, 0, 0]);
    tiff
}

/// A picture of 64 × 32 whose quarters are, as displayed: red, green, blue, white.
///
/// It is stored as the orientation says, which the crate `image` undoes for us: what it makes of
/// the displayed picture by the inverse of a turn is what the turn makes displayed.
fn stored(value: u8) -> RgbImage {
    let displayed = RgbImage::from_fn(64, 32, |x, y| {
        Rgb(match (x < 32, y < 16) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => WHITE,
        })
    });
    let inverse = match value {
        6 => 8,
        8 => 6,
        value => value,
    };
    let mut stored = DynamicImage::from(displayed);
    stored.apply_orientation(image::metadata::Orientation::from_exif(inverse).unwrap());
    stored.to_rgb8()
}

/// The file with an orientation in it.
fn with_orientation(value: u8, format: Format) -> Vec<u8> {
    let picture = stored(value);
    match format {
        Format::Jpeg => {
            let bytes = encoded(picture, ImageFormat::Jpeg);
            let payload = [b"Exif\0\0".to_vec(), exif(value)].concat();
            let length = u16::try_from(payload.len() + 2).unwrap().to_be_bytes();
            [&bytes[..2], &[0xFF, 0xE1], &length, &payload, &bytes[2..]].concat()
        }
        Format::Png => {
            let bytes = encoded(picture, ImageFormat::Png);
            let chunk = [b"eXIf".to_vec(), exif(value)].concat();
            let length = u32::try_from(chunk.len() - 4).unwrap().to_be_bytes();
            let sum = crc32fast::hash(&chunk).to_be_bytes();
            [&bytes[..33], &length, &chunk, &sum, &bytes[33..]].concat()
        }
        Format::Webp => {
            let (width, height) = picture.dimensions();
            let bytes = encoded(picture, ImageFormat::WebP);
            let side = |side: u32| (side - 1).to_le_bytes()[..3].to_vec();
            let extended = [vec![0x08, 0, 0, 0], side(width), side(height)].concat();
            let chunk = |kind: &[u8], data: &[u8]| {
                let length = u32::try_from(data.len()).unwrap().to_le_bytes();
                [kind, &length, data].concat()
            };
            let exif = chunk(b"EXIF", &exif(value));
            let body = [b"WEBP", &*chunk(b"VP8X", &extended), &bytes[12..], &exif].concat();
            chunk(b"RIFF", &body)
        }
        Format::Gif
        | Format::Avif
        | Format::Heic
        | Format::Mp4
        | Format::QuickTime
        | Format::Webm => panic!("{format:?} has no orientation here"),
    }
}

#[test]
fn every_orientation_lands_right() {
    for format in [Format::Jpeg, Format::Png, Format::Webp] {
        for value in 1..=8 {
            let bytes = with_orientation(value, format);
            let found = crate::inspect::inspect(&bytes, &crate::inspect::Limits::default());
            let facts = found.unwrap();
            assert_eq!((facts.width, facts.height), (64, 32), "{format:?} {value}");
            let picture = shown(format, (64, 32), &bytes).to_rgb8();
            for (corner, colour) in [((8, 4), RED), ((56, 4), GREEN), ((8, 28), BLUE)] {
                assert_near(&picture.get_pixel(corner.0, corner.1).0, &colour, 4);
            }
        }
    }
}

#[test]
fn a_turned_picture_is_cut_as_displayed() {
    for value in 1..=8 {
        let bytes = with_orientation(value, Format::Jpeg);
        let source = super::source(Format::Jpeg, (64, 32), &bytes);
        let order = super::order(4, 8, Fit::Cover, Output::Png);
        let cut = super::opened(&render(&bytes, &source, &order, super::soon()).unwrap());
        let cut = cut.to_rgb8();
        // The middle quarter of the width: a half of each colour.
        for (corner, colour) in [((0, 1), RED), ((3, 1), GREEN), ((0, 6), BLUE), ((3, 6), WHITE)] {
            assert_near(&cut.get_pixel(corner.0, corner.1).0, &colour, 40);
        }
    }
}
