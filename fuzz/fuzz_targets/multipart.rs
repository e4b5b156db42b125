//! Whatever the body, the parser does not panic, keeps its limits, and finds the same in it however
//! it is cut.
//!
//! The first four bytes of the input are the sizes of the chunks, over and over; the rest is a body
//! with the boundary `b`.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use tintype_fuzz::multipart::{
    Boundary, Event, Limits, MultipartError, Parser, PartHead, PartKind,
};

/// Small, so that short inputs meet them.
const LIMITS: Limits = Limits {
    parts: 6,
    fields: 3,
    files: 3,
    header_block_bytes: 200,
    headers_per_part: 4,
    field_name_bytes: 20,
    field_value_bytes: 40,
    fields_total_bytes: 60,
    file_bytes: 60,
    preamble_bytes: 10,
};

fuzz_target!(|input: &[u8]| {
    let Some((sizes, body)) = input.split_first_chunk::<4>() else { return };
    let boundary = Boundary::from_content_type("multipart/form-data; boundary=b").unwrap();
    let whole = read(&boundary, [body]);
    assert_eq!(read(&boundary, body.chunks(1)), whole, "byte by byte");
    assert_eq!(read(&boundary, cut(body, *sizes)), whole, "in chunks of {sizes:?}");
});

fn cut(body: &[u8], sizes: [u8; 4]) -> impl Iterator<Item = &[u8]> {
    let mut rest = body;
    sizes.into_iter().cycle().map_while(move |size| {
        let (chunk, after) = rest.split_at_checked(usize::from(size).max(1)).unwrap_or((rest, &[]));
        rest = after;
        (!chunk.is_empty()).then_some(chunk)
    })
}

type Parts = Vec<(PartHead, Vec<u8>)>;

/// The parts, the errors that were stepped over by skipping a part, and how it ended.
fn read<'a>(
    boundary: &Boundary,
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> (Parts, Vec<MultipartError>, Result<(), MultipartError>) {
    let mut parser = Parser::new(boundary, LIMITS);
    let mut parts = Parts::new();
    let mut skipped = Vec::new();
    for chunk in chunks {
        parser.push(Bytes::copy_from_slice(chunk));
        loop {
            match parser.next() {
                Ok(Some(event)) => take(&mut parts, event),
                Ok(None) => break,
                Err(error) if error.can_skip_part() => {
                    skipped.push(error);
                    parser.skip_part();
                }
                Err(error) => return (parts, skipped, Err(error)),
            }
        }
    }
    (parts, skipped, parser.finish())
}

fn take(parts: &mut Parts, event: Event) {
    match event {
        Event::Part(head) => parts.push((head, Vec::new())),
        Event::Data(bytes) => {
            let (head, data) = parts.last_mut().expect("data belongs to a part");
            assert!(!bytes.is_empty());
            data.extend_from_slice(&bytes);
            let most = match head.kind {
                PartKind::Field => LIMITS.field_value_bytes,
                PartKind::File => LIMITS.file_bytes,
                PartKind::EmptyInput => 0,
            };
            assert!(data.len() <= most);
        }
        Event::PartEnd | Event::End => assert!(parts.len() <= LIMITS.parts),
    }
}
