//! What is kept and what is copied.

use bytes::Bytes;
use tintype::multipart::{Event, Limits, Malformed, MultipartError, Parser};

use super::outcome::{body, boundary};

const HEAD: &str = "--b\nContent-Disposition: form-data; name=\"f\"; filename=\"1.png\"\n\n";

#[test]
fn data_shares_the_memory_of_its_chunk() {
    let photo = b"\x7fPNG\r\n--\r\n--a\r\n\r".repeat(500);
    let whole = [body(HEAD), photo.clone(), body("\n--b--\n")].concat();
    let mut parser = Parser::new(&boundary("b"), Limits::default());
    let mut total = 0;
    for chunk in whole.chunks(1400).map(Bytes::copy_from_slice) {
        parser.push(chunk.clone());
        let mut foreign = 0;
        while let Some(event) = parser.next().unwrap() {
            let Event::Data(data) = event else { continue };
            total += data.len();
            let start = data.as_ptr() as usize;
            let is_inside = chunk.as_ptr_range().contains(&(start as *const u8));
            foreign += if is_inside { 0 } else { data.len() };
        }
        assert!(foreign < "\r\n--b".len(), "only what may be a delimiter is held back: {foreign}");
    }
    assert_eq!(total, photo.len());
}

#[test]
fn a_chunk_is_given_back_once_it_is_read() {
    let mut parser = Parser::new(&boundary("b"), Limits::default());
    let chunks = [body(HEAD), b"data\r".to_vec(), body("\n--b--\nepilogue"), b"more".to_vec()];
    for chunk in chunks.map(Bytes::from) {
        parser.push(chunk.clone());
        while parser.next().unwrap().is_some() {}
        assert!(chunk.is_unique(), "{chunk:?} is still held");
    }
    parser.finish().unwrap();
}

#[test]
fn nothing_is_held_of_a_body_that_failed() {
    let mut parser = Parser::new(&boundary("b"), Limits::default());
    let first = Bytes::from(body("--b?"));
    let second = Bytes::from_static(b"more").slice(1..);
    parser.push(first.clone());
    let error = MultipartError::Malformed(Malformed::BoundaryLine);
    assert_eq!(parser.next(), Err(error));
    parser.push(second);
    assert_eq!(parser.next(), Err(error));
    assert_eq!(parser.finish(), Err(error));
    assert!(first.is_unique());
}

#[test]
fn chunks_pushed_without_reading_are_joined() {
    let mut parser = Parser::new(&boundary("b"), Limits::default());
    for chunk in [body(HEAD), b"data".to_vec(), body("\n--b--\n")] {
        parser.push(Bytes::from(chunk));
    }
    let mut data = Vec::new();
    while let Some(event) = parser.next().unwrap() {
        if let Event::Data(bytes) = event {
            data.extend_from_slice(&bytes);
        }
    }
    parser.finish().unwrap();
    assert_eq!(data, b"data");
}
