//! How the bytes of a name become text: the percent escapes of browsers, the extended values of
//! RFC 5987, and the character set that nobody declares.

use std::borrow::Cow;

/// UTF-8 where the bytes are UTF-8, else ISO-8859-1, where every byte is a character.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(decode_latin1(bytes)),
    }
}

/// Undoes the three escapes that the HTML standard's "multipart/form-data encoding algorithm"
/// writes in names: `%22`, `%0D` and `%0A`. It does not escape the percent sign, so any other
/// sequence is the user's own text.
pub(super) fn unescape(escaped: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(escaped.len());
    let mut rest = escaped;
    while let [first, after @ ..] = rest {
        let (byte, after) = match rest {
            [b'%', b'2', b'2', after @ ..] => (b'"', after),
            [b'%', b'0', b'D' | b'd', after @ ..] => (b'\r', after),
            [b'%', b'0', b'A' | b'a', after @ ..] => (b'\n', after),
            _ => (*first, after),
        };
        plain.push(byte);
        rest = after;
    }
    plain
}

/// The text of an `ext-value` of RFC 5987, such as `UTF-8'en'na%C3%AFve.png`; nothing when its
/// character set is not one of the two that the RFC names or its bytes do not fit it.
pub(super) fn decode_extended(value: &[u8]) -> Option<String> {
    let mut pieces = value.splitn(3, |&byte| byte == b'\'');
    let (charset, _language, escaped) = (pieces.next()?, pieces.next()?, pieces.next()?);
    let bytes = percent_decode(escaped)?;
    if charset.eq_ignore_ascii_case(b"UTF-8") {
        String::from_utf8(bytes).ok()
    } else if charset.eq_ignore_ascii_case(b"ISO-8859-1") {
        Some(decode_latin1(&bytes))
    } else {
        None
    }
}

fn decode_latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// Unlike the usual decoders of URLs this one refuses what is no escape, so that a broken value
/// is noticed and the plain `filename` used instead.
fn percent_decode(escaped: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(escaped.len());
    let mut rest = escaped;
    while let [first, after @ ..] = rest {
        if *first != b'%' {
            plain.push(*first);
            rest = after;
            continue;
        }
        let [high, low, after @ ..] = after else { return None };
        plain.push(hex_digit(*high)? << 4 | hex_digit(*low)?);
        rest = after;
    }
    Some(plain)
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
