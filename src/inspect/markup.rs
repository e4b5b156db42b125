//! Tells SVG, HTML and XML apart for the message that refuses them.

use super::Found;

/// How far into a file its first element is looked for. Drawing programs put long comments and
/// DOCTYPEs with entity lists before it.
const LOOK: usize = 8 * 1024;

/// Elements that an HTML page begins with (WHATWG MIME Sniffing, section 7.1).
const HTML: [&str; 17] = [
    "html", "head", "body", "script", "iframe", "h1", "div", "font", "table", "a", "style",
    "title", "b", "br", "p", "meta", "template",
];

/// Names the markup that `bytes` begin with. `None` means that the first thing after blanks is no
/// tag.
pub(super) fn recognise(bytes: &[u8]) -> Option<Found> {
    let look = bytes.get(..LOOK).unwrap_or(bytes);
    let mut rest = look.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(look).trim_ascii_start();
    let mut is_xml = false;
    while let Some(tag) = rest.strip_prefix(b"<") {
        let after = if let Some(comment) = tag.strip_prefix(b"!--") {
            after(comment, b"-->")
        } else if let Some(instruction) = tag.strip_prefix(b"?") {
            is_xml = true;
            after(instruction, b"?>")
        } else if let Some(declaration) = tag.strip_prefix(b"!") {
            match doctype(declaration) {
                Some(root) if root.eq_ignore_ascii_case(b"html") => return Some(Found::Html),
                Some(root) if root.eq_ignore_ascii_case(b"svg") => return Some(Found::Svg),
                Some(_) => is_xml = true,
                None => break,
            }
            after_declaration(declaration)
        } else {
            return by_element(tag).or(is_xml.then_some(Found::Xml));
        };
        let Some(after) = after else { break };
        rest = after.trim_ascii_start();
    }
    is_xml.then_some(Found::Xml)
}

/// What follows the first `end` in `text`.
fn after<'a>(text: &'a [u8], end: &[u8]) -> Option<&'a [u8]> {
    let at = memchr::memmem::find(text, end)?;
    text.get(at.checked_add(end.len())?..)
}

/// What follows a DOCTYPE, which may hold declarations of its own in square brackets.
fn after_declaration(text: &[u8]) -> Option<&[u8]> {
    let at = memchr::memchr2(b'[', b'>', text)?;
    let inner = text.get(at..)?;
    let inner = if inner.starts_with(b"[") { after(inner, b"]")? } else { inner };
    after(inner, b">")
}

/// The root element that a DOCTYPE names; the leading `<!` is already read.
fn doctype(declaration: &[u8]) -> Option<&[u8]> {
    let (keyword, rest) = declaration.split_at_checked(b"DOCTYPE".len())?;
    keyword.eq_ignore_ascii_case(b"DOCTYPE").then(|| name(rest.trim_ascii_start()))
}

/// The element whose name comes next, without its namespace prefix. Any name makes it XML at least.
fn by_element(tag: &[u8]) -> Option<Found> {
    let full = name(tag);
    let local = full.rsplit(|byte| *byte == b':').next().unwrap_or(full);
    if !local.first()?.is_ascii_alphabetic() {
        None
    } else if local.eq_ignore_ascii_case(b"svg") {
        Some(Found::Svg)
    } else if HTML.iter().any(|element| local.eq_ignore_ascii_case(element.as_bytes())) {
        Some(Found::Html)
    } else {
        Some(Found::Xml)
    }
}

/// The name at the front of `text`.
fn name(text: &[u8]) -> &[u8] {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/' | b'[');
    text.split(ends).next().unwrap_or(text)
}
