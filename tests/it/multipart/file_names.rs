//! What is left of a hostile file name.

use proptest::prelude::{any, proptest};
use tintype::multipart::{MAX_FILE_NAME_BYTES, clean};

#[test]
fn file_names_are_made_presentable() {
    let cases: [(&[u8], Option<&str>); _] = [
        (b"photo.jpg", Some("photo.jpg")),
        (b"  photo one.jpg\t", Some("photo one.jpg")),
        (b"/etc/passwd", Some("passwd")),
        (b"..\\..\\boot.ini", Some("boot.ini")),
        (b"a/b\\c.png", Some("c.png")),
        (b"a\0b\x07\r\n\x7f.png", Some("ab.png")),
        ("\u{9b}31m.png".as_bytes(), Some("31m.png")),
        ("\u{202e}gnp.exe".as_bytes(), Some("gnp.exe")),
        ("\u{2066}a\u{2069}\u{200e}\u{200f}\u{61c}\u{2028}.png".as_bytes(), Some("a.png")),
        ("e\u{301}.png".as_bytes(), Some("é.png")),
        ("e\u{202a}\u{301}.png".as_bytes(), Some("é.png")),
        ("family 👨\u{200d}👩\u{200d}👧.png".as_bytes(), Some("family 👨\u{200d}👩\u{200d}👧.png")),
        (b"caf\xe9.png", Some("café.png")),
        (b".htaccess", Some(".htaccess")),
        (b"...", Some("...")),
        (b"", None),
        (b".", None),
        (b"..", None),
        (b" \t", None),
        (b"\0\r\n", None),
        (b"..\0", None),
        (b"photos/", None),
        (b"C:\\", None),
    ];
    for (raw, expected) in cases {
        assert_eq!(clean(raw).as_deref(), expected, "{}", raw.escape_ascii());
    }
}

#[test]
fn a_long_file_name_is_cut_before_its_extension() {
    let long = |stem: &str, count, end| clean(format!("{}{end}", stem.repeat(count)).as_bytes());
    assert_eq!(long("a", 255, ""), Some("a".repeat(255)));
    assert_eq!(long("a", 256, ""), Some("a".repeat(255)));
    assert_eq!(long("a", 300, ".jpeg"), Some("a".repeat(250) + ".jpeg"));
    assert_eq!(long("ü", 300, ".jpeg"), Some("ü".repeat(125) + ".jpeg"));
    assert_eq!(long("写", 100, ".png"), Some("写".repeat(83) + ".png"));
    assert_eq!(long("a ", 300, ".png"), Some("a ".repeat(125) + "a.png"));
    assert_eq!(long(".a", 300, ".sixteen-or-more"), Some(".a".repeat(119) + "..sixteen-or-more"));
    let unending = long("a", 1, &format!(".{}", "b".repeat(300)));
    assert_eq!(unending.map(|name| name.len()), Some(MAX_FILE_NAME_BYTES));
}

#[test]
fn cutting_does_not_make_a_file_name_of_dots() {
    let spaces = " ".repeat(300);
    assert_eq!(clean(format!("..{spaces}x").as_bytes()), None);
    assert_eq!(clean(format!(".{spaces}.").as_bytes()), None);
}

proptest! {
    #[test]
    fn a_clean_file_name_is_short_has_no_path_and_stays_as_it_is(raw in any::<Vec<u8>>()) {
        check_clean(&raw);
    }

    #[test]
    fn a_clean_text_stays_as_it_is(raw in "\\PC{0,400}(\\.\\PC{0,20})?") {
        check_clean(raw.as_bytes());
    }
}

fn check_clean(raw: &[u8]) {
    let Some(name) = clean(raw) else { return };
    assert!(!name.is_empty() && name.len() <= MAX_FILE_NAME_BYTES, "{name:?}");
    assert!(!name.contains(['/', '\\', '\0', '\r', '\n', '\u{202e}']), "{name:?}");
    assert_eq!(clean(name.as_bytes()).as_deref(), Some(name.as_str()));
}
