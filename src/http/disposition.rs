//! The name under which a browser saves an image, as RFC 6266 writes it.

use std::fmt::Write as _;

use axum::http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::catalog::Record;

/// What RFC 8187 section 3.2.1 lets stand unescaped in `filename*`, less the characters that some
/// clients stumble over.
const ATTR: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Shown in the page, and saved under the name it came with.
pub(super) fn inline(record: &Record) -> HeaderValue {
    let extension = record.format.extension();
    let name = match &record.filename {
        Some(name) => name.clone(),
        None => format!("{}.{extension}", record.id),
    };
    let mut value = format!("inline; filename=\"{}\"", ascii(&name));
    if !name.is_ascii() {
        let _ = write!(value, "; filename*=UTF-8''{}", utf8_percent_encode(&name, ATTR));
    }
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("inline"))
}

/// For clients that know only `filename`: what is not plain ASCII becomes an underscore.
fn ascii(name: &str) -> String {
    let plain = |c: char| if matches!(c, ' '..='~') && !"\"\\%".contains(c) { c } else { '_' };
    name.chars().map(plain).collect()
}
