//! JPEG with Huffman codes of its own.

use image::{ImageFormat, RgbImage};

use super::{encoded, gradient, opened, order, render, soon, source};
use crate::image::Format;
use crate::variant::{Fit, Output};

/// What the encoder makes of a picture by itself, with the tables of the standard.
fn plain(picture: &RgbImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
    encoder.set_chroma_subsampling_method(jpeg_encoder::ChromaSubsamplingMethod::Average);
    let (width, height) = picture.dimensions();
    let [width, height] = [width, height].map(|side| u16::try_from(side).unwrap());
    encoder.encode(picture, width, height, jpeg_encoder::ColorType::Rgb).unwrap();
    bytes
}

fn rendered(picture: RgbImage, quality: u8) -> Vec<u8> {
    let size = picture.dimensions();
    let bytes = encoded(picture, ImageFormat::Png);
    let order = order(0, 0, Fit::Inside, Output::Jpeg { quality });
    let rendition = render(&bytes, &source(Format::Png, size, &bytes), &order, soon()).unwrap();
    opened(&rendition);
    rendition.bytes
}

/// Colours without order, so that every symbol comes.
fn noise(width: u32, height: u32) -> RgbImage {
    let mut seed = 7_u32;
    RgbImage::from_fn(width, height, |_, _| {
        image::Rgb([(); 3].map(|()| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            u8::try_from(seed >> 24).unwrap()
        }))
    })
}

#[test]
fn other_codes_mean_the_same_pixels_in_fewer_bytes() {
    let flat = RgbImage::from_pixel(64, 64, image::Rgb([200, 30, 30]));
    for picture in [gradient(201, 97), noise(130, 70), flat, gradient(1, 1), gradient(17, 400)] {
        for quality in [1, 50, 80, 100] {
            let (before, after) = (plain(&picture, quality), rendered(picture.clone(), quality));
            let [was, is] = [&before, &after].map(|file| image::load_from_memory(file).unwrap());
            assert!(was == is, "{:?} {quality}", picture.dimensions());
            assert!(after.len() < before.len(), "{} {}", after.len(), before.len());
        }
    }
}

#[test]
fn grey_has_one_table_of_each_class() {
    let picture =
        image::GrayImage::from_fn(50, 41, |x, y| image::Luma([u8::try_from(x * 3 + y).unwrap()]));
    let bytes = encoded(picture.clone(), ImageFormat::Png);
    let order = order(0, 0, Fit::Inside, Output::Jpeg { quality: 90 });
    let source = source(Format::Png, (50, 41), &bytes);
    let rendition = render(&bytes, &source, &order, soon()).unwrap();
    let jpeg = opened(&rendition);
    assert_eq!(jpeg.color(), image::ColorType::L8);
    super::assert_near(&[jpeg.to_luma8().get_pixel(20, 20).0[0]], &picture.get_pixel(20, 20).0, 4);
    let tables = crate::inspect::jpeg::segments::Segments::new(&rendition.bytes)
        .filter(|segment| segment.as_ref().unwrap().marker == 0xC4)
        .count();
    assert_eq!(tables, 2);
}
