//! The rules of WebP.

use tintype::inspect::Corruption;

use super::photos::{extended_webp, riff_chunk, webp};
use super::{assert_corrupt, facts, patched, photos};

const IS_ANIMATED: u8 = 0x02;
/// Where the first chunk of the simple form, and the second of the extended one, begins.
const FIRST: usize = 12;
const SECOND: usize = FIRST + 8 + 10;

/// A still in the extended form, around these chunks.
fn still(chunks: &[&[u8]]) -> Vec<u8> {
    extended_webp(7, 5, 0, &chunks.concat())
}

/// The chunk of a lossless picture.
fn picture(width: u32, height: u32) -> Vec<u8> {
    webp(width, height)[FIRST..].to_vec()
}

/// An `ANMF` chunk: left and top in units of two pixels, sides less one, then chunks.
fn frame(place: [u8; 4], chunks: &[&[u8]]) -> Vec<u8> {
    let numbers = place.map(|number| [number, 0, 0]).concat();
    riff_chunk(*b"ANMF", &[&numbers[..], &[10, 0, 0, 0], &chunks.concat()].concat())
}

fn animation(chunks: &[&[u8]]) -> Vec<u8> {
    let start = riff_chunk(*b"ANIM", &[0; 6]);
    extended_webp(7, 5, IS_ANIMATED, &[&start, &*chunks.concat()].concat())
}

#[test]
fn takes_the_extended_form_around_either_coding() {
    let lossy = &photos::LOSSY_WEBP[FIRST..];
    let alpha = riff_chunk(*b"ALPH", &[0; 3]);
    let profile = riff_chunk(*b"ICCP", &[0; 5]);
    assert_eq!(facts(&extended_webp(16, 8, 0x10, &[&alpha, lossy].concat())).width, 16);
    let known = still(&[&profile, &picture(7, 5), &riff_chunk(*b"XMP ", b"<x/>")]);
    assert_eq!((facts(&known).width, facts(&known).height), (7, 5));
    let frames = [frame([0, 0, 6, 4], &[&picture(7, 5)]), frame([1, 1, 2, 1], &[&picture(3, 2)])];
    assert_eq!(facts(&animation(&[&frames.concat()])).frames, 2);
}

#[test]
fn an_exif_chunk_that_is_not_announced_does_not_count() {
    let exif = riff_chunk(*b"EXIF", &photos::exif(6));
    assert_eq!(facts(&still(&[&picture(7, 5), &exif])).width, 7);
    assert_eq!(facts(&extended_webp(7, 5, 0x08, &[picture(7, 5), exif].concat())).width, 5);
}

#[test]
fn the_last_padding_byte_may_be_missing() {
    let odd = riff_chunk(*b"XMP ", b"odd");
    let chunks = [&picture(7, 5), &odd[..odd.len() - 1]].concat();
    assert_eq!(facts(&extended_webp_unpadded(&chunks)).width, 7);
}

/// The extended form whose stated size is as odd as its chunks.
fn extended_webp_unpadded(chunks: &[u8]) -> Vec<u8> {
    let mut image = extended_webp(7, 5, 0, chunks);
    image.truncate(SECOND + chunks.len());
    let size = u32::try_from(image.len() - 8).unwrap();
    image[4..8].copy_from_slice(&size.to_le_bytes());
    image
}

#[test]
fn refuses_broken_containers() {
    let image = webp(7, 5);
    let size = |size: u32| patched(&image, b"RIFF", 4, &size.to_le_bytes());
    let length = |length: u32| patched(&image, b"VP8L", 4, &length.to_le_bytes());
    let at_first = Corruption::BadLength { at: FIRST };
    let other = [&image[..FIRST], &riff_chunk(*b"JUNK", b"")].concat();
    let other = patched(&other, b"RIFF", 4, &12_u32.to_le_bytes());
    assert_corrupt(&[
        ("size 0", size(0), Corruption::BadLength { at: 0 }),
        ("size 1", size(1), Corruption::BadLength { at: 0 }),
        ("nothing inside", size(4), Corruption::MissingHeader),
        ("size beyond the file", size(u32::MAX), Corruption::Truncated),
        ("chunk length 0", length(0), at_first),
        ("chunk length 1", length(1), Corruption::BadLength { at: FIRST }),
        ("chunk beyond the file", length(u32::MAX), at_first),
        ("another chunk first", other, Corruption::MissingHeader),
    ]);
}

#[test]
fn refuses_broken_pictures() {
    let lossy = |at: usize, bytes: &[u8]| patched(photos::LOSSY_WEBP, b"VP8 ", 8 + at, bytes);
    let lossless = |at: usize, bytes: &[u8]| patched(&webp(7, 5), b"VP8L", 8 + at, bytes);
    let bad = Corruption::BadHeader { at: FIRST };
    assert_corrupt(&[
        ("no key frame", lossy(0, &[0x71]), bad),
        ("unknown version", lossy(0, &[0x78]), bad),
        ("hidden frame", lossy(0, &[0x60]), bad),
        ("no start code", lossy(3, &[0]), bad),
        ("partition beyond the chunk", lossy(1, &[0xFF]), Corruption::BadLength { at: FIRST }),
        ("no width", lossy(6, &[0, 0xC0]), Corruption::ZeroDimension { width: 0, height: 8 }),
        ("no height", lossy(8, &[0, 0]), Corruption::ZeroDimension { width: 16, height: 0 }),
        ("no signature", lossless(0, &[0]), bad),
        ("unknown lossless version", lossless(4, &[0xFF]), bad),
    ]);
}

#[test]
fn refuses_broken_extended_files() {
    let whole = picture(7, 5);
    let still_at = SECOND + whole.len();
    let short_header = [&b"RIFF\x0E\0\0\0WEBP"[..], b"VP8X\x02\0\0\0\0\0"].concat();
    let header = riff_chunk(*b"VP8X", &[0; 10]);
    let (profile, alpha) = (riff_chunk(*b"ICCP", b"ab"), riff_chunk(*b"ALPH", b"ab"));
    assert_corrupt(&[
        ("short header", short_header, Corruption::BadLength { at: FIRST }),
        (
            "long header",
            [b"RIFF\x17\0\0\0WEBP", &riff_chunk(*b"VP8X", &[0; 11])[..19]].concat(),
            Corruption::BadLength { at: FIRST },
        ),
        (
            "two profiles",
            still(&[&profile, &profile, &whole]),
            Corruption::RepeatedHeader { at: SECOND + profile.len() },
        ),
        (
            "two planes of alpha",
            still(&[&alpha, &whole, &alpha]),
            Corruption::RepeatedHeader { at: SECOND + alpha.len() + whole.len() },
        ),
        ("two headers", still(&[&header, &whole]), Corruption::RepeatedHeader { at: SECOND }),
        ("no picture", still(&[]), Corruption::MissingImageData),
        ("two pictures", still(&[&whole, &whole]), Corruption::OutOfPlace { at: still_at }),
        ("other size", still(&[&picture(7, 6)]), Corruption::SizeMismatch { at: SECOND }),
        (
            "chunk beyond its parent",
            still(&[b"VP8L\xFF\xFF\xFF\xFF"]),
            Corruption::BadLength { at: SECOND },
        ),
        (
            "frame in a still",
            still(&[&frame([0, 0, 6, 4], &[&whole])]),
            Corruption::OutOfPlace { at: SECOND },
        ),
    ]);
}

#[test]
fn refuses_broken_animations() {
    let whole = picture(7, 5);
    let at = SECOND + 14;
    let alpha = riff_chunk(*b"ALPH", b"ab");
    let inner = at + 8 + 16;
    let no_start = extended_webp(7, 5, IS_ANIMATED, &frame([0, 0, 6, 4], &[&whole]));
    let inside = |chunks: &[&[u8]]| animation(&[&frame([0, 0, 6, 4], chunks)]);
    assert_corrupt(&[
        ("no frames", animation(&[]), Corruption::MissingImageData),
        ("no start", no_start, Corruption::OutOfPlace { at: SECOND }),
        ("picture outside of a frame", animation(&[&whole]), Corruption::OutOfPlace { at }),
        (
            "frame beyond the canvas",
            animation(&[&frame([1, 0, 6, 4], &[&whole])]),
            Corruption::FrameOutside { at },
        ),
        (
            "long start",
            extended_webp(7, 5, IS_ANIMATED, &riff_chunk(*b"ANIM", &[0; 8])),
            Corruption::BadLength { at: SECOND },
        ),
        (
            "two starts",
            animation(&[&riff_chunk(*b"ANIM", &[0; 6])]),
            Corruption::RepeatedHeader { at },
        ),
        ("alpha outside of a frame", animation(&[&alpha]), Corruption::OutOfPlace { at }),
        (
            "two planes of alpha in a frame",
            inside(&[&alpha, &alpha, &whole]),
            Corruption::RepeatedHeader { at: inner + alpha.len() },
        ),
        ("empty frame", inside(&[]), Corruption::MissingImageData),
        ("other size", inside(&[&picture(7, 4)]), Corruption::SizeMismatch { at: inner }),
        (
            "two pictures in a frame",
            inside(&[&whole, &whole]),
            Corruption::OutOfPlace { at: inner + whole.len() },
        ),
        (
            "short frame",
            animation(&[&riff_chunk(*b"ANMF", &[0; 15])]),
            Corruption::BadLength { at },
        ),
    ]);
}
