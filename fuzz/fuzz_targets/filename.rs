//! Whatever a client calls its file, the cleaned name is short, has no path and no control
//! character, and is not changed by cleaning it again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tintype_fuzz::multipart::{MAX_FILE_NAME_BYTES, clean};

fuzz_target!(|raw: &[u8]| {
    let Some(name) = clean(raw) else { return };
    assert!(!matches!(name.as_str(), "" | "." | ".."));
    assert!(name.len() <= MAX_FILE_NAME_BYTES);
    assert!(!name.contains(|c: char| c.is_control() || matches!(c, '/' | '\\' | '\u{202e}')));
    assert_eq!(clean(name.as_bytes()), Some(name));
});
