//! Originals whose colours and corners tell whether a variant was made right: patches of deep colours
//! that are others in Display P3 than in sRGB, and a gradient.

use image::codecs::gif::GifEncoder;
use image::{Frame, Rgba, RgbaImage};
use jpeg_encoder::{ColorType, Encoder};

use crate::made::{display_p3, exif_of_program};
use crate::support::photos::{
    PNG_AFTER_HEADER, extended_webp, jpeg_segment, png_chunk, riff_chunk,
};

/// The size of every original, before it is turned.
pub(crate) const SIZE: (u32, u32) = (320, 200);

/// A file, and how a viewer shows it.
pub(crate) struct Original {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) shown: (u32, u32),
}

/// The colours of the patches.
pub(crate) const PATCHES: [[u8; 3]; 8] = [
    [230, 40, 30],
    [40, 210, 60],
    [30, 60, 220],
    [220, 200, 40],
    [180, 60, 190],
    [60, 180, 190],
    [128, 128, 128],
    [240, 150, 110],
];

fn picture(has_alpha: bool) -> RgbaImage {
    let byte = |value: u32| u8::try_from(value.min(255)).unwrap();
    RgbaImage::from_fn(SIZE.0, SIZE.1, |x, y| {
        if y >= 100 {
            let alpha = if has_alpha { byte(x) } else { 255 };
            return Rgba([byte(x * 3 / 4), byte(y), byte(255 - x * 3 / 4), alpha]);
        }
        let patch = (x / 80 + 4 * (y / 50)) as usize;
        let [red, green, blue] = PATCHES[patch];
        Rgba([red, green, blue, 255])
    })
}

/// One file of each format that variants are made of.
pub(crate) fn all() -> Vec<Original> {
    let (width, height) = SIZE;
    let turned = (height, width);
    vec![
        Original { name: "P3 JPEG, turned", bytes: jpeg(6), shown: turned },
        Original { name: "P3 JPEG", bytes: jpeg(1), shown: SIZE },
        Original { name: "P3 PNG with alpha, turned", bytes: png(8), shown: turned },
        Original { name: "P3 WebP with alpha", bytes: webp(), shown: SIZE },
        Original { name: "GIF", bytes: gif(), shown: SIZE },
    ]
}

/// In Display P3, with an orientation.
pub(crate) fn jpeg(orientation: u16) -> Vec<u8> {
    let picture = picture(false);
    let rgb: Vec<u8> = picture.pixels().flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 95);
    encoder.add_icc_profile(&display_p3()).unwrap();
    let [width, height] = [SIZE.0, SIZE.1].map(|side| u16::try_from(side).unwrap());
    encoder.encode(&rgb, width, height, ColorType::Rgb).unwrap();
    let exif = [b"Exif\0\0", &exif_of_program(orientation)[..]].concat();
    [&bytes[..2], &jpeg_segment(0xE1, &exif), &bytes[2..]].concat()
}

fn png(orientation: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new(&mut bytes);
    picture(true).write_with_encoder(encoder).unwrap();
    let profile = [b"Display P3\0\0", &crate::made::compressed(&display_p3())[..]].concat();
    let chunks =
        [png_chunk(*b"iCCP", &profile), png_chunk(*b"eXIf", &exif_of_program(orientation))];
    let (header, rest) = bytes.split_at(PNG_AFTER_HEADER);
    [header, &chunks.concat(), rest].concat()
}

/// Two frames, of which the second is another picture.
fn gif() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    let other = RgbaImage::from_pixel(SIZE.0, SIZE.1, Rgba([1, 2, 3, 255]));
    encoder.encode_frames([picture(false), other].map(Frame::new)).unwrap();
    drop(encoder);
    bytes
}

fn webp() -> Vec<u8> {
    let picture = picture(true);
    let file = webp::Encoder::from_rgba(&picture, SIZE.0, SIZE.1).encode_lossless();
    // What stands behind the header of the file or, in the extended form, behind its own header.
    let picture = if file[12..].starts_with(b"VP8X") { &file[30..] } else { &file[12..] };
    let chunks = [&riff_chunk(*b"ICCP", &display_p3()), picture].concat();
    extended_webp(SIZE.0, SIZE.1, 0x30, &chunks)
}
