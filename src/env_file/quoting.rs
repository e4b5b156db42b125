//! How a value is written so that dotenvy reads it back as it was.

/// The value as it stands after `NAME=`. Access keys, regions and addresses need no quotes, so that
/// the simplest of readers understands them too.
pub(crate) fn quoted(value: &str) -> String {
    if value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-./:+=@,%".contains(&byte)) {
        return value.to_owned();
    }
    // Between double quotes dotenvy takes a backslash before these and before no other character.
    let mut text = String::from('"');
    for character in value.chars() {
        match character {
            '\n' => text.push_str("\\n"),
            '\\' | '"' | '$' => text.extend(['\\', character]),
            _ => text.push(character),
        }
    }
    text.push('"');
    text
}
