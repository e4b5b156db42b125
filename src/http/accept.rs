//! Which format a client takes best: RFC 9110 section 12.5.1, for images.

use axum::http::{HeaderMap, header};

use crate::derive::{AutoFormats, Encoding};

/// The smallest files first.
const BEST: [Encoding; 2] = [Encoding::Avif, Encoding::Webp];

/// The best of `offered` that the client names, or `plain`.
///
/// A client that takes WebP or AVIF says so by name: browsers that know neither send `image/*` too.
/// One that likes the plain format better, by its weights, gets that.
pub(super) fn best(headers: &HeaderMap, offered: AutoFormats, plain: Encoding) -> Encoding {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let ranges: Vec<_> =
        values.flat_map(|value| value.split(',')).filter_map(Range::read).collect();
    let weight_of_plain = weight(&ranges, plain).unwrap_or(0);
    let is_offered = |encoding: &Encoding| match encoding {
        Encoding::Avif => offered.avif && encoding.is_built(),
        Encoding::Webp => offered.webp,
        Encoding::Jpeg | Encoding::Png => false,
    };
    let is_taken = |encoding: &Encoding| {
        let media_type = encoding.format().content_type();
        let named = ranges.iter().find(|range| range.media_type == media_type);
        named.is_some_and(|range| range.weight > 0 && range.weight >= weight_of_plain)
    };
    BEST.into_iter().filter(is_offered).find(is_taken).unwrap_or(plain)
}

/// What the most specific range that covers it gives a format, in thousandths.
fn weight(ranges: &[Range], encoding: Encoding) -> Option<u16> {
    let named = [encoding.format().content_type(), "image/*", "*/*"];
    let ranges =
        named.iter().find_map(|name| ranges.iter().find(|range| range.media_type == *name));
    ranges.map(|range| range.weight)
}

/// One of those that `Accept` lists.
struct Range {
    media_type: String,
    /// In thousandths.
    weight: u16,
}

impl Range {
    /// A range whose weight cannot be read counts as not there.
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let media_type = parts.next()?.to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        Some(Self { media_type, weight: weight.map_or(Some(1000), thousandths)? })
    }
}

/// `0`, `0.8`, `1.000`: at most three digits after the dot.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    let part: u16 = format!("{part:0<3}").parse().ok().filter(|_| digits)?;
    match whole {
        "0" => Some(part),
        "1" if part == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(accept: &str, offered: AutoFormats) -> Encoding {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        best(&headers, offered, Encoding::Jpeg)
    }

    #[test]
    fn a_format_is_chosen_that_the_client_names() {
        let chrome = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";
        let old_safari = "image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5";
        let table = [
            (chrome, Encoding::Webp),
            (old_safari, Encoding::Jpeg),
            ("*/*", Encoding::Jpeg),
            ("", Encoding::Jpeg),
            ("image/webp", Encoding::Webp),
            ("IMAGE/WEBP ; q=0.001", Encoding::Webp),
            ("image/webp;q=0", Encoding::Jpeg),
            ("image/webp;q=0.0, */*", Encoding::Jpeg),
            ("image/webp;q=0.8, image/jpeg", Encoding::Jpeg),
            ("image/webp;q=0.8, image/jpeg;q=0.8", Encoding::Webp),
            ("image/webp;q=0.5, image/*;q=0.9", Encoding::Jpeg),
            ("image/webp;q=1.001", Encoding::Jpeg),
            ("image/webp;q=.5", Encoding::Jpeg),
            ("image/webp;q=", Encoding::Jpeg),
            ("image/avif", Encoding::Jpeg),
        ];
        for (accept, encoding) in table {
            assert_eq!(chosen(accept, AutoFormats::default()), encoding, "{accept}");
        }
        let both = AutoFormats { webp: true, avif: true };
        assert_eq!(chosen(chrome, both), Encoding::Avif);
        assert_eq!(chosen("image/webp", both), Encoding::Webp);
    }
}
