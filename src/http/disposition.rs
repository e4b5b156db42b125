//! The name under which a browser saves an image, as RFC 6266 writes it.

use std::fmt::Write as _;

use axum::http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::catalog::Record;
use crate::image::Format;

/// What RFC 8187 section 3.2.1 lets stand unescaped in `filename*`, less the characters that some
/// clients stumble over.
const ATTR: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Shown in the page, and saved under the name that the image came with. In another `format` than the
/// original's it is saved with the extension of that one.
pub(super) fn inline(record: &Record, format: Format) -> HeaderValue {
    let extension = format.extension();
    let name = match &record.filename {
        Some(name) if format == record.format => name.clone(),
        Some(name) => format!("{}.{extension}", stem(name)),
        None => format!("{}.{extension}", record.id),
    };
    let plain = ascii(&name);
    let mut value = format!("inline; filename=\"{plain}\"");
    if plain != name {
        let _ = write!(value, "; filename*=UTF-8''{}", utf8_percent_encode(&name, ATTR));
    }
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("inline"))
}

/// The name without what stands for a format at its end.
fn stem(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && is_of_an_image(extension) => stem,
        Some(_) | None => name,
    }
}

fn is_of_an_image(extension: &str) -> bool {
    let extension = extension.to_ascii_lowercase();
    Format::from_extension(&extension).is_some()
        || matches!(extension.as_str(), "jpeg" | "jpe" | "jfif" | "heif")
}

/// For clients that know only `filename`: what is not plain ASCII, and what they read in different
/// ways, becomes an underscore.
fn ascii(name: &str) -> String {
    let plain = |c: char| if matches!(c, ' '..='~') && !"\"\\%".contains(c) { c } else { '_' };
    name.chars().map(plain).collect()
}
