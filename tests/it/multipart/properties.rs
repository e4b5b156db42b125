//! Random forms and random garbage under random cuts.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::select;
use tintype::multipart::{Limits, PartHead, PartKind, clean};

use super::outcome::{Outcome, Part, boundary, run};

const BOUNDARY: &str = "boundary";

/// Pieces that make data look like a delimiter, and data that does not.
fn data() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        select(vec!["\r\n--boundar", "\r\n--", "\r\n", "\r", "\n", "--boundary", "-", "y"])
            .prop_map(|text| text.as_bytes().to_vec()),
        vec(any::<u8>(), 0..40),
    ];
    vec(piece, 0..12).prop_map(|pieces| without_delimiter(&pieces.concat()))
}

/// A delimiter in the data would end it, at its beginning even without a line end.
fn without_delimiter(data: &[u8]) -> Vec<u8> {
    let dashes = format!("--{BOUNDARY}");
    let mut rest = data;
    let mut harmless = Vec::new();
    while let Some((&byte, after)) = rest.split_first() {
        let is_line_start = harmless.is_empty() || harmless.ends_with(b"\r\n");
        let is_delimiter = is_line_start && rest.starts_with(dashes.as_bytes());
        harmless.push(if is_delimiter { b'+' } else { byte });
        rest = after;
    }
    harmless
}

/// Any text that a browser would send unchanged but for its three escapes.
fn name() -> impl Strategy<Value = String> {
    "[^%\\\\\\p{Cc}]{1,20}|[a-z\r\n\"]{1,20}"
}

fn part() -> impl Strategy<Value = (Vec<u8>, Part)> {
    let filename = proptest::option::of(prop_oneof![Just(String::new()), name()]);
    (name(), filename, proptest::option::of(select(vec!["image/png", "text/plain"])), data())
        .prop_map(|(name, filename, content_type, data)| {
            let kind = match filename.as_deref() {
                None => PartKind::Field,
                Some("") if data.is_empty() => PartKind::EmptyInput,
                Some(_) => PartKind::File,
            };
            let mut text = format!("Content-Disposition: form-data; name=\"{}\"", escape(&name));
            if let Some(filename) = &filename {
                text += &format!("; filename=\"{}\"", escape(filename));
            }
            if let Some(content_type) = content_type {
                text += &format!("\r\nContent-Type: {content_type}");
            }
            let bytes = [text.as_bytes(), b"\r\n\r\n", &data].concat();
            let filename = filename.and_then(|raw| clean(raw.as_bytes()));
            let content_type = content_type.map(str::to_owned);
            let head = PartHead { name, filename, content_type, kind };
            (bytes, Part { head, data, is_complete: true })
        })
}

fn escape(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

fn join(parts: &[(Vec<u8>, Part)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (bytes, _) in parts {
        body.extend_from_slice(format!("--{BOUNDARY}\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

/// Cuts the body into pieces of these sizes, over and over; a size of zero is an empty chunk.
fn cut<'a>(body: &'a [u8], sizes: &[usize]) -> Vec<&'a [u8]> {
    let mut rest = body;
    let mut chunks = Vec::new();
    for &size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (chunk, after) = rest.split_at(size.min(rest.len()));
        chunks.push(chunk);
        rest = after;
    }
    chunks
}

/// Sizes of which at least one is not zero.
fn sizes() -> impl Strategy<Value = Vec<usize>> {
    (vec(0_usize..30, 0..8), 1_usize..200).prop_map(|(mut sizes, last)| {
        sizes.push(last);
        sizes
    })
}

/// Bytes that reach deep into the parser far more often than random ones.
fn garbage() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => select(vec![
            "--boundary\r\n", "\r\n--boundary\r\n", "\r\n--boundary--", "--boundary", "\r\n", "\r",
            "\n", "Content-Disposition: form-data; name=\"a\"", "; filename=\"", "x.png", "\"", ";",
            "filename*=UTF-8''%C3%A4", "Content-Type: text/plain", "%22", "\\", "=", ":", " ", "-",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..20),
    ];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Small enough for garbage to meet.
const TIGHT: Limits = Limits {
    parts: 4,
    fields: 2,
    files: 2,
    header_block_bytes: 150,
    headers_per_part: 3,
    field_name_bytes: 20,
    field_value_bytes: 20,
    fields_total_bytes: 30,
    file_bytes: 30,
    preamble_bytes: 10,
};

proptest! {
    #[test]
    fn forms_come_out_as_they_went_in(parts in vec(part(), 0..6), sizes in sizes()) {
        let body = join(&parts);
        let outcome = run(&boundary(BOUNDARY), Limits::default(), cut(&body, &sizes));
        let parts = parts.into_iter().map(|(_, part)| part).collect();
        prop_assert_eq!(outcome, Outcome { parts, result: Ok(()) });
    }

    #[test]
    fn the_cut_never_changes_the_outcome(body in garbage(), sizes in sizes()) {
        let boundary = boundary(BOUNDARY);
        let whole = run(&boundary, TIGHT, [body.as_slice()]);
        prop_assert_eq!(&run(&boundary, TIGHT, cut(&body, &sizes)), &whole);
        prop_assert_eq!(&run(&boundary, TIGHT, body.chunks(1)), &whole);
    }

    #[test]
    fn random_bytes_are_no_form(body in vec(any::<u8>(), 0..300), sizes in sizes()) {
        let outcome = run(&boundary(BOUNDARY), Limits::default(), cut(&body, &sizes));
        prop_assert_eq!(outcome.to_string(), "MALFORMED_MULTIPART NoBoundary");
    }
}
