//! What a valid image tells.

use super::{facts, outcome, photos, samples};

#[test]
fn reads_type_size_and_frames() {
    for (name, bytes, expected) in samples() {
        assert_eq!(facts(&bytes), expected, "{name}");
    }
}

#[test]
fn agrees_with_a_decoder_on_every_size() {
    type Make = fn(u32, u32) -> Vec<u8>;
    let formats: [Make; 4] = [photos::jpeg, photos::png, photos::gif, photos::webp];
    for (width, height) in [(1, 1), (1, 64), (255, 3), (64, 65), (257, 16), (4099, 1)] {
        for make in formats {
            let bytes = make(width, height);
            let decoded = image::load_from_memory(&bytes).unwrap();
            let facts = facts(&bytes);
            assert_eq!((facts.width, facts.height), (decoded.width(), decoded.height()));
        }
    }
}

#[test]
fn a_quarter_turn_swaps_the_sides() {
    type Make = fn(u32, u32, u16) -> Vec<u8>;
    let formats: [Make; 3] = [photos::oriented_jpeg, photos::oriented_png, photos::oriented_webp];
    for make in formats {
        for orientation in 0..=9 {
            let facts = facts(&make(7, 5, orientation));
            let expected = if (5..=8).contains(&orientation) { (5, 7) } else { (7, 5) };
            assert_eq!((facts.width, facts.height), expected, "orientation {orientation}");
        }
    }
}

#[test]
fn exif_of_either_byte_order_is_read() {
    let big = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let with_prefix = [b"Exif\0\0", &big[..]].concat();
    assert_eq!(facts(&photos::jpeg_with_app1(7, 5, &with_prefix)).width, 5);
    assert_eq!(facts(&photos::png_with_chunk(7, 5, *b"eXIf", big)).width, 5);
    assert_eq!(facts(&photos::png_with_chunk(7, 5, *b"eXIf", &with_prefix)).width, 5);
}

#[test]
fn broken_exif_never_refuses_an_image() {
    let sound = photos::exif(6);
    let sideways = |at: usize, byte: u8| {
        let mut broken = sound.clone();
        broken[at] = byte;
        broken
    };
    let broken = [
        Vec::new(),
        b"II".to_vec(),
        b"JUNK\0\0\0\0".to_vec(),
        sideways(2, 43),    // no TIFF magic
        sideways(7, 0xFF),  // a directory far outside of the block
        sideways(12, 0x04), // another type than a 16-bit number
        sideways(14, 2),    // two values
        sideways(18, 99),   // no such orientation
        sound[..18].to_vec(),
    ];
    for exif in broken {
        assert_eq!(facts(&photos::png_with_chunk(7, 5, *b"eXIf", &exif)).width, 7, "{exif:?}");
    }
    for length in 0..sound.len() {
        assert!(outcome(&photos::png_with_chunk(7, 5, *b"eXIf", &sound[..length])).is_ok());
    }
}

#[test]
fn bytes_after_the_end_are_no_part_of_the_image() {
    for (name, bytes, expected) in samples() {
        if !name.contains("avif") {
            for tail in [&b"PK\x03\x04 a zip"[..], b"<script>alert(1)</script>", &[0; 100]] {
                assert_eq!(facts(&[&bytes, tail].concat()), expected, "{name}");
            }
        }
    }
}
