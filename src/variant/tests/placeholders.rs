//! Placeholders.

use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use super::{encoded, gradient, order, render, soon, source};
use crate::image::Format;
use crate::variant::{Fit, Output, prove};

#[test]
fn a_placeholder_is_of_the_whole_picture() {
    let bytes = encoded(gradient(320, 200), ImageFormat::Png);
    let source = source(Format::Png, (320, 200), &bytes);
    let proved = prove(&bytes, &source, soon()).unwrap().unwrap();
    assert!(proved.hash.len() <= 25);
    let (width, height, _) = thumbhash::thumb_hash_to_rgba(&proved.hash).unwrap();
    assert!(width > height);
    // A square out of the middle has the placeholder of the whole.
    let square = order(40, 40, Fit::Cover, Output::Png);
    assert_eq!(render(&bytes, &source, &square, soon()).unwrap().placeholder.color.len(), 3);
    let whole = order(40, 0, Fit::Inside, Output::Png);
    let [square, whole] =
        [square, whole].map(|order| render(&bytes, &source, &order, soon()).unwrap().placeholder);
    let header = |hash: &[u8]| hash[..5].to_vec();
    assert_eq!(header(&square.hash), header(&whole.hash));
}

#[test]
fn the_dominant_colour_is_there_and_not_a_mean() {
    // Two thirds orange, a third blue: the mean is a grey that nobody sees.
    let picture =
        RgbImage::from_fn(
            60,
            60,
            |x, _| {
                if x < 40 { Rgb([240, 140, 20]) } else { Rgb([20, 60, 240]) }
            },
        );
    let bytes = encoded(picture, ImageFormat::Png);
    let source = source(Format::Png, (60, 60), &bytes);
    let placeholder = prove(&bytes, &source, soon()).unwrap().unwrap();
    super::assert_near(&placeholder.color, &[240, 140, 20], 4);
}

#[test]
fn what_is_transparent_is_not_dominant() {
    let picture = RgbaImage::from_fn(60, 60, |x, _| {
        if x < 40 { Rgba([240, 140, 20, 0]) } else { Rgba([20, 60, 240, 255]) }
    });
    let bytes = encoded(picture, ImageFormat::Png);
    let source = source(Format::Png, (60, 60), &bytes);
    let placeholder = prove(&bytes, &source, soon()).unwrap().unwrap();
    super::assert_near(&placeholder.color, &[20, 60, 240], 4);
}

#[test]
fn a_pixel_has_a_placeholder() {
    for colour in [[0; 4], [1, 2, 3, 255]] {
        let bytes = encoded(RgbaImage::from_pixel(1, 1, Rgba(colour)), ImageFormat::Png);
        prove(&bytes, &source(Format::Png, (1, 1), &bytes), soon()).unwrap().unwrap();
    }
}
