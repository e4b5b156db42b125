//! Profiles and inks.

use std::borrow::Cow;

use image::{ImageEncoder as _, ImageFormat, Rgb, RgbImage};
use moxcms::ColorProfile;

use super::{AS_IT_IS, assert_near, encoded, render, shown, soon, source};
use crate::image::Format;

const SIDE: u32 = 16;

/// What the coordinates of a colour of Display P3 are in sRGB.
fn from_p3(colour: [u8; 3]) -> [u8; 3] {
    let (p3, srgb) = (ColorProfile::new_display_p3(), ColorProfile::new_srgb());
    let rgb = moxcms::Layout::Rgb;
    let transform = p3.create_transform_8bit(rgb, &srgb, rgb, Default::default()).unwrap();
    let mut converted = [0; 3];
    transform.transform(&colour, &mut converted).unwrap();
    converted
}

fn plain(colour: [u8; 3]) -> RgbImage {
    RgbImage::from_pixel(SIDE, SIDE, Rgb(colour))
}

/// A file with a profile, by an encoder that is not ours.
fn with_profile(picture: &RgbImage, format: Format, profile: Vec<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (samples, kind) = (picture.as_raw(), image::ExtendedColorType::Rgb8);
    match format {
        Format::Jpeg => {
            let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 100);
            encoder.set_icc_profile(profile).unwrap();
            encoder.write_image(samples, SIDE, SIDE, kind).unwrap();
        }
        Format::Png => {
            let mut encoder = image::codecs::png::PngEncoder::new(&mut bytes);
            encoder.set_icc_profile(profile).unwrap();
            encoder.write_image(samples, SIDE, SIDE, kind).unwrap();
        }
        Format::Webp => {
            let mut encoder = image::codecs::webp::WebPEncoder::new_lossless(&mut bytes);
            encoder.set_icc_profile(profile).unwrap();
            encoder.write_image(samples, SIDE, SIDE, kind).unwrap();
        }
        Format::Gif
        | Format::Avif
        | Format::Heic
        | Format::Mp4
        | Format::QuickTime
        | Format::Webm => panic!("{format:?} is not written here"),
    }
    bytes
}

#[test]
fn display_p3_becomes_srgb() {
    // As red as sRGB can be is less than P3 can; the darker red is one that both have.
    for colour in [[234, 51, 35], [120, 60, 40], [20, 200, 90]] {
        let expected = from_p3(colour);
        assert_ne!(expected, colour);
        let profile = ColorProfile::new_display_p3().encode().unwrap();
        for format in [Format::Jpeg, Format::Png, Format::Webp] {
            let bytes = with_profile(&plain(colour), format, profile.clone());
            let picture = shown(format, (SIDE, SIDE), &bytes).to_rgb8();
            assert_near(&picture.get_pixel(8, 8).0, &expected, 3);
        }
    }
    assert_near(&from_p3([234, 51, 35]), &[255, 0, 0], 2);
}

#[test]
fn a_profile_in_many_segments_is_put_together() {
    // Made long by what follows its tags, so that it needs three segments.
    let mut profile = ColorProfile::new_display_p3().encode().unwrap();
    profile.resize(150_000, 0);
    let length = u32::try_from(profile.len()).unwrap();
    profile[..4].copy_from_slice(&length.to_be_bytes());
    let bytes = with_profile(&plain([120, 60, 40]), Format::Jpeg, profile);
    let picture = shown(Format::Jpeg, (SIDE, SIDE), &bytes).to_rgb8();
    assert_near(&picture.get_pixel(8, 8).0, &from_p3([120, 60, 40]), 3);
}

#[test]
fn a_broken_profile_counts_as_none() {
    let whole = ColorProfile::new_display_p3().encode().unwrap();
    let grey = ColorProfile::new_gray_with_gamma(2.2).encode().unwrap();
    let cut = whole[..whole.len() / 2].to_vec();
    for profile in [cut, b"no profile at all".to_vec(), grey] {
        for format in [Format::Jpeg, Format::Png, Format::Webp] {
            let bytes = with_profile(&plain([120, 60, 40]), format, profile.clone());
            let picture = shown(format, (SIDE, SIDE), &bytes).to_rgb8();
            assert_near(&picture.get_pixel(8, 8).0, &[120, 60, 40], 3);
        }
    }
}

#[test]
fn a_grey_profile_is_obeyed() {
    let linear = ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::png::PngEncoder::new(&mut bytes);
    encoder.set_icc_profile(linear).unwrap();
    let samples = vec![55; 256];
    encoder.write_image(&samples, SIDE, SIDE, image::ExtendedColorType::L8).unwrap();
    let picture = shown(Format::Png, (SIDE, SIDE), &bytes).to_rgb8();
    // A fifth of the light is a half of the code.
    assert_near(&picture.get_pixel(8, 8).0, &[128; 3], 3);
}

/// A CMYK file as Photoshop writes it: inks inverted, with Adobe's segment; by the crate
/// `jpeg-encoder`, which writes that segment and inverts.
pub(super) fn cmyk(inks: [u8; 4], kind: jpeg_encoder::ColorType) -> Vec<u8> {
    let mut bytes = Vec::new();
    let samples: Vec<u8> = inks.repeat((SIDE * SIDE) as usize);
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, 100);
    let side = u16::try_from(SIDE).unwrap();
    encoder.encode(&samples, side, side, kind).unwrap();
    bytes
}

#[test]
fn inks_become_light() {
    use jpeg_encoder::ColorType::{Cmyk, CmykAsYcck};
    let table = [
        ([0, 0, 0, 0], [255, 255, 255]),
        ([255, 0, 0, 0], [0, 255, 255]),
        ([0, 255, 0, 0], [255, 0, 255]),
        ([0, 0, 255, 0], [255, 255, 0]),
        ([0, 0, 0, 255], [0, 0, 0]),
        ([0, 128, 255, 64], [191, 95, 0]),
    ];
    for (inks, expected) in table {
        for kind in [Cmyk, CmykAsYcck] {
            let bytes = cmyk(inks, kind);
            let picture = shown(Format::Jpeg, (SIDE, SIDE), &bytes).to_rgb8();
            assert_near(&picture.get_pixel(8, 8).0, &expected, 4);
        }
    }
}

#[test]
fn variants_hold_pixels_alone() {
    let profile = ColorProfile::new_display_p3().encode().unwrap();
    let bytes = with_profile(&plain([120, 60, 40]), Format::Png, profile);
    let source = source(Format::Png, (SIDE, SIDE), &bytes);
    let mut chunks = Vec::new();
    let png = render(&bytes, &source, &AS_IT_IS, soon()).unwrap().bytes;
    for chunk in crate::inspect::png::chunks::Chunks::new(&png) {
        chunks.push(String::from_utf8(chunk.unwrap().kind.to_vec()).unwrap());
    }
    assert_eq!(chunks, ["IHDR", "IDAT", "IEND"]);

    let order =
        crate::variant::Order { output: crate::variant::Output::Jpeg { quality: 80 }, ..AS_IT_IS };
    let jpeg = render(&bytes, &source, &order, soon()).unwrap().bytes;
    let segments = crate::inspect::jpeg::segments::Segments::new(&jpeg);
    let applications: Vec<_> =
        segments.map(|s| s.unwrap().marker).filter(|m| (0xE0..0xF0).contains(m)).collect();
    // JFIF's, which says that the colours are YCbCr.
    assert_eq!(applications, [0xE0]);

    let order =
        crate::variant::Order { output: crate::variant::Output::Webp { quality: 80 }, ..AS_IT_IS };
    let webp = render(&bytes, &source, &order, soon()).unwrap().bytes;
    assert_eq!(&webp[12..16], b"VP8 ");
    assert_eq!(Cow::from(&webp[..4]), &b"RIFF"[..]);
}

#[test]
fn colours_without_a_profile_stay() {
    let bytes = encoded(plain([234, 51, 35]), ImageFormat::Png);
    let picture = shown(Format::Png, (SIDE, SIDE), &bytes).to_rgb8();
    assert_eq!(picture.get_pixel(8, 8).0, [234, 51, 35]);
}
