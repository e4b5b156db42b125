//! Opacity.

use image::{ImageFormat, Rgba, RgbaImage};

use super::{assert_near, encoded, opened, order, render, soon, source};
use crate::image::Format;
use crate::variant::{Fit, Output};

const SIDE: u32 = 64;

/// Red on the left, and nothing, coloured green, on the right.
fn half() -> Vec<u8> {
    let picture = RgbaImage::from_fn(SIDE, SIDE, |x, _| {
        if x < SIDE / 2 { Rgba([255, 0, 0, 255]) } else { Rgba([0, 255, 0, 0]) }
    });
    encoded(picture, ImageFormat::Png)
}

fn rendered(bytes: &[u8], size: (u32, u32), order: &crate::variant::Order) -> RgbaImage {
    let source = source(Format::Png, size, bytes);
    opened(&render(bytes, &source, order, soon()).unwrap()).to_rgba8()
}

#[test]
fn opacity_stays_where_the_output_has_it() {
    for output in [Output::Png, Output::Webp { quality: 90 }] {
        // A width that needs the boxes, and one that does not.
        for width in [SIDE, 50, 9] {
            let picture = rendered(&half(), (SIDE, SIDE), &order(width, 0, Fit::Inside, output));
            let y = picture.height() / 2;
            assert_near(&picture.get_pixel(0, y).0, &[255, 0, 0, 255], 8);
            assert_eq!(picture.get_pixel(width - 1, y).0[3], 0);
        }
    }
}

#[test]
fn what_cannot_be_seen_does_not_colour_its_neighbours() {
    let picture = rendered(&half(), (SIDE, SIDE), &order(9, 0, Fit::Inside, Output::Png));
    // The column in the middle is half of each, and what of it is seen is red.
    let middle = picture.get_pixel(4, 4).0;
    assert!(middle[3] > 60 && middle[3] < 200, "{middle:?}");
    assert_near(&middle[..3], &[255, 0, 0], 8);
}

#[test]
fn jpeg_shows_what_is_transparent_as_white() {
    let order = order(32, 0, Fit::Inside, Output::Jpeg { quality: 95 });
    let picture = rendered(&half(), (SIDE, SIDE), &order);
    assert_near(&picture.get_pixel(3, 16).0, &[255, 0, 0, 255], 8);
    assert_near(&picture.get_pixel(28, 16).0, &[255, 255, 255, 255], 8);
}

#[test]
fn room_around_is_transparent_or_white() {
    let bytes =
        encoded(image::RgbImage::from_pixel(40, 20, image::Rgb([0, 0, 255])), ImageFormat::Png);
    let transparent = [Output::Png, Output::Webp { quality: 90 }];
    for output in transparent {
        let picture = rendered(&bytes, (40, 20), &order(32, 32, Fit::Contain, output));
        assert_eq!(picture.get_pixel(16, 2).0[3], 0);
        assert_near(&picture.get_pixel(16, 16).0, &[0, 0, 255, 255], 6);
    }
    let on_white = order(32, 32, Fit::Contain, Output::Jpeg { quality: 95 });
    let picture = rendered(&bytes, (40, 20), &on_white);
    assert_near(&picture.get_pixel(16, 1).0, &[255; 4], 6);
    assert_near(&picture.get_pixel(16, 16).0, &[0, 0, 255, 255], 6);
}

#[test]
fn a_fully_opaque_picture_loses_its_opacity() {
    let opaque = RgbaImage::from_pixel(8, 8, Rgba([1, 2, 3, 255]));
    let bytes = encoded(opaque, ImageFormat::Png);
    let source = source(Format::Png, (8, 8), &bytes);
    let rendition = render(&bytes, &source, &super::AS_IT_IS, soon()).unwrap();
    assert!(!opened(&rendition).color().has_alpha());
}
