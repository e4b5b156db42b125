//! Bytes that are no image, or not one that is taken: refused with what they are, and nothing is
//! left of them.

use serde_json::json;

use crate::support::app::TestApp;
use crate::support::photos;
use crate::support::requests::NOTHING;

#[tokio::test]
async fn says_what_was_found_instead_of_an_image() {
    let app = TestApp::start().await;
    let files: [(&[u8], &str); 8] = [
        (photos::SVG, "an SVG drawing"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "an HTML page"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC photo"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"PK\x03\x04\0\0\0\0", "a ZIP archive"),
        (b"GIF", "text"),
        (b"\0\x01\x02\x03\x04", "of a type that is not known here"),
        (b"", "empty"),
    ];
    let accepted = json!(["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"]);
    for (bytes, found) in files {
        let answer = app.upload(bytes).await;
        assert_eq!(answer.outcome(), "415 UNSUPPORTED_TYPE", "{found}");
        let problem = answer.json();
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(found) && detail.contains("JPEG, PNG, GIF, WebP"), "{detail}");
        assert_eq!(problem["accepted"], accepted);
        assert_eq!(app.world().await, NOTHING);
    }
    app.finish().await;
}

#[tokio::test]
async fn refuses_what_is_broken_or_too_large_to_decode() {
    let app = TestApp::start().await;
    let whole = photos::jpeg(64, 64);
    let mut damaged = photos::png(8, 8);
    *damaged.get_mut(photos::PNG_AFTER_HEADER + 9).unwrap() ^= 1;
    let cases = [
        ("a JPEG cut in the middle", whole[..whole.len() / 2].to_vec(), "422 CORRUPT_IMAGE"),
        ("a JPEG cut at its end", whole[..whole.len() - 2].to_vec(), "422 CORRUPT_IMAGE"),
        ("a PNG with a wrong checksum", damaged, "422 CORRUPT_IMAGE"),
        ("a magic number alone", b"\xFF\xD8\xFF".to_vec(), "422 CORRUPT_IMAGE"),
        ("a PNG bomb", photos::png_bomb(), "422 LIMIT_PIXELS"),
        ("a PNG with a long side", photos::png(12_001, 1), "422 LIMIT_PIXELS"),
        ("a GIF of 201 frames", photos::gif_bomb(201), "422 LIMIT_FRAMES"),
    ];
    for (fact, bytes, outcome) in cases {
        assert_eq!(app.upload(bytes.clone()).await.outcome(), outcome, "{fact}");
        assert_eq!(app.post_body("image/jpeg", bytes).await.outcome(), outcome, "{fact}, raw");
    }
    assert_eq!(app.world().await, NOTHING);
    assert_eq!(app.upload(photos::gif_bomb(200)).await.outcome(), "201");
    app.finish().await;
}
