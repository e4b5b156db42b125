//! What is on the pictures: colours that tell every corner from every other, so that a turn, a mirror
//! and another colour space all show.

use image::{Rgba, RgbaImage};

/// The size of most pictures; both sides are no multiple of a JPEG's blocks.
pub(crate) const SIZE: (u32, u32) = (61, 43);

/// Deep and light colours, with a texture that survives no rounding.
pub(crate) fn picture() -> RgbaImage {
    frame(0)
}

/// The same, moved on by `number` steps.
pub(crate) fn frame(number: u32) -> RgbaImage {
    let byte = |value: u32| u8::try_from(value.min(255)).unwrap();
    RgbaImage::from_fn(SIZE.0, SIZE.1, |x, y| {
        let (x, y) = ((x + 7 * number) % SIZE.0, y);
        let texture = (x * 31 + y * 17) % 23;
        let alpha = if x + y < 12 { 0 } else { 255 - y };
        Rgba([byte(255 - x * 4), byte(y * 6), byte(texture * 3 + x * 3), byte(alpha)])
    })
}

/// Its samples without transparency.
pub(crate) fn rgb() -> Vec<u8> {
    picture().pixels().flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect()
}

/// Its samples as ink.
pub(crate) fn cmyk() -> Vec<u8> {
    let ink = |pixel: &Rgba<u8>| [255 - pixel[0], 255 - pixel[1], 255 - pixel[2], pixel[0] / 5];
    picture().pixels().flat_map(ink).collect()
}

/// Display P3, in which the same numbers are deeper colours than in sRGB.
pub(crate) fn display_p3() -> Vec<u8> {
    moxcms::ColorProfile::new_display_p3().encode().unwrap()
}
