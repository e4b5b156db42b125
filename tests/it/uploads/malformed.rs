//! Forms that break the rules, and bodies that are no forms: each has its code, and leaves nothing.

use crate::support::app::TestApp;
use crate::support::forms::{FORM, PHOTO, body, open};
use crate::support::photos;

/// What follows `form-data; ` of a second part, or its whole head, and the answer.
type Head = (&'static str, &'static str, &'static str);

const HEADS: &[Head] = &[
    ("no name", "x=1", "400 MISSING_FIELD_NAME"),
    ("an empty name", "name=\"\"", "400 MISSING_FIELD_NAME"),
    ("an empty name of a file", "name=\"\"; filename=\"a.gif\"", "400 MISSING_FIELD_NAME"),
    ("a name twice", "name=\"a\"; name=\"b\"", "400 MALFORMED_MULTIPART"),
    ("a file name twice", "name=a; filename=a; filename=b", "400 MALFORMED_MULTIPART"),
    ("an open quote", "name=\"a", "400 MALFORMED_MULTIPART"),
    ("a folded header", "name=\"a\";\r\n filename=\"b\"", "400 MALFORMED_MULTIPART"),
    ("a line feed alone", "name=\"a\"\nX: y", "400 MALFORMED_MULTIPART"),
    (
        "two dispositions",
        "name=a\r\nContent-Disposition: form-data; name=b",
        "400 MALFORMED_MULTIPART",
    ),
    ("base64", "name=a\r\nContent-Transfer-Encoding: base64", "400 MALFORMED_MULTIPART"),
    ("a header without a colon", "name=a\r\njunk", "400 MALFORMED_MULTIPART"),
    ("a line break in a name", "name=\"a%0D%0Ab\"", "201"),
    ("quotes in a name", "name=\"a%22; filename=%22b\"", "201"),
    ("an escaped quote", r#"name="a\"; filename=\"b""#, "201"),
    ("a name without quotes", "name=a", "201"),
];

#[tokio::test]
async fn a_part_has_a_proper_head() {
    let app = TestApp::start().await;
    for (fact, head, outcome) in HEADS {
        let parts = [(PHOTO, photos::gif(1, 1)), (*head, b"1".to_vec())];
        assert_eq!(app.post_parts(&parts).await.outcome(), *outcome, "{fact}");
    }
    let refused = HEADS.iter().filter(|(_, _, outcome)| *outcome != "201").count();
    let taken = HEADS.len() - refused;
    let world = format!("{taken} ready, 0 pending, 0 deleting; {taken} objects");
    assert_eq!(app.world().await, world);
    app.finish().await;
}

#[tokio::test]
async fn a_body_is_a_form_or_an_image() {
    let app = TestApp::start().await;
    let form = body(&[(PHOTO, photos::gif(1, 1))]);
    let long = format!("multipart/form-data; boundary={}", "b".repeat(252));
    let cases = [
        ("application/json", "415 NOT_MULTIPART"),
        ("application/x-www-form-urlencoded", "415 NOT_MULTIPART"),
        ("multipart/mixed; boundary=b", "415 NOT_MULTIPART"),
        ("text/html", "415 NOT_MULTIPART"),
        ("", "415 NOT_MULTIPART"),
        ("multipart/form-data", "400 MALFORMED_MULTIPART"),
        ("multipart/form-data; boundary=", "400 MALFORMED_MULTIPART"),
        ("multipart/form-data; boundary=a; boundary=b", "400 MALFORMED_MULTIPART"),
        (&long, "400 MALFORMED_MULTIPART"),
        ("multipart/form-data; boundary=other", "400 MALFORMED_MULTIPART"),
        ("MULTIPART/Form-Data; charset=utf-8; Boundary=\"b\"", "201"),
    ];
    for (content_type, outcome) in cases {
        let answer = app.post_body(content_type, form.clone()).await;
        assert_eq!(answer.outcome(), outcome, "{content_type}");
    }
    assert_eq!(app.world().await, "1 ready, 0 pending, 0 deleting; 1 object");
    app.finish().await;
}

#[tokio::test]
async fn a_form_has_a_beginning_and_an_end() {
    let app = TestApp::start().await;
    let photo = [(PHOTO, photos::gif(1, 1))];
    let cases = [
        ("an empty body", Vec::new(), "400 MALFORMED_MULTIPART"),
        ("no part", b"--b--\r\n".to_vec(), "400 MISSING_FILE"),
        ("no boundary at all", b"hello".to_vec(), "400 MALFORMED_MULTIPART"),
        ("a long preamble", [vec![b'x'; 2000], body(&photo)].concat(), "400 MALFORMED_MULTIPART"),
        ("no closing boundary", open(&photo), "400 MALFORMED_MULTIPART"),
        ("half a boundary", [&open(&photo)[..], b"\r\n--"].concat(), "400 MALFORMED_MULTIPART"),
        ("a head that ends", b"--b\r\nContent-Disp".to_vec(), "400 MALFORMED_MULTIPART"),
        ("a preamble and an epilogue", [b"Hi\r\n", &body(&photo)[..], b"Bye"].concat(), "201"),
        ("no line end at the end", body(&photo).trim_ascii_end().to_vec(), "201"),
    ];
    for (fact, bytes, outcome) in cases {
        assert_eq!(app.post_body(FORM, bytes).await.outcome(), outcome, "{fact}");
    }
    assert_eq!(app.world().await, "2 ready, 0 pending, 0 deleting; 2 objects");
    app.finish().await;
}

#[tokio::test]
async fn a_form_has_its_limits() {
    let app = TestApp::start().await;
    let text = |name: String, bytes: usize| (format!("name=\"{name}\""), vec![b'v'; bytes]);
    let many = |count, bytes| (0..count).map(|n| text(format!("n{n}"), bytes)).collect::<Vec<_>>();
    let inputs = |count| vec![("name=\"a\"; filename=\"\"".to_owned(), Vec::new()); count];
    let header = |bytes| vec![(format!("name=a\r\nX-Y: {}", "z".repeat(bytes)), Vec::new())];
    let cases = [
        ("64 fields", many(64, 1), "201"),
        ("65 fields", many(65, 1), "400 LIMIT_FIELD_COUNT"),
        ("127 more parts", inputs(127), "201"),
        ("128 more parts", inputs(128), "400 LIMIT_PART_COUNT"),
        ("a name of 100 bytes", vec![text("n".repeat(100), 1)], "201"),
        ("a name of 101 bytes", vec![text("n".repeat(101), 1)], "400 LIMIT_FIELD_KEY"),
        ("64 KiB of text", many(1, 64 << 10), "201"),
        ("a byte more", many(1, (64 << 10) + 1), "400 LIMIT_FIELD_VALUE"),
        ("256 KiB of texts", many(4, 64 << 10), "201"),
        ("more texts", many(5, 60 << 10), "400 LIMIT_FIELD_VALUE"),
        ("a header of 8 KiB", header(8 << 10), "400 MALFORMED_MULTIPART"),
    ];
    for (fact, mut parts, outcome) in cases {
        parts.push((PHOTO.to_owned(), photos::gif(1, 1)));
        assert_eq!(app.post_parts(&parts).await.outcome(), outcome, "{fact}");
    }
    app.finish().await;
}
