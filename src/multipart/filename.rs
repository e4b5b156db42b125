//! What remains of a client's file name once everything is gone that could hurt whoever shows,
//! logs or stores it.

use unicode_normalization::UnicodeNormalization;

use super::text;

/// The longest file name that is kept, in bytes of UTF-8: what common file systems allow.
pub const MAX_FILE_NAME_BYTES: usize = 255;

/// The longest ending, with its dot, that is kept whole when a name is cut.
const MAX_EXTENSION_BYTES: usize = 16;

/// Makes a client's file name presentable, or says that nothing of it is left.
///
/// The bytes are UTF-8 or else ISO-8859-1. Directories (`/` and `\`), control characters, line
/// separators and the characters that change the direction of text are removed, the rest is brought
/// into normalization form C, trimmed, and cut to [`MAX_FILE_NAME_BYTES`] in front of its
/// extension. `.` and `..` are no names.
///
/// The result is for people to read: it is no storage key and not escaped for any syntax.
#[must_use]
pub fn clean(raw: &[u8]) -> Option<String> {
    let text = text::decode(raw);
    let base = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = base.chars().filter(|&c| !is_removed(c)).nfc().collect();
    let name = shorten(visible.trim());
    // The check comes last: a long name of dots and spaces can become `..` by being cut.
    let is_name = !matches!(name.as_str(), "" | "." | "..");
    is_name.then_some(name)
}

/// Besides the control characters: U+061C, U+200E, U+200F, U+202A to U+202E and U+2066 to U+2069
/// make `gnp.exe` read `exe.png`; U+2028 and U+2029 end a line.
fn is_removed(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn shorten(name: &str) -> String {
    if name.len() <= MAX_FILE_NAME_BYTES {
        return name.to_owned();
    }
    let dot = name.rfind('.').filter(|&dot| dot > 0 && name.len() - dot <= MAX_EXTENSION_BYTES);
    let (stem, extension) = name.split_at(dot.unwrap_or(name.len()));
    let room = MAX_FILE_NAME_BYTES - extension.len();
    let (kept, _) = stem.split_at(stem.floor_char_boundary(room));
    format!("{}{extension}", kept.trim_end())
}
