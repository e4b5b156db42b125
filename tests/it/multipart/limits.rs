//! Every limit, met and passed by one; going on after a file that is too large.

use bytes::Bytes;
use tintype::multipart::{Event, Limits, MultipartError, Parser};

use super::outcome::{body, boundary, run_cut_everywhere};

/// Two fields, two files, one empty input.
const FORM: &str = "--b
Content-Disposition: form-data; name=\"caption\"

Sunset
--b
Content-Disposition: form-data; name=\"alt\"

A beach
--b
Content-Disposition: form-data; name=\"f\"; filename=\"1.png\"
Content-Type: image/png

12345678
--b
Content-Disposition: form-data; name=\"f\"; filename=\"2.png\"

123
--b
Content-Disposition: form-data; name=\"f\"; filename=\"\"


--b--
";

const WHOLE: &str = "caption=Sunset | alt=A beach | file f \"1.png\" image/png=12345678 | \
                     file f \"2.png\"=123 | no file f= | end";

/// The limits that [`FORM`] just meets.
const EXACT: Limits = Limits {
    parts: 5,
    fields: 2,
    files: 2,
    header_block_bytes: 87,
    headers_per_part: 2,
    field_name_bytes: 7,
    field_value_bytes: 7,
    fields_total_bytes: 13,
    file_bytes: 8,
    preamble_bytes: 0,
};

#[test]
fn a_limit_is_the_largest_value_that_is_accepted() {
    let cases = [
        (EXACT, WHOLE),
        (
            Limits { parts: 4, ..EXACT },
            "caption=Sunset | alt=A beach | file f \"1.png\" image/png=12345678 | \
             file f \"2.png\"=123 | LIMIT_PART_COUNT",
        ),
        (Limits { fields: 1, ..EXACT }, "caption=Sunset | LIMIT_FIELD_COUNT"),
        (
            Limits { files: 1, ..EXACT },
            "caption=Sunset | alt=A beach | file f \"1.png\" image/png=12345678 | LIMIT_FILE_COUNT",
        ),
        (
            Limits { header_block_bytes: 86, ..EXACT },
            "caption=Sunset | alt=A beach | MALFORMED_MULTIPART HeaderBlock { limit: 86 }",
        ),
        (
            Limits { headers_per_part: 1, ..EXACT },
            "caption=Sunset | alt=A beach | MALFORMED_MULTIPART HeaderCount { limit: 1 }",
        ),
        (Limits { field_name_bytes: 6, ..EXACT }, "LIMIT_FIELD_KEY"),
        (
            Limits { field_value_bytes: 6, ..EXACT },
            "caption=Sunset | alt=A beac... | LIMIT_FIELD_VALUE",
        ),
        (
            Limits { fields_total_bytes: 12, ..EXACT },
            "caption=Sunset | alt=A beac... | LIMIT_FIELD_VALUE",
        ),
        (
            Limits { file_bytes: 7, ..EXACT },
            "caption=Sunset | alt=A beach | file f \"1.png\" image/png=1234567... | LIMIT_FILE_SIZE",
        ),
        (
            Limits { file_bytes: 0, ..EXACT },
            "caption=Sunset | alt=A beach | file f \"1.png\" image/png=... | LIMIT_FILE_SIZE",
        ),
    ];
    for (limits, expected) in cases {
        let outcome = run_cut_everywhere(&boundary("b"), limits, &body(FORM));
        assert_eq!(outcome.to_string(), expected, "{limits:?}");
    }
}

#[test]
fn the_preamble_is_limited() {
    for (length, expected) in [
        (0, WHOLE),
        (8, WHOLE),
        (9, "MALFORMED_MULTIPART Preamble { limit: 8 }"),
        (99, "MALFORMED_MULTIPART Preamble { limit: 8 }"),
    ] {
        let preamble = format!("{}\n{FORM}", ".".repeat(length));
        let limits = Limits { preamble_bytes: 8, ..EXACT };
        let outcome = run_cut_everywhere(&boundary("b"), limits, &body(&preamble));
        assert_eq!(outcome.to_string(), expected, "{length}");
    }
}

#[test]
fn a_nameless_file_counts_as_a_file() {
    let text = "--b\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\n\nx\n--b--";
    let limits = Limits { files: 0, ..EXACT };
    let outcome = run_cut_everywhere(&boundary("b"), limits, &body(text));
    assert_eq!(outcome.to_string(), "LIMIT_FILE_COUNT");
}

#[test]
fn each_limit_says_its_value() {
    let cases = [
        (MultipartError::FileSize { limit: 42 }, "a file is larger than the 42 bytes allowed"),
        (MultipartError::FileCount { limit: 42 }, "the form has more files than the 42 allowed"),
        (
            MultipartError::FieldsTotal { limit: 42 },
            "the text fields are together longer than the 42 bytes allowed",
        ),
    ];
    for (error, message) in cases {
        assert_eq!(error.to_string(), message);
    }
}

/// Skips each part that meets a limit; the names of the parts, and which of them were skipped.
fn read_skipping(limits: Limits, size: usize) -> Vec<(String, bool)> {
    let mut parser = Parser::new(&boundary("b"), limits);
    let mut parts: Vec<(String, bool)> = Vec::new();
    for chunk in body(FORM).chunks(size) {
        parser.push(Bytes::copy_from_slice(chunk));
        loop {
            match parser.next() {
                Ok(Some(Event::Part(head))) => {
                    parts.push((head.filename.unwrap_or(head.name), false));
                }
                Ok(Some(Event::Data(_) | Event::PartEnd | Event::End)) => {}
                Ok(None) => break,
                Err(error) => {
                    assert!(error.can_skip_part(), "{error}");
                    parts.last_mut().expect("data is in a part").1 = true;
                    parser.skip_part();
                }
            }
        }
    }
    assert_eq!(parser.finish(), Ok(()));
    parts
}

#[test]
fn a_part_that_is_too_large_can_be_skipped() {
    let skipped = |limits, size| {
        let parts = read_skipping(limits, size);
        parts.into_iter().filter(|part| part.1).map(|part| part.0).collect::<Vec<_>>()
    };
    for size in [1, 2, 7, 64, 9999] {
        assert_eq!(read_skipping(EXACT, size).len(), 5);
        assert_eq!(skipped(EXACT, size), <[&str; 0]>::default());
        assert_eq!(skipped(Limits { file_bytes: 7, ..EXACT }, size), ["1.png"]);
        assert_eq!(skipped(Limits { file_bytes: 2, ..EXACT }, size), ["1.png", "2.png"]);
        assert_eq!(skipped(Limits { field_value_bytes: 6, ..EXACT }, size), ["alt"]);
        assert_eq!(skipped(Limits { fields_total_bytes: 6, ..EXACT }, size), ["alt"]);
    }
}

#[test]
fn any_part_can_be_skipped_from_its_head_on() {
    let mut parser = Parser::new(&boundary("b"), Limits { file_bytes: 0, ..EXACT });
    parser.skip_part();
    parser.push(Bytes::from(body(FORM)));
    let mut parts = 0;
    while let Some(event) = parser.next().unwrap() {
        match event {
            Event::Part(_) => parser.skip_part(),
            Event::Data(data) => panic!("{data:?} was to be skipped"),
            Event::PartEnd => parts += 1,
            Event::End => {}
        }
    }
    parser.finish().unwrap();
    assert_eq!(parts, 5);
}
