//! JPEGs that decoders take differently, or that one of them does not read.

use jpeg_encoder::{ColorType, Encoder};

use super::colours::cmyk;
use super::{AS_IT_IS, assert_near, gradient, opened, order, render, shown, soon, source};
use crate::image::Format;
use crate::inspect::jpeg::marker;
use crate::inspect::jpeg::segments::Segments;
use crate::variant::{Fit, Output};

const SIDE: u32 = 16;

/// The colour in the middle of the whole picture, and of the picture at an eighth.
fn colours(bytes: &[u8]) -> [[u8; 3]; 2] {
    let small = order(2, 2, Fit::Inside, Output::Png);
    [(AS_IT_IS, 8), (small, 1)].map(|(order, at)| {
        let source = source(Format::Jpeg, (SIDE, SIDE), bytes);
        let rendition = render(bytes, &source, &order, soon()).unwrap();
        opened(&rendition).to_rgb8().get_pixel(at, at).0
    })
}

/// The file with other bytes instead of its segments with this marker.
fn with_segment(bytes: &[u8], of: u8, other: &[u8]) -> Vec<u8> {
    let segments = Segments::new(bytes).map(Result::unwrap);
    let parts = segments.map(|it| if it.marker == of { other } else { &bytes[it.range] });
    [&bytes[..2], &parts.collect::<Vec<_>>().concat()].concat()
}

#[test]
fn colours_are_the_same_in_all_sizes() {
    let inks = [200, 30, 90, 40];
    let (plain, inverted) = (cmyk(inks, ColorType::Cmyk), inks.map(|ink| 255 - ink));
    // Adobe's segment cut off behind its name counts as none.
    let short = with_segment(&plain, marker::APP14, b"\xFF\xEE\0\x07Adobe");
    let none = with_segment(&cmyk(inverted, ColorType::Cmyk), marker::APP14, &[]);
    for bytes in [&plain, &short, &none, &cmyk(inks, ColorType::CmykAsYcck)] {
        let [whole, small] = colours(bytes);
        assert_near(&small, &whole, 4);
    }
    assert_near(&colours(&none)[0], &colours(&plain)[0], 4);
    assert_ne!(colours(&short)[0], colours(&plain)[0]);

    // Three components by JFIF's segment, by Adobe's, by their names, and by none of these.
    let mut rgb = Vec::new();
    let pixels = [200, 30, 90].repeat(256);
    Encoder::new(&mut rgb, 100).encode(&pixels, 16, 16, ColorType::Rgb).unwrap();
    let adobe =
        |transform| [b"\xFF\xEE\0\x0EAdobe\0\x64\0\0\0\0".as_slice(), &[transform]].concat();
    let named = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        let frame = bytes.windows(2).position(|two| two == [0xFF, 0xC0]).unwrap() + 10;
        let scan = bytes.windows(2).position(|two| two == [0xFF, 0xDA]).unwrap() + 5;
        for (at, name) in (0..).zip(*b"RGB") {
            (bytes[frame + 3 * at], bytes[scan + 2 * at]) = (name, name);
        }
        bytes
    };
    let unmarked = with_segment(&rgb, marker::APP0, &[]);
    let both = [&rgb[..2], &adobe(0), &rgb[2..]].concat();
    let stored = with_segment(&rgb, marker::APP0, &adobe(0));
    let odd = with_segment(&rgb, marker::APP0, &adobe(9));
    for (bytes, is_converted) in [
        (rgb.clone(), true),
        (named(&rgb), true),
        (both, true),
        (unmarked.clone(), true),
        (odd, true),
        (named(&unmarked), false),
        (stored, false),
    ] {
        let [whole, small] = colours(&bytes);
        assert_near(&small, &whole, 3);
        let is_right = whole.iter().zip([200, 30, 90]).all(|(a, b)| a.abs_diff(b) < 4);
        assert_eq!(is_right, is_converted, "{whole:?}");
    }
}

fn progressive() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 80);
    encoder.set_progressive(true);
    encoder.encode(&gradient(40, 30), 40, 30, ColorType::Rgb).unwrap();
    bytes
}

#[test]
fn a_file_with_very_many_scans_is_shown_whole() {
    // Four inks, each with 32 bands; more bands the encoder does not write rightly.
    let [usual, many] = [5, 33].map(|bands| {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, 80);
        encoder.set_progressive_scans(bands);
        let inks: Vec<u8> =
            (0..40 * 30 * 4_u32).map(|at| u8::try_from(at * 7 % 251).unwrap()).collect();
        encoder.encode(&inks, 40, 30, ColorType::Cmyk).unwrap();
        bytes
    });
    let scans = Segments::new(&many).filter(|it| it.as_ref().unwrap().marker == marker::SOS);
    assert!(scans.count() > 100);
    assert_eq!(shown(Format::Jpeg, (40, 30), &many), shown(Format::Jpeg, (40, 30), &usual));
}

#[test]
fn what_one_decoder_does_not_read_is_shown_at_half() {
    let usual = progressive();
    let scan = usual.windows(2).position(|two| two == [0xFF, 0xDA]).unwrap();
    // The height a second time, where only that of a file without one is looked for.
    let stated = [&usual[..scan], &[0xFF, marker::DNL, 0, 4, 0, 30], &usual[scan..]].concat();
    let (found, whole) =
        (shown(Format::Jpeg, (40, 30), &stated), shown(Format::Jpeg, (40, 30), &usual));
    for (x, y) in [(4, 4), (36, 4), (4, 26), (36, 26), (20, 15)] {
        let at = |picture: &image::DynamicImage| picture.to_rgb8().get_pixel(x, y).0;
        assert_near(&at(&found), &at(&whole), 8);
    }
    assert_ne!(found, whole);
}

#[test]
fn very_many_application_segments_change_nothing() {
    let usual = progressive();
    let part = b"\xFF\xE2\0\x11ICC_PROFILE\0\x01\x01x".repeat(30_000);
    let many = [&usual[..2], &part, &usual[2..]].concat();
    assert_eq!(shown(Format::Jpeg, (40, 30), &many), shown(Format::Jpeg, (40, 30), &usual));
}
