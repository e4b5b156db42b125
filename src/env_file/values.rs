//! What a text of a `.env` file says, as dotenvy reads it for `tintype serve`.

/// Every name with its value, in order. An entry that cannot be read is left out.
pub(crate) fn values(text: &[u8]) -> impl Iterator<Item = (String, String)> {
    // Some editors put this mark first. dotenvy passes over it only where it loads a file.
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    dotenvy::from_read_iter(text).filter_map(Result::ok)
}
