//! An image sequence keeps the tracks of its pictures and loses what else a movie may hold.

use serde_json::json;

use crate::support::app::TestApp;
use crate::support::avif::AVIF_SEQUENCE_WITH_METADATA as SEQUENCE;
use crate::support::photos::atom;
use crate::support::requests::NOTHING;

/// Where the three samples begin; they reach to the end of the file.
const SAMPLES: usize = 0x584;
/// How deep boxes are nested in the test.
const DEPTH: usize = 100_000;

/// The offset of the first box of this kind.
fn find(bytes: &[u8], kind: &[u8; 4]) -> usize {
    bytes.windows(4).position(|window| window == kind).unwrap() - 4
}

/// The payload of the first box of this kind.
fn payload(bytes: &[u8], kind: &[u8; 4]) -> Vec<u8> {
    let at = find(bytes, kind);
    let length = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    bytes[at + 8..at + usize::try_from(length).unwrap()].to_vec()
}

/// The sequence with these boxes behind those of its movie, which is at the end of the file now, so
/// that no picture moves.
fn with_in_movie(boxes: &[u8]) -> Vec<u8> {
    let mut sequence = SEQUENCE.to_vec();
    let at = find(&sequence, b"moov");
    let movie = payload(&sequence, b"moov");
    sequence[at + 4..at + 8].copy_from_slice(b"free");
    [sequence, atom(*b"moov", &[&movie, boxes].concat())].concat()
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[tokio::test]
async fn a_sequence_with_a_track_of_places_is_refused() {
    let app = TestApp::start().await;
    let mut track = payload(SEQUENCE, b"trak");
    let media = find(&track, b"mdia");
    let handler = media + find(&track[media..], b"pict") + 4;
    for (kind, outcome) in [(b"auxv", "201"), (b"meta", "422 CORRUPT_IMAGE")] {
        track[handler..handler + 4].copy_from_slice(kind);
        let answer = app.upload(with_in_movie(&atom(*b"trak", &track))).await;
        assert_eq!(answer.outcome(), outcome, "{}", answer.text());
        let is_named = answer.text().contains("a track of type `meta` beside its pictures");
        assert_eq!(is_named, kind == b"meta", "{}", answer.text());
    }
    app.finish().await;
}

#[tokio::test]
async fn exif_of_a_track_alone_goes() {
    let app = TestApp::start().await;
    let mut sequence = SEQUENCE.to_vec();
    // Exif and XMP of the file, which come before those of the track, get the data of the picture.
    for id in [2, 3] {
        let entry = [0, id, 0, 0, 0, 1, 0, 0];
        let at = sequence.windows(8).position(|window| window == entry).unwrap() + 6;
        sequence[at..at + 8].copy_from_slice(&[0, 0, 5, 0x84, 0, 0, 1, 0x2A]);
    }
    assert!(contains(&sequence[..SAMPLES], b"SECRETMAKE"));
    let image = app.uploaded(sequence.clone()).await;
    let stored = app.get(image["url"].as_str().unwrap()).await.body;
    assert!(!contains(&stored, b"SECRET"));
    assert_eq!(stored[SAMPLES..], sequence[SAMPLES..], "no picture changes");
    app.finish().await;
}

#[tokio::test]
async fn what_no_picture_of_a_movie_needs_goes_and_is_not_followed_down() {
    let app = TestApp::start().await;
    let inmost = atom(*b"abcd", b"SECRET");
    let sizes = (1..=DEPTH).rev().map(|level| u32::try_from(inmost.len() + 8 * level).unwrap());
    let heads = sizes.flat_map(|size| [size.to_be_bytes(), *b"trak"]).flatten();
    let nested: Vec<u8> = heads.chain(inmost.iter().copied()).collect();
    let track = [payload(SEQUENCE, b"trak"), nested].concat();
    let extras = [atom(*b"trak", &track), atom(*b"uuid", b"SECRET"), atom(*b"abcd", b"SECRET")];
    let image = app.uploaded(with_in_movie(&extras.concat())).await;
    let stored = app.get(image["url"].as_str().unwrap()).await.body;
    assert!(!contains(&stored, b"SECRET") && contains(&stored, b"trak"));
    assert_eq!(stored[SAMPLES..SEQUENCE.len()], SEQUENCE[SAMPLES..]);
    assert_eq!(app.uploaded(stored).await["stripped"], json!([]));
    app.finish().await;
}

#[tokio::test]
async fn a_sequence_of_countless_chunks_is_refused() {
    let app = TestApp::start().await;
    let chunks = 70_000_u32;
    let table = [vec![0; 4], chunks.to_be_bytes().to_vec(), vec![0; 4 * 70_000]].concat();
    let boxes = [
        atom(*b"stsc", &[0; 8]),
        atom(*b"stsz", &[&[0; 8][..], &[0, 0, 0, 1], &[0; 4]].concat()),
        atom(*b"stco", &table),
    ];
    let minf = atom(*b"minf", &atom(*b"stbl", &boxes.concat()));
    let handler = atom(*b"hdlr", b"\0\0\0\0\0\0\0\0auxv\0\0\0\0\0\0\0\0\0\0\0\0\0");
    let track = atom(*b"trak", &atom(*b"mdia", &[handler, minf].concat()));
    let answer = app.upload(with_in_movie(&track)).await;
    assert_eq!(answer.outcome(), "422 CORRUPT_IMAGE");
    assert!(answer.text().contains("65536 parts"), "{}", answer.text());
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}
