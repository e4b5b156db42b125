//! Animations whose frames differ, with metadata between the frames.

use image::codecs::gif::{GifEncoder, Repeat};
use image::{Delay, Frame};

use super::{Photo, parts, pictures, webps};
use crate::support::photos::{
    PNG_AFTER_HEADER, animated_png, extended_webp, png_chunk, riff_chunk,
};

const FRAMES: u32 = 4;

fn gif() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    encoder.set_repeat(Repeat::Infinite).unwrap();
    for number in 0..FRAMES {
        let delay = Delay::from_numer_denom_ms(40 * (number + 1), 1);
        encoder.encode_frame(Frame::from_parts(pictures::frame(number), 0, 0, delay)).unwrap();
    }
    drop(encoder);
    let end = bytes.pop().unwrap();
    // XMP in a GIF is not in blocks: a row of falling numbers leads a reader out of it.
    let tail: Vec<u8> = [1].into_iter().chain((0..=255).rev()).collect();
    let xmp = [b"\x21\xFF\x0BXMP DataXMP", &parts::xmp()[..], &tail, &[0]].concat();
    let comment = b"\x21\xFE\x06SECRET\0";
    [bytes, xmp, comment.to_vec(), vec![end], b"SECRET".to_vec()].concat()
}

fn png() -> Vec<u8> {
    let file = animated_png(21, 13, FRAMES);
    let (header, rest) = file.split_at(PNG_AFTER_HEADER);
    [header, &png_chunk(*b"tEXt", b"Author\0SECRET"), rest].concat()
}

fn webp() -> Vec<u8> {
    let (width, height) = pictures::SIZE;
    let frame = |number: u32| {
        let [w0, w1, ..] = (width - 1).to_le_bytes();
        let [h0, h1, ..] = (height - 1).to_le_bytes();
        let length = u8::try_from(40 * (number + 1)).unwrap();
        let fields = [0, 0, 0, 0, 0, 0, w0, w1, 0, h0, h1, 0, length, 0, 0, 2];
        let hidden = riff_chunk(*b"ZZZZ", b"SECRET");
        let chunks = webps::chunks(number, number.is_multiple_of(2));
        riff_chunk(*b"ANMF", &[&fields[..], &chunks, &hidden].concat())
    };
    let mut chunks =
        vec![riff_chunk(*b"ICCP", &pictures::display_p3()), riff_chunk(*b"ANIM", &[0; 6])];
    chunks.extend((0..FRAMES).map(frame));
    chunks.push(riff_chunk(*b"EXIF", &parts::exif_of_program(1)));
    chunks.push(riff_chunk(*b"XMP ", &parts::xmp()));
    extended_webp(width, height, 0x3E, &chunks.concat())
}

/// One of each format that moves.
pub(crate) fn all() -> Vec<Photo> {
    vec![
        Photo::new("animated.gif", gif()),
        Photo::new("animated.png", png()),
        Photo::new("animated.webp", webp()),
    ]
}
