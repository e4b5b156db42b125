//! What is shown of what moves.

use gif::{Encoder, Frame};
use image::{Rgba, RgbaImage};

use super::{AS_IT_IS, encoded, render, shown, soon, source};
use crate::image::Format;
use crate::variant::{RenderError, prove};

/// A GIF of 8 × 6 whose first frame is red, 4 × 3, at 2, 1; the second is blue all over.
fn gif(interlaced: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 8, 6, &[]).unwrap();
    let mut first = Frame::from_rgba(4, 3, &mut [255, 0, 0, 255].repeat(12));
    (first.left, first.top, first.interlaced) = (2, 1, interlaced);
    encoder.write_frame(&first).unwrap();
    encoder.write_frame(&Frame::from_rgba(8, 6, &mut [0, 0, 255, 255].repeat(48))).unwrap();
    drop(encoder);
    bytes
}

#[test]
fn a_gif_shows_its_first_frame_in_its_place() {
    for interlaced in [false, true] {
        let picture = shown(Format::Gif, (8, 6), &gif(interlaced)).to_rgba8();
        for (x, y, pixel) in picture.enumerate_pixels() {
            let is_inside = (2..6).contains(&x) && (1..4).contains(&y);
            let expected = if is_inside { [255, 0, 0, 255] } else { [0; 4] };
            assert_eq!(pixel.0, expected, "{x}, {y}");
        }
    }
}

#[test]
fn an_interlaced_gif_has_its_rows_in_order() {
    let rows = |y: u8| [y * 10, 0, 0, 255].repeat(4);
    // The rows as they come: each eighth, then those between, then the others.
    let order = [0, 8, 4, 2, 6, 1, 3, 5, 7, 9];
    let stored: Vec<u8> = order.into_iter().flat_map(rows).collect();
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 4, 10, &[]).unwrap();
    let mut frame = Frame::from_rgba(4, 10, &mut stored.clone());
    frame.interlaced = true;
    encoder.write_frame(&frame).unwrap();
    drop(encoder);
    let picture = shown(Format::Gif, (4, 10), &bytes).to_rgb8();
    for y in 0..10 {
        assert_eq!(u32::from(picture.get_pixel(1, y).0[0]), y * 10);
    }
}

#[test]
fn a_frame_that_reaches_beyond_the_canvas_is_cut_off() {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 4, 4, &[]).unwrap();
    let mut frame = Frame::from_rgba(6, 6, &mut [9, 9, 9, 255].repeat(36));
    (frame.left, frame.top) = (2, 3);
    encoder.write_frame(&frame).unwrap();
    drop(encoder);
    let picture = shown(Format::Gif, (4, 4), &bytes).to_rgba8();
    assert_eq!(picture.get_pixel(1, 3).0, [0; 4]);
    assert_eq!(picture.get_pixel(2, 3).0, [9, 9, 9, 255]);
    assert_eq!(picture.get_pixel(3, 2).0, [0; 4]);
}

fn chunk(kind: &[u8], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_le_bytes();
    let padding = vec![0; data.len() % 2];
    [kind, &length, data, &padding].concat()
}

fn le24(number: u32) -> Vec<u8> {
    number.to_le_bytes()[..3].to_vec()
}

/// An animated WebP of 8 × 6 with frames like those of the GIF. `picture` makes chunks of pixels.
fn webp(picture: impl Fn(RgbaImage) -> Vec<u8>) -> Vec<u8> {
    let frame = |place: (u32, u32), size: (u32, u32), colour| {
        let place = [le24(place.0 / 2), le24(place.1 / 2)].concat();
        let size_bytes = [le24(size.0 - 1), le24(size.1 - 1)].concat();
        let picture = picture(RgbaImage::from_pixel(size.0, size.1, Rgba(colour)));
        chunk(b"ANMF", &[place, size_bytes, vec![100, 0, 0, 0], picture].concat())
    };
    let extended = [vec![0x12, 0, 0, 0], le24(7), le24(5)].concat();
    let body = [
        b"WEBP".to_vec(),
        chunk(b"VP8X", &extended),
        chunk(b"ANIM", &[0; 6]),
        frame((2, 2), (4, 3), [255, 0, 0, 255]),
        frame((0, 0), (8, 6), [0, 0, 255, 255]),
    ];
    chunk(b"RIFF", &body.concat())
}

/// The chunks of a file by `image`, which are lossless.
fn lossless(picture: RgbaImage) -> Vec<u8> {
    encoded(picture, image::ImageFormat::WebP)[12..].to_vec()
}

/// The chunks of a file by libwebp, lossy and with opacity.
fn lossy(mut picture: RgbaImage) -> Vec<u8> {
    picture.get_pixel_mut(0, 0).0[3] = 0;
    let (width, height) = picture.dimensions();
    let file = webp::Encoder::from_rgba(picture.as_raw(), width, height).encode(90.0).to_vec();
    assert_eq!(&file[12..16], b"VP8X");
    file[30..].to_vec()
}

#[test]
fn a_webp_shows_its_first_frame_in_its_place() {
    let pictures: [fn(RgbaImage) -> Vec<u8>; 2] = [lossless, lossy];
    for picture in pictures {
        let bytes = webp(picture);
        let picture = shown(Format::Webp, (8, 6), &bytes).to_rgba8();
        for (x, y, pixel) in picture.enumerate_pixels() {
            let is_inside = (2..6).contains(&x) && (2..5).contains(&y) && (x, y) != (2, 2);
            if is_inside {
                super::assert_near(&pixel.0, &[255, 0, 0, 255], 12);
            } else if (x, y) != (2, 2) {
                assert_eq!(pixel.0[3], 0, "{x}, {y}");
            }
        }
        prove(&bytes, &source(Format::Webp, (8, 6), &bytes), soon()).unwrap().unwrap();
    }
}

/// An animated PNG of two frames.
fn apng() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 8, 6);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_animated(2, 0).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[255, 0, 0].repeat(48)).unwrap();
    writer.write_image_data(&[0, 0, 255].repeat(48)).unwrap();
    writer.finish().unwrap();
    bytes
}

#[test]
fn an_animated_png_shows_its_first_frame() {
    let picture = shown(Format::Png, (8, 6), &apng()).to_rgb8();
    assert!(picture.pixels().all(|pixel| pixel.0 == [255, 0, 0]));
}

#[test]
fn the_proof_of_a_png_passes_over_the_picture_that_is_no_frame() {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 8, 6);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_animated(1, 0).unwrap();
    encoder.set_sep_def_img(true).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[255, 0, 0].repeat(48)).unwrap();
    writer.write_image_data(&[0, 0, 255].repeat(48)).unwrap();
    writer.finish().unwrap();
    let whole = source(Format::Png, (8, 6), &bytes);
    prove(&bytes, &whole, soon()).unwrap().unwrap();
    let spoilt = spoil_last_frame(bytes, Format::Png);
    assert!(matches!(prove(&spoilt, &whole, soon()), Err(RenderError::Undecodable { .. })));
}

/// The place of the last byte that is not zero before the end of the last frame's data.
fn spoil_last_frame(mut bytes: Vec<u8>, format: Format) -> Vec<u8> {
    match format {
        Format::Png => {
            // In the data of fdAT, behind its number; the checksum is made right again.
            let at = bytes.windows(4).rposition(|four| four == b"fdAT").unwrap();
            let length = u32::from_be_bytes(bytes[at - 4..at].try_into().unwrap()) as usize;
            bytes[at + 10] ^= 0xFF;
            let sum = crc32fast::hash(&bytes[at..at + 4 + length]);
            bytes[at + 4 + length..at + 8 + length].copy_from_slice(&sum.to_be_bytes());
        }
        Format::Gif => {
            // A first code that is not in the dictionary.
            let at = bytes.len() - 1;
            let block = bytes[..at].iter().rposition(|byte| *byte == 0x2C).unwrap();
            let data = block
                + 10
                + if bytes[block + 9] & 0x80 == 0 { 0 } else { 3 << ((bytes[block + 9] & 7) + 1) };
            bytes[data + 2] = 0xFF;
            bytes[data + 3] = 0xFF;
        }
        Format::Webp => {
            let at = bytes.windows(4).rposition(|four| four == b"VP8L").unwrap();
            bytes[at + 13..].fill(0xFF);
        }
        Format::Jpeg
        | Format::Avif
        | Format::Heic
        | Format::Mp4
        | Format::QuickTime
        | Format::Webm => panic!("{format:?} has no frames here"),
    }
    bytes
}

#[test]
fn the_proof_looks_at_every_frame() {
    for (format, bytes) in
        [(Format::Gif, gif(false)), (Format::Webp, webp(lossless)), (Format::Png, apng())]
    {
        let whole = source(format, (8, 6), &bytes);
        prove(&bytes, &whole, soon()).unwrap().unwrap();
        let spoilt = spoil_last_frame(bytes, format);
        // A variant shows the first alone.
        render(&spoilt, &whole, &AS_IT_IS, soon()).unwrap();
        let refused = prove(&spoilt, &whole, soon());
        assert!(matches!(refused, Err(RenderError::Undecodable { .. })), "{format:?} {refused:?}");
    }
}
