//! The rules of PNG.

use tintype::inspect::Corruption;

use super::photos::{PNG_AFTER_HEADER, png_chunk};
use super::{assert_corrupt, facts, outcome, photos};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1A\n";

/// A PNG of these chunks, with `IHDR` for 7 x 5 pixels of this depth and colour type in front and
/// `IEND` at the end.
fn of(depth: u8, colour: u8, chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let header = header([7, 5], [depth, colour, 0, 0, 0]);
    let chunks = chunks.iter().map(|(kind, data)| png_chunk(**kind, data)).collect::<Vec<_>>();
    [SIGNATURE, &header, &chunks.concat(), &png_chunk(*b"IEND", b"")].concat()
}

fn header(sides: [u32; 2], rest: [u8; 5]) -> Vec<u8> {
    png_chunk(*b"IHDR", &[&sides.map(u32::to_be_bytes).concat()[..], &rest].concat())
}

/// An `acTL` that states this many frames.
fn animation(frames: u32) -> Vec<u8> {
    [frames.to_be_bytes(), [0; 4]].concat()
}

/// An `fcTL`: sequence number, width, height, left, top.
fn frame(numbers: [u32; 5]) -> Vec<u8> {
    [&numbers.map(u32::to_be_bytes).concat()[..], &[0, 1, 0, 10, 0, 0]].concat()
}

#[test]
fn takes_the_depths_that_each_colour_type_allows() {
    let allowed = |colour: u8, depth: u8| match colour {
        0 => [1, 2, 4, 8, 16].contains(&depth),
        3 => [1, 2, 4, 8].contains(&depth),
        2 | 4 | 6 => [8, 16].contains(&depth),
        _ => false,
    };
    for colour in 0..8 {
        for depth in 0..=17 {
            let image = of(depth, colour, &[(b"PLTE", &[0; 3]), (b"IDAT", b"x")]);
            let is_taken = outcome(&image).is_ok();
            assert_eq!(is_taken, allowed(colour, depth), "colour {colour}, depth {depth}");
        }
    }
}

#[test]
fn refuses_broken_headers() {
    let at = SIGNATURE.len();
    let with = |sides, rest| [SIGNATURE, &header(sides, rest)].concat();
    let sound = [8, 6, 0, 0, 0];
    let bad = Corruption::BadHeader { at };
    let long = png_chunk(*b"IHDR", &[0; 14]);
    let image = photos::png(7, 5);
    let mut flipped = image.clone();
    flipped[20] ^= 1;
    let repeated = [&image[..PNG_AFTER_HEADER], &image[8..]].concat();
    assert_corrupt(&[
        ("no width", with([0, 5], sound), Corruption::ZeroDimension { width: 0, height: 5 }),
        ("no height", with([7, 0], sound), Corruption::ZeroDimension { width: 7, height: 0 }),
        ("2^31 wide", with([1 << 31, 5], sound), bad),
        ("unknown compression", with([7, 5], [8, 6, 1, 0, 0]), bad),
        ("unknown filter", with([7, 5], [8, 6, 0, 1, 0]), bad),
        ("unknown interlace", with([7, 5], [8, 6, 0, 0, 2]), bad),
        ("too long", [SIGNATURE, &long].concat(), Corruption::BadLength { at }),
        ("wrong checksum", flipped, Corruption::BadChecksum { at }),
        ("repeated", repeated, Corruption::RepeatedHeader { at: PNG_AFTER_HEADER }),
        (
            "not first",
            [SIGNATURE, &png_chunk(*b"CgBI", &[0; 4]), &image[8..]].concat(),
            Corruption::MissingHeader,
        ),
        ("nothing after the signature", SIGNATURE.to_vec(), Corruption::MissingEnd),
    ]);
}

#[test]
fn refuses_broken_chunks() {
    let at = PNG_AFTER_HEADER;
    let sound = of(8, 2, &[(b"IDAT", b"data")]);
    let length = |length: u32| {
        let mut lying = sound.clone();
        lying[at..at + 4].copy_from_slice(&length.to_be_bytes());
        lying
    };
    let text_at = at + 12 + 4;
    let no_end = &sound[..sound.len() - 12];
    let long_end = [no_end, &png_chunk(*b"IEND", b"x")].concat();
    let mut text = of(8, 2, &[(b"IDAT", b"data"), (b"tEXt", b"a\0b")]);
    text[text_at + 9] ^= 1;
    assert_corrupt(&[
        ("length 0", length(0), Corruption::BadChecksum { at }),
        ("length 1", length(1), Corruption::BadChecksum { at }),
        ("length beyond the file", length(1000), Corruption::Truncated),
        ("length of 2^31", length(1 << 31), Corruption::BadLength { at }),
        ("checksum of an optional chunk", text, Corruption::BadChecksum { at: text_at }),
        ("type that is no word", of(8, 2, &[(b"ID\0T", b"")]), Corruption::BadLength { at }),
        ("no end", no_end.to_vec(), Corruption::MissingEnd),
        ("end with content", long_end, Corruption::BadLength { at: text_at }),
    ]);
}

#[test]
fn refuses_chunks_in_disorder() {
    let first = PNG_AFTER_HEADER;
    let data: (&[u8; 4], &[u8]) = (b"IDAT", b"x");
    let palette: (&[u8; 4], &[u8]) = (b"PLTE", &[0; 3]);
    let second = first + 12 + 1;
    assert_corrupt(&[
        ("no data", of(8, 2, &[]), Corruption::MissingImageData),
        ("empty data", of(8, 2, &[(b"IDAT", b"")]), Corruption::MissingImageData),
        (
            "data in two runs",
            of(8, 2, &[data, (b"tEXt", b"a\0b"), data]),
            Corruption::OutOfPlace { at: second + 12 + 3 },
        ),
        ("indexed without a palette", of(8, 3, &[data]), Corruption::MissingTable),
        (
            "palette after the data",
            of(8, 2, &[data, palette]),
            Corruption::OutOfPlace { at: second },
        ),
        (
            "two palettes",
            of(8, 3, &[palette, palette, data]),
            Corruption::RepeatedHeader { at: first + 12 + 3 },
        ),
        (
            "palette of a colour and a third",
            of(8, 3, &[(b"PLTE", &[0; 4]), data]),
            Corruption::BadLength { at: first },
        ),
        (
            "palette of 257 colours",
            of(8, 3, &[(b"PLTE", &[0; 771]), data]),
            Corruption::BadLength { at: first },
        ),
        (
            "unknown chunk that must be known",
            of(8, 2, &[(b"ABCD", b""), data]),
            Corruption::OutOfPlace { at: first },
        ),
    ]);
}

#[test]
fn an_animation_without_its_header_is_a_still() {
    let late = of(8, 2, &[(b"IDAT", b"x"), (b"acTL", &animation(3))]);
    let absent = of(8, 2, &[(b"fcTL", b"x"), (b"IDAT", b"x"), (b"fdAT", b"x")]);
    assert_eq!(facts(&late).frames, 1);
    assert_eq!(facts(&absent).frames, 1);
}

#[test]
fn the_still_of_an_animation_need_not_be_its_first_frame() {
    let image = of(
        8,
        2,
        &[
            (b"acTL", &animation(1)),
            (b"IDAT", b"x"),
            (b"fcTL", &frame([0, 3, 2, 4, 3])),
            (b"fdAT", &[0, 0, 0, 1, 9]),
            (b"fdAT", &[0, 0, 0, 2, 9]),
        ],
    );
    assert_eq!(facts(&image).frames, 1);
}

#[test]
fn refuses_broken_animations() {
    let full = frame([0, 7, 5, 0, 0]);
    let data: (&[u8; 4], &[u8]) = (b"IDAT", b"x");
    let at_control = PNG_AFTER_HEADER + 20;
    let at_third = at_control + 38;
    let image = |declared: u32, chunks: &[(&[u8; 4], &[u8])]| {
        let header = animation(declared);
        of(8, 2, &[&[(b"acTL", &header[..])], chunks].concat())
    };
    let count = |declared, held| Corruption::FrameCount { declared, held };
    let outside = Corruption::FrameOutside { at: at_control };
    assert_corrupt(&[
        ("no frames", image(0, &[data]), Corruption::BadHeader { at: PNG_AFTER_HEADER }),
        ("fewer frames", image(2, &[(b"fcTL", &full), data]), count(2, 1)),
        (
            "more frames",
            image(
                1,
                &[
                    (b"fcTL", &full),
                    data,
                    (b"fcTL", &frame([1, 7, 5, 0, 0])),
                    (b"fdAT", &[0, 0, 0, 2]),
                ],
            ),
            count(1, 2),
        ),
        (
            "two headers",
            image(1, &[(b"acTL", &animation(1)), data]),
            Corruption::RepeatedHeader { at: at_control },
        ),
        ("first frame smaller", image(1, &[(b"fcTL", &frame([0, 6, 5, 0, 0])), data]), outside),
        ("frame outside", image(1, &[(b"fcTL", &frame([0, 7, 5, 1, 0])), data]), outside),
        (
            "frame far outside",
            image(1, &[(b"fcTL", &frame([0, 7, 5, 0, u32::MAX])), data]),
            outside,
        ),
        (
            "frame without width",
            image(1, &[(b"fcTL", &frame([0, 0, 5, 0, 0])), data]),
            Corruption::ZeroDimension { width: 0, height: 5 },
        ),
        (
            "wrong sequence number",
            image(1, &[(b"fcTL", &frame([1, 7, 5, 0, 0])), data]),
            Corruption::OutOfPlace { at: at_control },
        ),
        (
            "two frames, one picture",
            image(2, &[(b"fcTL", &full), (b"fcTL", &frame([1, 7, 5, 0, 0])), data]),
            Corruption::MissingImageData,
        ),
        (
            "last frame without a picture",
            image(2, &[(b"fcTL", &full), data, (b"fcTL", &frame([1, 7, 5, 0, 0]))]),
            Corruption::MissingImageData,
        ),
        (
            "picture before its frame",
            image(1, &[(b"fcTL", &full), (b"fdAT", &[0, 0, 0, 1]), data]),
            Corruption::OutOfPlace { at: at_third },
        ),
        (
            "short frame header",
            image(1, &[(b"fcTL", &full[..25]), data]),
            Corruption::BadLength { at: at_control },
        ),
    ]);
}
