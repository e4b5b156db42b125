//! Agreement with the `multer` crate on forms that both take.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::stream;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_assert_eq, proptest};
use tintype::multipart::Limits;

use super::outcome::{boundary, run};

/// Name, file name, content type and data of each part.
type Parts = Vec<(String, Option<String>, Option<String>, Vec<u8>)>;

/// Parts without what `multer` is known to read differently: quotes, paths, empty file names,
/// `filename*`, a boundary right behind the headers.
fn parts() -> impl Strategy<Value = Parts> {
    let name = "[a-zA-Z0-9_\\[\\].-]{1,20}";
    let filename = proptest::option::of("[a-z][a-zA-Z0-9 _äß写-]{0,20}\\.(png|jpg)");
    let content_type = proptest::option::of("image/(png|jpeg)|text/plain");
    let data = vec(any::<u8>(), 0..200).prop_map(|data| [b"=".as_slice(), &data].concat());
    vec((name, filename, content_type, data), 0..6)
}

fn write(parts: &Parts) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, filename, content_type, data) in parts {
        let mut head = format!("--b-b\r\nContent-Disposition: form-data; name=\"{name}\"");
        if let Some(filename) = filename {
            head += &format!("; filename=\"{filename}\"");
        }
        if let Some(content_type) = content_type {
            head += &format!("\r\nContent-Type: {content_type}");
        }
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(b"\r\n\r\n");
        body.extend_from_slice(data);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--b-b--\r\n");
    body
}

async fn read_with_multer(body: &[u8], size: usize) -> Result<Parts, multer::Error> {
    let chunks: Vec<Result<Bytes, Infallible>> =
        body.chunks(size).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    let mut form = multer::Multipart::new(stream::iter(chunks), "b-b");
    let mut parts = Vec::new();
    while let Some(field) = form.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        let filename = field.file_name().map(str::to_owned);
        let content_type = field.content_type().map(ToString::to_string);
        parts.push((name, filename, content_type, field.bytes().await?.to_vec()));
    }
    Ok(parts)
}

fn read_with_tintype(body: &[u8], size: usize) -> Parts {
    let outcome = run(&boundary("b-b"), Limits::default(), body.chunks(size));
    assert_eq!(outcome.result, Ok(()));
    let parts = outcome.parts.into_iter();
    parts
        .map(|part| (part.head.name, part.head.filename, part.head.content_type, part.data))
        .collect()
}

proptest! {
    #[test]
    fn the_multer_crate_reads_the_same(parts in parts(), size in 1_usize..300) {
        let body = write(&parts);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        prop_assert_eq!(&read_with_tintype(&body, size), &parts);
        prop_assert_eq!(runtime.block_on(read_with_multer(&body, size)).unwrap(), parts);
    }
}
