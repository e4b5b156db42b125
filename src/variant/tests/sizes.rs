//! How large the answers are.

use super::{encoded, gradient, opened, order, render, soon, source};
use crate::image::Format;
use crate::variant::{Fit, Output};

#[test]
fn every_fit_gives_its_size() {
    let table = [
        // Original, box, fit, answer. A zero is a side that is not given.
        ((80, 60), (40, 40), Fit::Inside, (40, 30)),
        ((60, 80), (40, 40), Fit::Inside, (30, 40)),
        ((80, 60), (40, 40), Fit::Cover, (40, 40)),
        ((80, 60), (40, 40), Fit::Contain, (40, 40)),
        ((80, 60), (40, 0), Fit::Cover, (40, 30)),
        ((80, 60), (0, 30), Fit::Contain, (40, 30)),
        ((80, 60), (0, 0), Fit::Inside, (80, 60)),
        // Nothing is scaled up.
        ((80, 60), (160, 160), Fit::Inside, (80, 60)),
        ((80, 60), (160, 0), Fit::Inside, (80, 60)),
        ((80, 60), (160, 160), Fit::Cover, (60, 60)),
        ((80, 60), (320, 160), Fit::Cover, (80, 40)),
        ((80, 60), (160, 160), Fit::Contain, (160, 160)),
        ((80, 60), (100, 20), Fit::Cover, (80, 16)),
        // A side never vanishes.
        ((400, 2), (20, 20), Fit::Inside, (20, 1)),
        ((400, 2), (20, 20), Fit::Cover, (2, 2)),
        ((1, 1), (20, 20), Fit::Cover, (1, 1)),
        ((33, 7), (16, 16), Fit::Inside, (16, 3)),
    ];
    let codings = [
        (Format::Jpeg, image::ImageFormat::Jpeg),
        (Format::Png, image::ImageFormat::Png),
        (Format::Webp, image::ImageFormat::WebP),
    ];
    for (format, coding) in codings {
        for (size, (across, down), fit, expected) in table {
            let bytes = encoded(gradient(size.0, size.1), coding);
            let source = source(format, size, &bytes);
            for output in [Output::Png, Output::Jpeg { quality: 80 }, Output::Webp { quality: 80 }]
            {
                let order = order(across, down, fit, output);
                let opened = opened(&render(&bytes, &source, &order, soon()).unwrap());
                assert_eq!((opened.width(), opened.height()), expected, "{source:?} {order:?}");
            }
        }
    }
}

#[test]
fn a_cut_is_in_the_middle() {
    // Thirds of red, green and blue; the square in the middle is green alone.
    let thirds = image::RgbImage::from_fn(300, 100, |x, _| {
        let mut colour = [0; 3];
        colour[(x / 100) as usize] = 255;
        image::Rgb(colour)
    });
    let bytes = encoded(thirds, image::ImageFormat::Png);
    let order = order(50, 50, Fit::Cover, Output::Png);
    let source = source(Format::Png, (300, 100), &bytes);
    let square = opened(&render(&bytes, &source, &order, soon()).unwrap()).to_rgb8();
    for x in [3, 25, 46] {
        assert_eq!(square.get_pixel(x, 25).0, [0, 255, 0]);
    }
}

#[test]
fn shrinking_keeps_everything_in_its_place() {
    // By much, so that decoders and boxes make it smaller first; by a factor that is no whole number.
    let size = (997, 613);
    for (format, coding, tolerance) in [
        (Format::Jpeg, image::ImageFormat::Jpeg, 6),
        (Format::Png, image::ImageFormat::Png, 3),
        (Format::Webp, image::ImageFormat::WebP, 3),
    ] {
        let bytes = encoded(gradient(size.0, size.1), coding);
        let order = order(61, 0, Fit::Inside, Output::Png);
        let small = render(&bytes, &source(format, size, &bytes), &order, soon()).unwrap();
        let small = opened(&small).to_rgb8();
        let (width, height) = small.dimensions();
        for (x, y) in [(1, 1), (30, 18), (width - 2, height - 2), (1, height - 2)] {
            let part = |at: u32, of: u32| u8::try_from((2 * at + 1) * 255 / (2 * of)).unwrap();
            let expected = [part(x, width), part(y, height), 128];
            super::assert_near(&small.get_pixel(x, y).0, &expected, tolerance);
        }
    }
}
