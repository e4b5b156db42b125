//! The smallest valid image of each format, made by code, and a few that no one should take.

use image::codecs::gif::GifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{Frame, Rgb, RgbImage};

/// The smallest image: a GIF of one pixel.
pub(crate) const PIXEL: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\0\0\0\x21\xf9\x04\x01\0\0\0\0\x2c\0\0\0\0\
    \x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";

/// A GIF of one pixel that weighs so many bytes, all of which stay when it is stored: behind the data
/// of the pixel come blocks that no decoder reads.
pub(crate) fn weighing(bytes: usize) -> Vec<u8> {
    let (front, end) = PIXEL.split_at(PIXEL.len() - 2);
    let mut gif = front.to_vec();
    let mut rest = bytes - PIXEL.len();
    while rest > 0 {
        let block = if rest == 257 { 255 } else { rest.min(256) };
        gif.push(u8::try_from(block - 1).unwrap());
        gif.resize(gif.len() + block - 1, 7);
        rest -= block;
    }
    gif.extend_from_slice(end);
    gif
}

/// The pixel in a colour of its own for each number.
pub(crate) fn pixel(number: u32) -> Vec<u8> {
    let mut bytes = PIXEL.to_vec();
    bytes[13..17].copy_from_slice(&number.to_be_bytes());
    bytes
}

/// A grey progressive JPEG of 16 x 8, written by Pillow 13.
pub(crate) const PROGRESSIVE_JPEG: &[u8] = b"\
    \xFF\xD8\xFF\xE0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xFF\xDB\x00C\x00\x1B\x12\
      \x14\x17\x14\x11\x1B\x17\x16\x17\x1E\x1C\x1B\x20(B+(%%(Q:=0B`Ued_U][jx\x99\x81jq\x90s[]\x85\
      \xB5\x86\x90\x9E\xA3\xAB\xAD\xABg\x80\xBC\xC9\xBA\xA6\xC7\x99\xA8\xAB\xA4\xFF\xC2\x00\x0B\
      \x08\x00\x08\x00\x10\x01\x01\x11\x00\xFF\xC4\x00\x15\x00\x01\x01\x00\x00\x00\x00\x00\x00\
      \x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\xFF\xDA\x00\x08\x01\x01\x00\x00\x00\x01\x9D\xFF\
      \xC4\x00\x14\x10\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x10\xFF\
      \xDA\x00\x08\x01\x01\x00\x01\x05\x02?\xFF\xC4\x00\x14\x10\x01\x00\x00\x00\x00\x00\x00\x00\
      \x00\x00\x00\x00\x00\x00\x00\x00\x10\xFF\xDA\x00\x08\x01\x01\x00\x06?\x02?\xFF\xC4\x00\x14\
      \x10\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x10\xFF\xDA\x00\x08\
      \x01\x01\x00\x01?!?\xFF\xDA\x00\x08\x01\x01\x00\x00\x00\x10\xFF\x00\xFF\xC4\x00\x14\x10\x01\
      \x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x10\xFF\xDA\x00\x08\x01\x01\
      \x00\x01?\x10?\xFF\xD9";

/// A lossy WebP of 16 x 8, written by Pillow 13.
pub(crate) const LOSSY_WEBP: &[u8] = b"\
    RIFF0\x00\x00\x00WEBPVP8\x20$\x00\x00\x00p\x01\x00\x9D\x01*\x10\x00\x08\x00\x0C\xC0\xCE%\xA0\
      \x02t\x01@\x00\x00\xFE\xDA&\x11\x86\x8D~.\xECG\x19$\x00\x00\x00";

/// An AVIF of 48 x 32, written by Pillow 13.
pub(crate) const AVIF: &[u8] = b"\
    \x00\x00\x00\x20ftypavif\x00\x00\x00\x00avifmif1miafMA1B\x00\x00\x00\xEBmeta\x00\x00\x00\x00\
      \x00\x00\x00!hdlr\x00\x00\x00\x00\x00\x00\x00\x00pict\x00\x00\x00\x00\x00\x00\x00\x00\x00\
      \x00\x00\x00\x00\x00\x00\x00\x0Epitm\x00\x00\x00\x00\x00\x01\x00\x00\x00\x1Eiloc\x00\x00\
      \x00\x00D\x00\x00\x01\x00\x01\x00\x00\x00\x01\x00\x00\x01\x13\x00\x00\x00+\x00\x00\x00(iinf\
      \x00\x00\x00\x00\x00\x01\x00\x00\x00\x1Ainfe\x02\x00\x00\x00\x00\x01\x00\x00av01Color\x00\
      \x00\x00\x00jiprp\x00\x00\x00Kipco\x00\x00\x00\x14ispe\x00\x00\x00\x00\x00\x00\x000\x00\x00\
      \x00\x20\x00\x00\x00\x10pixi\x00\x00\x00\x00\x03\x08\x08\x08\x00\x00\x00\x0Cav1C\x81\x00\
      \x0C\x00\x00\x00\x00\x13colrnclx\x00\x01\x00\x0D\x00\x06\x80\x00\x00\x00\x17ipma\x00\x00\
      \x00\x00\x00\x00\x00\x01\x00\x01\x04\x01\x02\x83\x04\x00\x00\x003mdat\x12\x00\x0A\x09\x18\
      \x15/\xFBD\x044\x1A\x102\x1C\x1CG\x87\x85\xDD\xD3M4\xC2\xC0\x00\x00\xDC\xA8\xC1\x05Y\xD0d\
      \xF6\x1A\x05\xE7\xE4\xA3\x04\xB2\xC0";

/// The same AVIF with a quarter turn in its `irot`: displayed as 32 x 48.
pub(crate) const TURNED_AVIF: &[u8] = b"\
    \x00\x00\x00\x20ftypavif\x00\x00\x00\x00avifmif1miafMA1B\x00\x00\x00\xF5meta\x00\x00\x00\x00\
      \x00\x00\x00!hdlr\x00\x00\x00\x00\x00\x00\x00\x00pict\x00\x00\x00\x00\x00\x00\x00\x00\x00\
      \x00\x00\x00\x00\x00\x00\x00\x0Epitm\x00\x00\x00\x00\x00\x01\x00\x00\x00\x1Eiloc\x00\x00\
      \x00\x00D\x00\x00\x01\x00\x01\x00\x00\x00\x01\x00\x00\x01\x1D\x00\x00\x00+\x00\x00\x00(iinf\
      \x00\x00\x00\x00\x00\x01\x00\x00\x00\x1Ainfe\x02\x00\x00\x00\x00\x01\x00\x00av01Color\x00\
      \x00\x00\x00tiprp\x00\x00\x00Tipco\x00\x00\x00\x14ispe\x00\x00\x00\x00\x00\x00\x000\x00\x00\
      \x00\x20\x00\x00\x00\x10pixi\x00\x00\x00\x00\x03\x08\x08\x08\x00\x00\x00\x0Cav1C\x81\x00\
      \x0C\x00\x00\x00\x00\x13colrnclx\x00\x01\x00\x0D\x00\x06\x80\x00\x00\x00\x09irot\x03\x00\
      \x00\x00\x18ipma\x00\x00\x00\x00\x00\x00\x00\x01\x00\x01\x05\x01\x02\x83\x04\x85\x00\x00\
      \x003mdat\x12\x00\x0A\x09\x18\x15/\xFBD\x044\x1A\x102\x1C\x1CG\x87\x85\xDD\xD3M4\xC2\xC0\
      \x00\x00\xDC\xA8\xC1\x05Y\xD0d\xF6\x1A\x05\xE7\xE4\xA3\x04\xB2\xC0";

/// An AVIF sequence of 48 x 32 with three frames, written by Pillow 13.
pub(crate) const AVIF_SEQUENCE: &[u8] = b"\
    \x00\x00\x00,ftypavis\x00\x00\x00\x00avifavismsf1iso8mif1miafMA1B\x00\x00\x00\xEBmeta\x00\x00\
      \x00\x00\x00\x00\x00!hdlr\x00\x00\x00\x00\x00\x00\x00\x00pict\x00\x00\x00\x00\x00\x00\x00\
      \x00\x00\x00\x00\x00\x00\x00\x00\x00\x0Epitm\x00\x00\x00\x00\x00\x01\x00\x00\x00\x1Eiloc\
      \x00\x00\x00\x00D\x00\x00\x01\x00\x01\x00\x00\x00\x01\x00\x00\x03\xE9\x00\x00\x00\x20\x00\
      \x00\x00(iinf\x00\x00\x00\x00\x00\x01\x00\x00\x00\x1Ainfe\x02\x00\x00\x00\x00\x01\x00\x00av\
      01Color\x00\x00\x00\x00jiprp\x00\x00\x00Kipco\x00\x00\x00\x14ispe\x00\x00\x00\x00\x00\x00\
      \x000\x00\x00\x00\x20\x00\x00\x00\x10pixi\x00\x00\x00\x00\x03\x08\x08\x08\x00\x00\x00\x0Cav\
      1C\x81\x00\x0C\x00\x00\x00\x00\x13colrnclx\x00\x01\x00\x0D\x00\x06\x80\x00\x00\x00\x17ipma\
      \x00\x00\x00\x00\x00\x00\x00\x01\x00\x01\x04\x01\x02\x83\x04\x00\x00\x02\xCAmoov\x00\x00\
      \x00xmvhd\x01\x00\x00\x00\x00\x00\x00\x00\xE7(|\x05\x00\x00\x00\x00\xE7(|\x05\x00\x00\x03\
      \xE8\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x00\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\
      \x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\
      \x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00@\x00\x00\x00\x00\x00\x00\x00\x00\x00\
      \x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\
      \x00\x00\x02Jtrak\x00\x00\x00htkhd\x01\x00\x00\x01\x00\x00\x00\x00\xE7(|\x05\x00\x00\x00\
      \x00\xE7(|\x05\x00\x00\x00\x01\x00\x00\x00\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x00\x00\x00\
      \x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\
      \x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\
      \x00@\x00\x00\x00\x000\x00\x00\x00\x20\x00\x00\x00\x00\x00,edts\x00\x00\x00$elst\x01\x00\
      \x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01,\x00\x00\x00\x00\x00\x00\x00\x00\x00\
      \x01\x00\x00\x00\x00\x01\xAEmdia\x00\x00\x00,mdhd\x01\x00\x00\x00\x00\x00\x00\x00\xE7(|\x05\
      \x00\x00\x00\x00\xE7(|\x05\x00\x00\x03\xE8\x00\x00\x00\x00\x00\x00\x01,U\xC4\x00\x00\x00\
      \x00\x00!hdlr\x00\x00\x00\x00\x00\x00\x00\x00pict\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\
      \x00\x00\x00\x00\x00\x01Yminf\x00\x00\x00\x14vmhd\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\
      \x00\x00\x00\x00\x00$dinf\x00\x00\x00\x1Cdref\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\
      \x0Curl\x20\x00\x00\x00\x01\x00\x00\x01\x19stbl\x00\x00\x00\x95stsd\x00\x00\x00\x00\x00\x00\
      \x00\x01\x00\x00\x00\x85av01\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\
      \x00\x00\x00\x00\x00\x00\x00\x00\x00\x000\x00\x20\x00H\x00\x00\x00H\x00\x00\x00\x00\x00\x00\
      \x00\x01\x0AAOM\x20Coding\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\
      \x00\x00\x00\x00\x00\x00\x18\xFF\xFF\x00\x00\x00\x0Cav1C\x81\x00\x0C\x00\x00\x00\x00\x13col\
      rnclx\x00\x01\x00\x0D\x00\x06\x80\x00\x00\x00\x10ccst\x00\x00\x00\x00|\x00\x00\x00\x00\x00\
      \x00\x18stts\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x03\x00\x00\x00d\x00\x00\x00\x1Cst\
      sc\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x03\x00\x00\x00\x01\x00\x00\
      \x00\x20stsz\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x20\x00\x00\x00\
      \x1C\x00\x00\x00\x1C\x00\x00\x00\x14stco\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x03\xE9\
      \x00\x00\x00\x14stss\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00`mdat\x12\
      \x00\x0A\x0D\x00\x00\x00\x02\xA5\xFF6\xBED\x044\x1A\x102\x0D\x10\x00\xD8\x00\x00\x02\x80\
      \x00\x00\x0B<\xF2j\x12\x002\x180\x03\xC0\x80\x00\x00;`\x00\x00\x0A\x00\x00\x80\x00\x00ij\
      \xD8\xA0\x14\x8D\xA2`\x12\x002\x180\x05\xC1\x04\x00\x00\x06\xD8\x00\x00\x02\x80\x00\x20\x00\
      $\x00R\xDA\xAD\xA7b\x93p";

/// A picture with a gradient, so that it does not compress to nothing.
fn picture(width: u32, height: u32) -> RgbImage {
    let byte = |number: u32| u8::try_from(number % 256).unwrap();
    RgbImage::from_fn(width, height, |x, y| Rgb([byte(3 * x), byte(5 * y), byte(x * y)]))
}

/// A baseline JPEG in colour.
pub(crate) fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture(width, height).write_with_encoder(JpegEncoder::new(&mut bytes)).unwrap();
    bytes
}

/// A PNG of 8 bits a channel in colour, not interlaced.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture(width, height).write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
    bytes
}

/// A GIF of one frame.
pub(crate) fn gif(width: u32, height: u32) -> Vec<u8> {
    animated_gif(width, height, 1)
}

/// A lossless WebP in the simple form.
pub(crate) fn webp(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture(width, height).write_with_encoder(WebPEncoder::new_lossless(&mut bytes)).unwrap();
    bytes
}

/// A GIF of many frames, all alike.
pub(crate) fn animated_gif(width: u32, height: u32, frames: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = image::DynamicImage::ImageRgb8(picture(width, height)).into_rgba8();
    GifEncoder::new(&mut bytes)
        .encode_frames(std::iter::repeat_n(Frame::new(picture), frames))
        .unwrap();
    bytes
}

/// A PNG of many frames, all alike; the first is also the still for viewers that know no animation.
pub(crate) fn animated_png(width: u32, height: u32, frames: u32) -> Vec<u8> {
    let still = png(width, height);
    let data = png_chunks(&still).filter(|(kind, _)| kind == b"IDAT").fold(
        Vec::new(),
        |mut data, (_, chunk)| {
            data.extend_from_slice(chunk);
            data
        },
    );
    let control = |number: u32| {
        let numbers = [number, width, height, 0, 0].map(u32::to_be_bytes).concat();
        png_chunk(*b"fcTL", &[numbers, vec![0, 1, 0, 10, 0, 0]].concat())
    };
    let mut bytes = still[..PNG_AFTER_HEADER].to_vec();
    bytes.extend(png_chunk(*b"acTL", &[frames.to_be_bytes(), [0; 4]].concat()));
    bytes.extend(control(0));
    bytes.extend(png_chunk(*b"IDAT", &data));
    for frame in 1..frames {
        bytes.extend(control(2 * frame - 1));
        bytes.extend(png_chunk(*b"fdAT", &[&(2 * frame).to_be_bytes(), &*data].concat()));
    }
    bytes.extend(png_chunk(*b"IEND", &[]));
    bytes
}

/// A WebP of many frames, all alike.
pub(crate) fn animated_webp(width: u32, height: u32, frames: usize) -> Vec<u8> {
    let sides = [width - 1, height - 1].map(u24).concat();
    let frame = [&[0; 6], &*sides, &[10, 0, 0, 0], &webp(width, height)[12..]].concat();
    let mut chunks = vec![riff_chunk(*b"ANIM", &[0; 6])];
    chunks.extend(std::iter::repeat_n(riff_chunk(*b"ANMF", &frame), frames));
    extended_webp(width, height, 0x02, &chunks.concat())
}

/// An Exif block (the TIFF structure alone) with an orientation and the coordinates of Dresden.
pub(crate) fn exif(orientation: u16) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value].concat()
    };
    let [low, high] = orientation.to_le_bytes();
    let directory = [
        &2_u16.to_le_bytes()[..],
        &entry(0x0112, 3, 1, [low, high, 0, 0]),
        &entry(0x8825, 4, 1, 38_u32.to_le_bytes()),
        &[0; 4],
    ]
    .concat();
    let gps = [
        &2_u16.to_le_bytes()[..],
        &entry(1, 2, 2, *b"N\0\0\0"),
        &entry(2, 5, 3, 68_u32.to_le_bytes()),
        &[0; 4],
    ]
    .concat();
    let latitude = [51_u32, 1, 3, 1, 0, 1].map(u32::to_le_bytes).concat();
    [b"II*\0\x08\0\0\0", &*directory, &*gps, &*latitude].concat()
}

/// A JPEG whose Exif block has this orientation and a place.
pub(crate) fn oriented_jpeg(width: u32, height: u32, orientation: u16) -> Vec<u8> {
    jpeg_with_app1(width, height, &[b"Exif\0\0", &*exif(orientation)].concat())
}

/// The Exif block that is left of one with this orientation.
pub(crate) fn bare_exif(orientation: u8) -> Vec<u8> {
    let directory = [0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
    [&b"MM\0*\0\0\0\x08"[..], &directory].concat()
}

/// A JPEG whose Exif block has this orientation and nothing else.
pub(crate) fn bare_oriented_jpeg(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    jpeg_with_app1(width, height, &[b"Exif\0\0", &*bare_exif(orientation)].concat())
}

/// An Exif block without its signature: a camera that is `SECRET`, an artist, Ada, and a copyright of
/// hers.
pub(crate) fn exif_with_rights() -> Vec<u8> {
    let entry = |tag: u16, count: u32, value: [u8; 4]| {
        [&tag.to_be_bytes()[..], &[0, 2], &count.to_be_bytes(), &value].concat()
    };
    let entries = [
        entry(0x010F, 7, 50_u32.to_be_bytes()),
        entry(0x013B, 4, *b"Ada\0"),
        entry(0x8298, 13, 57_u32.to_be_bytes()),
    ];
    let texts = b"\0\0\0\0SECRET\0(c) 2026 Ada\0";
    [b"MM\0*\0\0\0\x08\0\x03", &entries.concat()[..], texts].concat()
}

/// A JPEG with [`exif_with_rights`].
pub(crate) fn jpeg_with_rights(width: u32, height: u32) -> Vec<u8> {
    jpeg_with_app1(width, height, &[&b"Exif\0\0"[..], &exif_with_rights()].concat())
}

/// A JPEG with this `APP1` segment in front of all others.
pub(crate) fn jpeg_with_app1(width: u32, height: u32, payload: &[u8]) -> Vec<u8> {
    let plain = jpeg(width, height);
    [&plain[..2], &jpeg_segment(0xE1, payload), &plain[2..]].concat()
}

/// A PNG whose `eXIf` chunk has this orientation and a place.
pub(crate) fn oriented_png(width: u32, height: u32, orientation: u16) -> Vec<u8> {
    png_with_chunk(width, height, *b"eXIf", &exif(orientation))
}

/// A WebP whose `EXIF` chunk has this orientation and a place.
pub(crate) fn oriented_webp(width: u32, height: u32, orientation: u16) -> Vec<u8> {
    let picture = &webp(width, height)[12..];
    let chunks = [picture, &riff_chunk(*b"EXIF", &exif(orientation))].concat();
    extended_webp(width, height, 0x08, &chunks)
}

/// The offset at which the chunks after `IHDR` begin.
pub(crate) const PNG_AFTER_HEADER: usize = 33;

/// A PNG with one more chunk, right after its header.
pub(crate) fn png_with_chunk(width: u32, height: u32, kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let plain = png(width, height);
    let (header, rest) = plain.split_at(PNG_AFTER_HEADER);
    [header, &png_chunk(kind, data), rest].concat()
}

/// A WebP in the extended form, around these chunks.
pub(crate) fn extended_webp(width: u32, height: u32, flags: u8, chunks: &[u8]) -> Vec<u8> {
    let header = [vec![flags, 0, 0, 0], [width - 1, height - 1].map(u24).concat()].concat();
    riff_chunk(*b"RIFF", &[b"WEBP", &*riff_chunk(*b"VP8X", &header), chunks].concat())
}

/// A marker, the length and the payload.
pub(crate) fn jpeg_segment(marker: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 2).unwrap();
    [&[0xFF, marker], &length.to_be_bytes()[..], payload].concat()
}

/// A chunk with its checksum.
pub(crate) fn png_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap();
    let content = [&kind, data].concat();
    let checksum = crc32fast::hash(&content);
    [&length.to_be_bytes(), &*content, &checksum.to_be_bytes()].concat()
}

/// A PNG whose chunks are sound and whose pixels are not: its compressed data begins with the type of
/// block that is reserved.
pub(crate) fn broken_png() -> Vec<u8> {
    let png = png(9, 7);
    let (front, _) = png.split_at(PNG_AFTER_HEADER);
    let data = png_chunk(*b"IDAT", &[0x78, 0x9C, 0x07, 0, 0, 0]);
    [front, &data, &png_chunk(*b"IEND", &[])].concat()
}

/// A chunk with its padding.
pub(crate) fn riff_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap();
    [&kind, &length.to_le_bytes()[..], data, &[0][..data.len() % 2]].concat()
}

/// A box of the ISO base media format.
pub(crate) fn atom(kind: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let size = u32::try_from(payload.len() + 8).unwrap();
    [&size.to_be_bytes()[..], &kind, payload].concat()
}

/// The chunks of a PNG: type and data.
fn png_chunks(png: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = &png[8..];
    std::iter::from_fn(move || {
        let (length, after) = rest.split_first_chunk().map(|(l, r)| (u32::from_be_bytes(*l), r))?;
        let length = usize::try_from(length).unwrap();
        rest = &after[4 + length + 4..];
        Some((&after[..4], &after[4..4 + length]))
    })
}

fn u24(number: u32) -> [u8; 3] {
    let [low, middle, high, _] = number.to_le_bytes();
    [low, middle, high]
}

/// The start of a PNG that would unpack to 900 million pixels: 33 bytes that are valid so far.
pub(crate) fn png_bomb() -> Vec<u8> {
    let header = [&[30_000_u32; 2].map(u32::to_be_bytes).concat()[..], &[8, 6, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1A\n", &*png_chunk(*b"IHDR", &header)].concat()
}

/// A GIF of one by one pixel and many frames, 14 bytes each.
pub(crate) fn gif_bomb(frames: usize) -> Vec<u8> {
    let header = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF";
    let frame = b",\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
    [&header[..], &frame.repeat(frames), b";"].concat()
}

/// An SVG that runs a script.
pub(crate) const SVG: &[u8] =
    b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
