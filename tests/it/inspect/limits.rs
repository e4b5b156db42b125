//! How large an image may be.

use tintype::inspect::{InspectError, Limits, inspect};

use super::{outcome, photos};

/// The error under limits that differ from the default.
fn refused(bytes: &[u8], limits: Limits) -> InspectError {
    inspect(bytes, &limits).unwrap_err()
}

#[test]
fn the_defaults_are_the_documented_ones() {
    let Limits { accepted, side, pixels, frames, animation_pixels } = Limits::default();
    assert_eq!(accepted.to_string(), "JPEG, PNG, GIF, WebP and AVIF images");
    assert_eq!((side, pixels), (12_000, 50_000_000));
    assert_eq!((frames, animation_pixels), (200, 100_000_000));
}

#[test]
fn refuses_a_png_bomb_by_its_header_alone() {
    assert_eq!(
        outcome(&photos::png_bomb()),
        Err(InspectError::LimitSide { width: 30_000, height: 30_000, limit: 12_000 })
    );
}

#[test]
fn a_side_may_be_as_long_as_the_limit_in_every_format() {
    let (width, height) = (20, 4);
    let images = [
        photos::jpeg(width, height),
        photos::png(width, height),
        photos::gif(width, height),
        photos::webp(width, height),
        photos::oriented_jpeg(width, height, 6),
        photos::extended_webp(width, height, 0, &photos::webp(width, height)[12..]),
    ];
    for image in images {
        assert!(inspect(&image, &Limits { side: 20, ..Limits::default() }).is_ok());
        assert_eq!(
            refused(&image, Limits { side: 19, ..Limits::default() }),
            InspectError::LimitSide { width, height, limit: 19 }
        );
        assert!(inspect(&image, &Limits { pixels: 80, ..Limits::default() }).is_ok());
        assert_eq!(
            refused(&image, Limits { pixels: 79, ..Limits::default() }),
            InspectError::LimitPixels { width, height, limit: 79 }
        );
    }
    let avif = refused(photos::AVIF, Limits { side: 47, ..Limits::default() });
    assert_eq!(avif, InspectError::LimitSide { width: 48, height: 32, limit: 47 });
}

#[test]
fn an_animation_may_have_as_many_frames_as_the_limit() {
    let images = [
        photos::animated_png(7, 5, 3),
        photos::animated_gif(7, 5, 3),
        photos::animated_webp(7, 5, 3),
        photos::AVIF_SEQUENCE.to_vec(),
    ];
    for image in images {
        assert!(inspect(&image, &Limits { frames: 3, ..Limits::default() }).is_ok());
        assert_eq!(
            refused(&image, Limits { frames: 2, ..Limits::default() }),
            InspectError::LimitFrames { frames: 3, limit: 2 }
        );
    }
}

#[test]
fn counting_stops_at_the_limit() {
    assert_eq!(
        outcome(&photos::gif_bomb(10_000)),
        Err(InspectError::LimitFrames { frames: 201, limit: 200 })
    );
    assert_eq!(outcome(&photos::gif_bomb(200)).unwrap().frames, 200);
}

#[test]
fn the_frames_of_an_animation_share_one_limit() {
    let images = [
        photos::animated_png(7, 5, 3),
        photos::animated_gif(7, 5, 3),
        photos::animated_webp(7, 5, 3),
    ];
    let limits = |animation_pixels| Limits { animation_pixels, ..Limits::default() };
    for image in images {
        assert!(inspect(&image, &limits(105)).is_ok());
        assert_eq!(
            refused(&image, limits(104)),
            InspectError::LimitAnimation { frames: 3, pixels: 105, limit: 104 }
        );
    }
    let still = inspect(&photos::gif(7, 5), &limits(1));
    assert!(still.is_ok(), "a still is judged by its own area: {still:?}");
}

#[test]
fn the_refusal_says_what_is_allowed() {
    let limits = Limits { pixels: 34, ..Limits::default() };
    assert_eq!(
        refused(&photos::png(7, 5), limits).to_string(),
        "the image is 7 x 5 = 35 pixels; 34 are allowed"
    );
    assert_eq!(
        outcome(&photos::png_bomb()).unwrap_err().to_string(),
        "the image is 30000 x 30000 pixels; no side may be longer than 12000"
    );
}
