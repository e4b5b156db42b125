//! Which bytes of an image a client asks for: RFC 9110 section 14.
//!
//! Only a single range is served; of several, of one in an unknown unit or of one that breaks the
//! grammar, a server may send the whole instead.

use std::ops::Range;

use axum::http::{HeaderMap, Method, header};
use headers::{ETag, HeaderMapExt, IfRange, LastModified};

/// The bytes to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Whole,
    /// Never empty, and within the image.
    Part(Range<u64>),
    /// The range begins where the image has ended.
    Impossible,
}

/// What `If-Range` is compared with.
pub(super) struct Validators<'a> {
    pub(super) etag: &'a ETag,
    /// Nothing where the bytes may become others at any time.
    pub(super) last_modified: Option<&'a LastModified>,
}

impl Wanted {
    /// Of an image with `size` bytes. A range is for GET alone, and for the bytes that `If-Range`
    /// names.
    pub(super) fn of(
        (method, headers): (&Method, &HeaderMap),
        known: &Validators<'_>,
        size: u64,
    ) -> Self {
        let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
        match range {
            Some(range) if *method == Method::GET && known.allow(headers) => {
                Self::parse(range, size).unwrap_or(Self::Whole)
            }
            Some(_) | None => Self::Whole,
        }
    }

    /// The range to be read; nothing for the whole.
    pub(super) fn range(&self) -> Option<Range<u64>> {
        match self {
            Self::Part(part) => Some(part.clone()),
            Self::Whole | Self::Impossible => None,
        }
    }

    fn parse(range: &str, size: u64) -> Option<Self> {
        let (unit, spec) = range.split_once('=')?;
        let (first, last) = spec.trim().split_once('-')?;
        if !unit.eq_ignore_ascii_case("bytes") {
            return None;
        }
        let part = match (first, last) {
            ("", length) => size.saturating_sub(number(length)?)..size,
            (first, "") => number(first)?..size,
            (first, last) if number(first)? <= number(last)? => {
                number(first)?..number(last)?.saturating_add(1).min(size)
            }
            (_, _) => return None,
        };
        Some(if part.is_empty() { Self::Impossible } else { Self::Part(part) })
    }
}

impl Validators<'_> {
    /// A condition that cannot be read is not met: the client gets the whole and can go on.
    fn allow(&self, headers: &HeaderMap) -> bool {
        !headers.contains_key(header::IF_RANGE)
            || headers.typed_get::<IfRange>().is_some_and(|condition| {
                !condition.is_modified(Some(self.etag), self.last_modified)
            })
    }
}

/// Digits alone. A number beyond 64 bits is beyond the end of every image.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}
