//! Runs a body through the parser and writes down what came out, in a form that does not depend on
//! the chunks.

use std::fmt;

use bytes::Bytes;
use tintype::multipart::{Boundary, Event, Limits, MultipartError, Parser, PartHead, PartKind};

/// One part, its data joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) head: PartHead,
    pub(crate) data: Vec<u8>,
    pub(crate) is_complete: bool,
}

/// Everything that one body gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) parts: Vec<Part>,
    pub(crate) result: Result<(), MultipartError>,
}

impl Outcome {
    fn record(&mut self, event: Event) -> bool {
        match event {
            Event::Part(head) => {
                self.parts.push(Part { head, data: Vec::new(), is_complete: false });
            }
            Event::Data(bytes) => {
                assert!(!bytes.is_empty(), "data is never empty");
                self.parts.last_mut().expect("data is in a part").data.extend_from_slice(&bytes);
            }
            Event::PartEnd => self.parts.last_mut().expect("a part ends").is_complete = true,
            Event::End => return true,
        }
        false
    }
}

/// `a=1 | file f "x.png" image/png = data | end`: an incomplete part ends in dots, a failure is its
/// code and, of a malformed body, the reason.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Part { head, data, is_complete } in &self.parts {
            match head.kind {
                PartKind::Field => write!(f, "{}", head.name.escape_debug())?,
                PartKind::File => write!(f, "file {}", head.name.escape_debug())?,
                PartKind::EmptyInput => write!(f, "no file {}", head.name.escape_debug())?,
            }
            if let Some(filename) = &head.filename {
                write!(f, " {filename:?}")?;
            }
            if let Some(content_type) = &head.content_type {
                write!(f, " {content_type}")?;
            }
            let dots = if *is_complete { "" } else { "..." };
            write!(f, "={}{dots} | ", data.escape_ascii())?;
        }
        match self.result {
            Ok(()) => f.write_str("end"),
            Err(MultipartError::Malformed(reason)) => write!(f, "MALFORMED_MULTIPART {reason:?}"),
            Err(error) => f.write_str(error.code()),
        }
    }
}

/// The boundary of the tests' bodies.
pub(crate) fn boundary(text: &str) -> Boundary {
    Boundary::from_content_type(&format!("multipart/form-data; boundary=\"{text}\""))
        .expect("the tests' boundaries are valid")
}

/// Feeds the chunks one by one, taking every event before the next chunk.
pub(crate) fn run<'a>(
    boundary: &Boundary,
    limits: Limits,
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> Outcome {
    let mut parser = Parser::new(boundary, limits);
    let mut outcome = Outcome { parts: Vec::new(), result: Ok(()) };
    let mut is_over = false;
    for chunk in chunks {
        parser.push(Bytes::copy_from_slice(chunk));
        loop {
            match parser.next() {
                Ok(Some(event)) => {
                    assert!(!is_over, "nothing comes after the end");
                    is_over = outcome.record(event);
                }
                Ok(None) => break,
                Err(error) => {
                    assert_eq!(parser.next(), Err(error), "an error stays");
                    outcome.result = Err(error);
                    return outcome;
                }
            }
        }
    }
    outcome.result = parser.finish();
    assert_eq!(outcome.result.is_ok(), is_over, "a body is complete when its end was announced");
    outcome
}

/// Runs the body whole, in pieces of every small size and in two pieces cut everywhere; says what
/// came out, which must be the same each time.
pub(crate) fn run_cut_everywhere(boundary: &Boundary, limits: Limits, body: &[u8]) -> Outcome {
    let whole = run(boundary, limits, [body]);
    for size in 1..=9 {
        let outcome = run(boundary, limits, body.chunks(size));
        assert_eq!(outcome, whole, "in pieces of {size}: {}", body.escape_ascii());
    }
    for at in 0..body.len() {
        let (left, right) = body.split_at(at);
        let outcome = run(boundary, limits, [left, right]);
        assert_eq!(outcome, whole, "cut at {at}: {}", body.escape_ascii());
    }
    whole
}

/// The bytes of a body that is written with `\n` for CRLF, `␊` for LF and `␍` for CR.
pub(crate) fn body(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").replace('␊', "\n").replace('␍', "\r").into_bytes()
}

/// A body with one part of this `Content-Disposition` and the data `x`.
pub(crate) fn part(disposition: &[u8]) -> Vec<u8> {
    [b"--b\r\nContent-Disposition: ", disposition, b"\r\n\r\nx\r\n--b--"].concat()
}
