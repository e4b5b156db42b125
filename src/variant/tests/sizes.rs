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
    for format in [(Format::Jpeg, image::ImageFormat::Jpeg), (Format::Png, image::ImageFormat::Png)]
    {
        for ((width, height), (across, down), fit, expected) in table {
            let bytes = encoded(gradient(width, height), format.1);
            let source = source(format.0, width, height, &bytes);
            for output in [Output::Png, Output::Jpeg { quality: 80 }, Output::Webp { quality: 80 }]
            {
                let order = order(across, down, fit, output);
                let rendition = render(&bytes, &source, &order, soon()).unwrap();
                let opened = opened(&rendition);
                assert_eq!((opened.width(), opened.height()), expected, "{source:?} {order:?}");
            }
        }
    }
}
