//! The rules of GIF.

use tintype::inspect::{Corruption, InspectError};

use super::{assert_corrupt, facts, outcome, photos};

/// A canvas of 3 x 2 without a colour table, and one frame as large, with its colours.
const SCREEN: &[u8] = b"GIF89a\x03\0\x02\0\0\0\0";
const FRAME: &[u8] = b",\0\0\0\0\x03\0\x02\0\x80\0\0\0\xFF\xFF\xFF\x02\x03\x44\x34\x05\0";

fn of(blocks: &[&[u8]]) -> Vec<u8> {
    [SCREEN, &blocks.concat(), b";"].concat()
}

/// The frame with other bytes at an offset.
fn frame(at: usize, bytes: &[u8]) -> Vec<u8> {
    [&FRAME[..at], bytes, &FRAME[at + bytes.len()..]].concat()
}

#[test]
fn takes_both_versions_and_every_kind_of_block() {
    let comment = b"!\xFE\x05hello\x05again\0";
    let control = b"!\xF9\x04\x05\x0A\0\x01\0";
    let netscape = b"!\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0";
    let text = b"!\x01\x0C\0\0\0\0\x08\0\x08\0\x08\x08\x01\0\x02hi\0";
    let image = of(&[netscape, control, FRAME, comment, text, control, FRAME, b"!\xFE\0"]);
    let image = facts(&image);
    assert_eq!((image.width, image.height, image.frames), (3, 2, 2));
    let old = [b"GIF87a", &of(&[FRAME])[6..]].concat();
    assert_eq!(facts(&old).frames, 1);
}

#[test]
fn refuses_broken_files() {
    let at = SCREEN.len();
    let zero = |width, height| Corruption::ZeroDimension { width, height };
    let canvas = |bytes: &[u8]| [&SCREEN[..6], bytes, &SCREEN[10..], FRAME, b";"].concat();
    let no_end = [SCREEN, FRAME].concat();
    assert_corrupt(&[
        ("no width", canvas(&[0, 0, 2, 0]), zero(0, 2)),
        ("no height", canvas(&[3, 0, 0, 0]), zero(3, 0)),
        ("no frame", of(&[b"!\xFE\x05hello\0"]), Corruption::MissingImageData),
        ("frame without width", of(&[&frame(5, &[0, 0])]), zero(0, 2)),
        ("codes of no bits", of(&[&frame(16, &[0])]), Corruption::BadHeader { at }),
        ("codes of too many bits", of(&[&frame(16, &[12])]), Corruption::BadHeader { at }),
        ("frame without data", of(&[&FRAME[..17], b"\0"]), Corruption::MissingImageData),
        (
            "control of five bytes",
            of(&[b"!\xF9\x05\0\0\0\0x\0", FRAME]),
            Corruption::BadLength { at },
        ),
        (
            "control of two parts",
            of(&[b"!\xF9\x04\0\0\0\0\x01x\0", FRAME]),
            Corruption::BadLength { at },
        ),
        ("unknown block", of(&[FRAME, b"x"]), Corruption::OutOfPlace { at: at + FRAME.len() }),
        ("sub-block beyond the file", of(&[FRAME, b"!\xFE\xFF"]), Corruption::Truncated),
        ("colours beyond the file", of(&[&frame(9, &[0x87])]), Corruption::Truncated),
        ("no end", no_end.clone(), Corruption::MissingEnd),
        (
            "a script behind the magic",
            b"GIF89a/*\x01\0\0\0\0*/=1;alert(1)//".to_vec(),
            Corruption::OutOfPlace { at },
        ),
    ]);
}

#[test]
fn a_frame_may_reach_beyond_the_canvas_and_not_beyond_the_limits() {
    let beyond = of(&[&frame(1, &[200, 0, 200, 0, 10, 0, 10, 0])]);
    assert_eq!((facts(&beyond).width, facts(&beyond).height), (3, 2));
    let bomb = of(&[&frame(5, &[0xFF; 4])]);
    let refused = InspectError::LimitSide { width: 65_535, height: 65_535, limit: 12_000 };
    assert_eq!(outcome(&bomb), Err(refused));
}

#[test]
fn large_frames_on_a_small_canvas_count_as_large() {
    let large = frame(5, &5000_u16.to_le_bytes().repeat(2));
    assert_eq!(facts(&of(&[&*large; 4])).frames, 4);
    assert_eq!(
        outcome(&of(&[&*large; 5])),
        Err(InspectError::LimitAnimation { frames: 5, pixels: 125_000_000, limit: 100_000_000 })
    );
}

#[test]
fn an_animation_of_the_smallest_frames_is_counted() {
    assert_eq!(facts(&photos::gif_bomb(3)).frames, 3);
}
