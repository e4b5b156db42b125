//! How a variant is served: as an original is.

use super::{address, made, shown, stored};
use crate::support::app::{TestApp, file};
use crate::support::photos;

#[tokio::test]
async fn a_variant_is_served_for_ever_and_as_an_image_only() {
    let app = TestApp::start().await;
    let form = reqwest::multipart::Form::new();
    let form = form.part("photo", file(photos::jpeg(80, 60)).file_name("Zug über Brücke.JPEG"));
    let image = app.post(form).await.json();
    let path = address(&image, "w=64&format=webp");
    // Made, then from memory.
    for round in 0..2 {
        let answer = app.get(&path).await;
        let length = answer.body.len().to_string();
        let etag = answer.header("etag").to_owned();
        assert!(etag.starts_with('"') && etag.len() == 66, "{etag}");
        let headers = [
            ("content-type", "image/webp"),
            ("content-length", length.as_str()),
            ("etag", &etag),
            ("accept-ranges", "bytes"),
            ("cache-control", "public, max-age=31536000, immutable"),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
            (
                "content-disposition",
                "inline; filename=\"Zug _ber Br_cke.webp\"; \
                 filename*=UTF-8''Zug%20%C3%BCber%20Br%C3%BCcke.webp",
            ),
        ];
        let head = app.head(&path).await;
        assert_eq!((head.status, head.body.len()), (200, 0), "{round}");
        for (name, value) in headers {
            assert_eq!(answer.header(name), value, "{round}: {name}");
            assert_eq!(head.header(name), value, "{round}: HEAD {name}");
        }
        let original = app.head(&address(&image, "")).await;
        assert_eq!(answer.header("last-modified"), original.header("last-modified"));
    }
    app.finish().await;
}

#[tokio::test]
async fn who_has_a_variant_does_not_get_it_again() {
    let app = TestApp::start().await;
    let image = app.uploaded(photos::jpeg(80, 60)).await;
    let path = address(&image, "w=64");
    let etag = app.get(&path).await.header("etag").to_owned();
    let original = app.get(&address(&image, "")).await.header("etag").to_owned();
    for (known, status) in [(etag.as_str(), 304), ("*", 304), (&original, 200), ("\"x\"", 200)] {
        let answer = app.get_with(&path, &[("if-none-match", known)]).await;
        assert_eq!(answer.status, status, "{known}");
        assert_eq!(answer.header("etag"), etag);
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_part_of_a_variant_is_served() {
    let app = TestApp::start().await;
    let image = app.uploaded(photos::jpeg(80, 60)).await;
    let (whole, _) = shown(&app, &image, "w=64").await;
    let path = address(&image, "w=64");
    let part = app.get_with(&path, &[("range", "bytes=2-9")]).await;
    assert_eq!((part.status, &part.body[..]), (206, &whole.body[2..10]));
    let size = whole.body.len();
    assert_eq!(part.header("content-range"), format!("bytes 2-9/{size}"));
    assert_eq!(part.header("content-length"), "8");
    let beyond = format!("bytes={size}-");
    let beyond = app.get_with(&path, &[("range", &beyond)]).await;
    assert_eq!(beyond.outcome(), "416 RANGE_NOT_SATISFIABLE");
    assert_eq!(beyond.header("content-range"), format!("bytes */{size}"));
    let other = [("range", "bytes=2-9"), ("if-range", "\"x\"")];
    let other = app.get_with(&path, &other).await;
    assert_eq!((other.status, other.body), (200, whole.body));
    app.finish().await;
}

#[tokio::test]
async fn a_large_variant_is_served_from_the_bucket_in_windows() {
    let app = TestApp::start_with(|setup| setup.app.memory.variant_cache = Some(64 << 10)).await;
    let image = app.uploaded(photos::png(700, 700)).await;
    let path = address(&image, "w=640");
    let (first, _) = shown(&app, &image, "w=640").await;
    assert!(first.body.len() > 256 << 10, "{}", first.body.len());
    stored(&app, 1).await;
    let again = app.get(&path).await;
    assert_eq!(again.body, first.body);
    let part = app.get_with(&path, &[("range", "bytes=1000-200000")]).await;
    assert_eq!((part.status, &part.body[..]), (206, &first.body[1000..=200_000]));
    let known = app.get_with(&path, &[("if-none-match", first.header("etag"))]).await;
    assert_eq!(known.status, 304);
    assert_eq!(made(&app).await, 1);
    app.finish().await;
}

#[tokio::test]
async fn a_variant_by_name_is_asked_for_again_after_an_hour() {
    let app = TestApp::start_with(|setup| {
        setup.app.variants.rules.named = "thumb=64x".parse().unwrap();
    })
    .await;
    let image = app.uploaded(photos::jpeg(80, 60)).await;
    let (first, _) = shown(&app, &image, "variant=thumb").await;
    let path = address(&image, "v=1&variant=thumb");
    let known = app.get_with(&path, &[("if-none-match", first.header("etag"))]).await;
    let part = app.get_with(&path, &[("range", "bytes=2-9")]).await;
    let head = app.head(&path).await;
    assert_eq!((known.status, part.status, head.status), (304, 206, 200));
    for answer in [first, known, part, head] {
        assert_eq!(answer.header("cache-control"), "public, max-age=3600", "{}", answer.status);
    }
    let (plain, _) = shown(&app, &image, "w=64").await;
    assert_eq!(plain.header("cache-control"), "public, max-age=31536000, immutable");
    app.finish().await;
}

#[tokio::test]
async fn a_date_tells_nothing_of_what_may_change() {
    let app = TestApp::start_with(|setup| {
        setup.app.variants.rules.named = "thumb=64x;best=64x,auto".parse().unwrap();
    })
    .await;
    let image = app.uploaded(photos::jpeg(80, 60)).await;
    let uploaded = app.head(&address(&image, "")).await.header("last-modified").to_owned();
    let (hour, ever) = ("public, max-age=3600", "public, max-age=31536000, immutable");
    let table = [
        ("w=64", ever, "", true),
        ("w=64&format=auto", ever, "accept", false),
        ("variant=thumb", hour, "", false),
        ("variant=best", hour, "accept", false),
    ];
    for (query, cache_control, vary, is_fixed) in table {
        let path = address(&image, query);
        let whole = app.get(&path).await;
        assert_eq!(whole.header("cache-control"), cache_control, "{query}");
        assert_eq!(whole.header("vary"), vary, "{query}");
        assert_eq!(whole.header("last-modified"), if is_fixed { &uploaded } else { "" }, "{query}");
        let since = app.get_with(&path, &[("if-modified-since", &uploaded)]).await;
        assert_eq!(since.status, if is_fixed { 304 } else { 200 }, "{query}");
        let part = app.get_with(&path, &[("range", "bytes=2-9"), ("if-range", &uploaded)]).await;
        assert_eq!(part.status, if is_fixed { 206 } else { 200 }, "{query}");
        let known = app.get_with(&path, &[("if-none-match", whole.header("etag"))]).await;
        assert_eq!((known.status, known.header("cache-control")), (304, cache_control), "{query}");
        assert_eq!((known.header("vary"), known.header("etag")), (vary, whole.header("etag")));
    }
    let webp = app.get_with(&address(&image, "variant=best"), &[("accept", "image/webp")]).await;
    assert_eq!(webp.header("content-type"), "image/webp");
    app.finish().await;
}
