//! The `; name=value` list that follows the first word of `Content-Type` and
//! `Content-Disposition`.

/// One `name=value`, its value unquoted.
pub(super) struct Parameter<'a> {
    name: &'a [u8],
    pub(super) value: Vec<u8>,
}

impl Parameter<'_> {
    /// Whether this is the parameter `name`; the case does not count (RFC 9110 section 5.6.6).
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }
}

/// The list is not `; name=value` or `; name="value"`, as often as wanted.
#[derive(Debug)]
pub(super) struct InvalidParameters;

/// Walks the list from its first semicolon on; stops for good at the first fault.
pub(super) struct Parameters<'a> {
    rest: &'a [u8],
}

impl<'a> Parameters<'a> {
    pub(super) const fn new(list: &'a [u8]) -> Self {
        Self { rest: list }
    }

    fn parameter(&mut self) -> Option<Parameter<'a>> {
        let equals = memchr::memchr(b'=', self.rest)?;
        let (name, after) = self.rest.split_at_checked(equals)?;
        if !is_token(name) {
            return None;
        }
        let after = after.strip_prefix(b"=")?;
        let (value, rest) = match after.strip_prefix(b"\"") {
            Some(quoted) => read_quoted(quoted)?,
            None => read_bare(after)?,
        };
        self.rest = rest.trim_ascii_start();
        Some(Parameter { name, value })
    }
}

impl<'a> Iterator for Parameters<'a> {
    type Item = Result<Parameter<'a>, InvalidParameters>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let list = std::mem::take(&mut self.rest);
        let Some(mut rest) = list.strip_prefix(b";") else {
            return Some(Err(InvalidParameters));
        };
        // RFC 9110 section 5.6.6 lets a parameter be empty, and some clients end with a semicolon.
        while let Some((b';' | b' ' | b'\t', after)) = rest.split_first() {
            rest = after;
        }
        if rest.is_empty() {
            return None;
        }
        self.rest = rest;
        let parameter = self.parameter();
        if parameter.is_none() {
            self.rest = &[];
        }
        Some(parameter.ok_or(InvalidParameters))
    }
}

/// Whether `bytes` is a token of RFC 9110 section 5.6.2: what names a header or a parameter.
pub(super) fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty()
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
}

/// An unquoted value ends at the semicolon. It may hold more than a token, since clients write
/// `name=files[]`, but no quote and no inner space, behind which something else could hide.
fn read_bare(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let end = memchr::memchr(b';', text).unwrap_or(text.len());
    let (value, rest) = text.split_at_checked(end)?;
    let value = value.trim_ascii();
    let is_plain = !value.iter().any(|byte| b" \t\"".contains(byte));
    is_plain.then(|| (value.to_vec(), rest))
}

/// A backslash escapes a quote and itself, as curl, urllib3 and old Firefox write them. Before
/// anything else it is a plain character, since browsers send `C:\dir\x.png` as it is.
fn read_quoted(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut value = Vec::new();
    let mut rest = text;
    loop {
        rest = match rest {
            [b'"', after @ ..] => return Some((value, after)),
            [b'\\', escaped @ (b'"' | b'\\'), after @ ..] => {
                value.push(*escaped);
                after
            }
            [byte, after @ ..] => {
                value.push(*byte);
                after
            }
            [] => return None,
        };
    }
}
