//! Files that are made to hurt: refused with the right code or cleaned, and never worth more memory
//! than their bytes.

use serde_json::json;

use crate::support::app::TestApp;
use crate::support::hostile::{packed_text, refused, wide_png};
use crate::support::photos::{self, PNG_AFTER_HEADER, jpeg_segment, png_chunk, riff_chunk};
use crate::support::requests::NOTHING;

#[tokio::test]
async fn every_one_is_refused_with_the_right_code() {
    let app = TestApp::start().await;
    for (name, bytes, outcome) in refused() {
        assert_eq!(app.upload(bytes).await.outcome(), outcome, "{name}");
    }
    assert_eq!(wide_png().len(), 65);
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn a_text_that_unpacks_to_gigabytes_goes_unread() {
    let app = TestApp::start().await;
    let image = app.uploaded(packed_text()).await;
    assert_eq!(image["stripped"], json!(["exif", "text"]));
    let stored = app.get(image["url"].as_str().unwrap()).await;
    assert_eq!(stored.body, photos::png(9, 7));
    app.finish().await;
}

#[tokio::test]
async fn what_hides_in_an_image_or_behind_it_goes() {
    const PHP: &[u8] = b"<?php system($_GET['c']); ?>";
    const ZIP: &[u8] = b"PK\x03\x04\x0A\0\0\0\0\0a.jar PK\x05\x06";
    let app = TestApp::start().await;
    let (jpeg, png, gif) = (photos::jpeg(8, 6), photos::png(8, 6), photos::gif(8, 6));
    let webp = photos::webp(8, 6);
    for hidden in [PHP, ZIP] {
        let comment = jpeg_segment(0xFE, hidden);
        let text = png_chunk(*b"tEXt", &[b"Comment\0", hidden].concat());
        let length = u8::try_from(hidden.len()).unwrap();
        let block = [b"\x21\xFE", &[length][..], hidden, &[0]].concat();
        let (front, rest) = png.split_at(PNG_AFTER_HEADER);
        let unknown = riff_chunk(*b"ZZZZ", hidden);
        let repeated = b"\x21\xFF\x0BNETSCAPE2.0\x03\x01\0\0";
        let looped = [&gif[..gif.len() - 1], repeated, b"\0;"].concat();
        let behind = [&gif[..gif.len() - 1], repeated, &block[2..], b";"].concat();
        let instead = [&gif[..gif.len() - 1], &repeated[..14], &block[2..], b";"].concat();
        let alpha = riff_chunk(*b"RIFF", &[&webp[8..], &riff_chunk(*b"ALPH", hidden)].concat());
        let cases = [
            ([&jpeg[..], hidden].concat(), &jpeg),
            ([&jpeg[..2], &comment, &jpeg[2..]].concat(), &jpeg),
            ([&png[..], hidden].concat(), &png),
            ([front, &text, rest].concat(), &png),
            ([&gif[..], hidden].concat(), &gif),
            ([&gif[..gif.len() - 1], &block, b";"].concat(), &gif),
            (behind, &looped),
            (instead, &gif),
            ([&webp[..], hidden].concat(), &webp),
            (alpha, &webp),
        ];
        for (number, (bytes, clean)) in cases.into_iter().enumerate() {
            let image = app.uploaded(bytes).await;
            let stored = app.get(image["url"].as_str().unwrap()).await;
            assert_eq!(stored.body, *clean, "case {number}");
        }
        let inside = photos::extended_webp(8, 6, 0, &[&webp[12..], &unknown].concat());
        let image = app.uploaded(inside).await;
        let stored = app.get(image["url"].as_str().unwrap()).await;
        assert!(!stored.body.windows(hidden.len()).any(|window| window == hidden));
        let behind_avif = [photos::AVIF, hidden].concat();
        assert_eq!(app.upload(behind_avif).await.outcome(), "422 CORRUPT_IMAGE");
    }
    app.finish().await;
}
