//! The many ways in which a PNG stores pixels.

use image::ImageFormat;
use png::{BitDepth, ColorType, Encoder};

use super::{encoded, shown};
use crate::image::Format;

const WIDTH: u32 = 13;
const HEIGHT: u32 = 11;

/// A PNG of these rows, as they are packed.
fn png(
    colour: ColorType,
    depth: BitDepth,
    data: &[u8],
    more: impl Fn(&mut Encoder<'_, &mut Vec<u8>>),
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, WIDTH, HEIGHT);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    more(&mut encoder);
    encoder.write_header().unwrap().write_image_data(data).unwrap();
    bytes
}

#[test]
fn sixteen_bits_become_eight() {
    let data: Vec<u8> = (0..WIDTH * HEIGHT * 3)
        .flat_map(|at| u16::try_from(at * 100).unwrap().to_be_bytes())
        .collect();
    let bytes = png(ColorType::Rgb, BitDepth::Sixteen, &data, |_| {});
    let picture = shown(Format::Png, (WIDTH, HEIGHT), &bytes).to_rgb8();
    let expected: Vec<u8> = data.chunks(2).map(|sample| sample[0]).collect();
    assert_eq!(picture.as_raw(), &expected);
}

#[test]
fn a_palette_gives_its_colours_and_opacities() {
    let data: Vec<u8> = (0..WIDTH * HEIGHT).map(|at| u8::try_from(at % 3).unwrap()).collect();
    let bytes = png(ColorType::Indexed, BitDepth::Eight, &data, |encoder| {
        encoder.set_palette(vec![255, 0, 0, 0, 255, 0, 0, 0, 255]);
        encoder.set_trns(vec![255, 128]);
    });
    let picture = shown(Format::Png, (WIDTH, HEIGHT), &bytes).to_rgba8();
    let first: Vec<_> = picture.pixels().take(3).map(|pixel| pixel.0).collect();
    assert_eq!(first, [[255, 0, 0, 255], [0, 255, 0, 128], [0, 0, 255, 255]]);
}

#[test]
fn one_bit_is_black_or_white() {
    let data = vec![0b1010_1010; (WIDTH.div_ceil(8) * HEIGHT) as usize];
    let bytes = png(ColorType::Grayscale, BitDepth::One, &data, |_| {});
    let picture = shown(Format::Png, (WIDTH, HEIGHT), &bytes).to_luma8();
    assert_eq!(picture.as_raw()[..4], [255, 0, 255, 0]);
}

#[test]
fn a_transparent_colour_is_transparent() {
    let data: Vec<u8> = (0..WIDTH * HEIGHT).map(|at| u8::try_from(at % 2 * 200).unwrap()).collect();
    let bytes = png(ColorType::Grayscale, BitDepth::Eight, &data, |encoder| {
        encoder.set_trns(vec![0, 200]);
    });
    let picture = shown(Format::Png, (WIDTH, HEIGHT), &bytes).to_luma_alpha8();
    let opacities: Vec<_> = picture.pixels().take(3).map(|pixel| pixel.0[1]).collect();
    assert_eq!(opacities, [255, 0, 255]);
}

/// The same picture interlaced: the encoders at hand do not interlace, so the passes are packed here.
fn interlaced(picture: &image::RgbImage) -> Vec<u8> {
    let passes = [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ];
    let (width, height) = picture.dimensions();
    let mut rows = Vec::new();
    for (left, top, across, down) in passes {
        for y in (top..height).step_by(down) {
            if left < width {
                rows.push(0);
            }
            for x in (left..width).step_by(across) {
                rows.extend(picture.get_pixel(x, y).0);
            }
        }
    }
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packed, &rows).unwrap();
    let chunk = |kind: &[u8], data: &[u8]| {
        let body = [kind, data].concat();
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&length[..], &body, &crc32fast::hash(&body).to_be_bytes()].concat()
    };
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 1]].concat();
    let chunks =
        [chunk(b"IHDR", &header), chunk(b"IDAT", &packed.finish().unwrap()), chunk(b"IEND", &[])];
    [b"\x89PNG\r\n\x1A\n".to_vec(), chunks.concat()].concat()
}

#[test]
fn an_interlaced_picture_is_the_same_picture() {
    for size in [(WIDTH, HEIGHT), (1, 1), (3, 2), (64, 64), (101, 57)] {
        let picture = super::gradient(size.0, size.1);
        let plain = encoded(picture.clone(), ImageFormat::Png);
        let interlaced = interlaced(&picture);
        assert_eq!(shown(Format::Png, size, &interlaced), shown(Format::Png, size, &plain));
        // Also when boxes are averaged, whose pixels then come in another order.
        let order = super::order(
            size.0.div_ceil(10),
            0,
            crate::variant::Fit::Inside,
            crate::variant::Output::Png,
        );
        let small = |bytes: &[u8]| {
            super::render(bytes, &super::source(Format::Png, size, bytes), &order, super::soon())
                .unwrap()
                .bytes
        };
        assert_eq!(small(&interlaced), small(&plain));
    }
}

#[test]
fn a_jpeg_with_a_scan_for_each_colour_has_its_colours() {
    // The encoder writes the scans apart when it makes Huffman tables for them.
    let picture = super::gradient(64, 48);
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
    encoder.set_optimized_huffman_tables(true);
    encoder.encode(&picture, 64, 48, jpeg_encoder::ColorType::Rgb).unwrap();
    let found = shown(Format::Jpeg, (64, 48), &bytes).to_rgb8();
    for (x, y) in [(4, 4), (60, 4), (4, 44), (60, 44), (32, 24)] {
        super::assert_near(&found.get_pixel(x, y).0, &picture.get_pixel(x, y).0, 8);
    }
}
