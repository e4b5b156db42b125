//! Small files that would take much memory.

use super::{AS_IT_IS, render, soon, source};
use crate::image::Format;
use crate::variant::{RenderError, prove};

/// Bits, the lowest first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    fn put(&mut self, width: usize, value: u32) {
        for bit in 0..width {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let set = u8::try_from(value >> bit & 1).unwrap();
            *self.bytes.last_mut().unwrap() |= set << (self.count % 8);
            self.count += 1;
        }
    }

    /// A code of one symbol.
    fn put_single(&mut self, symbol: u32) {
        self.put(3, 0b101);
        self.put(8, symbol);
    }

    /// A code of 256 symbols of eight bits, in 53 bits: the code for lengths knows eight alone.
    fn put_full(&mut self) {
        self.put(1, 0);
        self.put(4, 8);
        for at in 0..12 {
            self.put(3, u32::from(at == 11));
        }
        self.put(1, 1);
        self.put(3, 3);
        self.put(8, 254);
    }
}

fn chunk(kind: &[u8], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_le_bytes();
    [kind, &length, data, &vec![0; data.len() % 2]].concat()
}

/// A lossless WebP of 16 × 16 pixels with this many groups of codes, all but the last of no use.
fn groups(count: u32) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.put(8, 0x2F);
    bits.put(14, 15);
    bits.put(14, 15);
    bits.put(4, 0);
    // No transform, no cache of colours; groups by blocks of four pixels.
    bits.put(2, 0);
    bits.put(1, 1);
    bits.put(3, 0);
    // The picture of the groups: all pixels name the last one. No cache; green, red, and the rest.
    bits.put(1, 0);
    bits.put_single((count - 1) & 0xFF);
    bits.put_single((count - 1) >> 8);
    (0..3).for_each(|_| bits.put_single(0));
    for _ in 0..count {
        (0..4).for_each(|_| bits.put_full());
        bits.put_single(0);
    }
    // Pixels of four symbols of eight bits.
    (0..256).for_each(|_| bits.put(32, 0));
    chunk(b"RIFF", &[b"WEBP", &*chunk(b"VP8L", &bits.bytes)].concat())
}

#[test]
fn a_webp_may_not_have_tables_without_end() {
    let size = (16, 16);
    let modest = groups(300);
    render(&modest, &source(Format::Webp, size, &modest), &AS_IT_IS, soon()).unwrap();
    // Less than two megabytes, of which a decoder makes some hundred.
    let bomb = groups(65_536);
    assert!(bomb.len() < 2_000_000);
    let whole = source(Format::Webp, size, &bomb);
    for refused in
        [render(&bomb, &whole, &AS_IT_IS, soon()).err(), prove(&bomb, &whole, soon()).err()]
    {
        assert!(matches!(refused, Some(RenderError::Unusual(Format::Webp))), "{refused:?}");
    }
}

#[test]
fn the_first_chunk_of_a_kind_counts_and_the_last_must_be_whole() {
    let picture = |colour| {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let picture = image::RgbaImage::from_pixel(1, 1, image::Rgba(colour));
        picture.write_to(&mut bytes, image::ImageFormat::WebP).unwrap();
        bytes.into_inner()[12..].to_vec()
    };
    let (first, second) = (picture([255, 0, 0, 255]), picture([0, 0, 255, 255]));
    let empty = [chunk(b"ICCP", &[]), chunk(b"ALPH", &[])].concat().repeat(100_000);
    let chunks = [&empty[..], &first, &empty, &second].concat();
    let still = [b"WEBP", &*chunk(b"VP8X", &[0; 10]), &chunks].concat();
    let frame = [&[0; 16][..], &chunks].concat();
    let moving =
        [chunk(b"VP8X", &[2, 0, 0, 0, 0, 0, 0, 0, 0, 0]), chunk(b"ANIM", &[0; 6])].concat();
    let moving = [&b"WEBP"[..], &moving, &chunk(b"ANMF", &frame)].concat();
    for body in [still, moving] {
        let bytes = chunk(b"RIFF", &body);
        let found = super::shown(Format::Webp, (1, 1), &bytes).to_rgb8();
        assert_eq!(found.get_pixel(0, 0).0, [255, 0, 0]);
    }
    // The last chunk ends before its data.
    let cut = [&b"WEBP"[..], &chunk(b"VP8X", &[0; 10]), &first, b"ICCP\x09\0\0\0"].concat();
    let cut = chunk(b"RIFF", &cut);
    let refused = render(&cut, &source(Format::Webp, (1, 1), &cut), &AS_IT_IS, soon());
    assert!(matches!(refused, Err(RenderError::Undecodable { .. })), "{refused:?}");
}

/// A GIF of one pixel with so many bytes in an application extension of this name.
fn extended(name: &[u8; 11], bytes: usize) -> Vec<u8> {
    let mut gif = b"GIF89a\x01\0\x01\0\x80\0\0\x09\x09\x09\0\0\0\x21\xFF\x0B".to_vec();
    gif.extend(name);
    gif.extend([&[255][..], &[b'x'; 255]].concat().repeat(bytes / 255));
    gif.extend(b"\0\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3B");
    gif
}

#[test]
fn a_gif_gathers_no_profile_without_end() {
    for name in [b"ICCRGBG1012", b"XMP DataXMP"] {
        let usual = extended(name, 1 << 20);
        let found = super::shown(Format::Gif, (1, 1), &usual).to_rgb8();
        assert_eq!(found.get_pixel(0, 0).0, [9; 3]);
        let large = extended(name, 20 << 20);
        let whole = source(Format::Gif, (1, 1), &large);
        let refused = render(&large, &whole, &AS_IT_IS, soon());
        assert!(matches!(refused, Err(RenderError::Unusual(Format::Gif))), "{refused:?}");
    }
    // What nobody gathers may be as long as it likes.
    super::shown(Format::Gif, (1, 1), &extended(b"ANOTHER 1.0", 3 << 20));
}

/// An animated WebP whose one frame is a pixel less wide and high than the canvas, and broken.
fn framed(width: u32, height: u32) -> Vec<u8> {
    let le24 = |number: u32| number.to_le_bytes()[..3].to_vec();
    let size = |less: u32| [le24(width - less), le24(height - less)].concat();
    let frame = [vec![0; 6], size(2), vec![0; 4], chunk(b"VP8L", &[0x2F, 0, 0, 0, 0])].concat();
    let body = [
        b"WEBP".to_vec(),
        chunk(b"VP8X", &[vec![2, 0, 0, 0], size(1)].concat()),
        chunk(b"ANIM", &[0; 6]),
        chunk(b"ANMF", &frame),
    ];
    chunk(b"RIFF", &body.concat())
}

#[test]
fn a_frame_and_its_canvas_take_what_was_reckoned() {
    let refused = |width, height| {
        let bytes = framed(width, height);
        let whole = source(Format::Webp, (width, height), &bytes);
        render(&bytes, &whole, &AS_IT_IS, soon()).unwrap_err()
    };
    // A small one is looked at, and found broken.
    assert!(matches!(refused(2000, 1500), RenderError::Undecodable { .. }));
    assert!(matches!(refused(8000, 6000), RenderError::Unusual(Format::Webp)));
}
