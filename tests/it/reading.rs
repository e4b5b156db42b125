//! The bytes of an image: whole, in part, or not again.

use reqwest::Method;
use serde_json::Value;
use tintype::image::Format;

use crate::support::app::{Answer, TestApp};
use crate::support::fault_proxy::{Outcome, get};
use crate::support::photos;
use crate::support::requests::{NOTHING, record_of};

/// An image of a hundred bytes and more, and its address.
async fn stored(app: &TestApp) -> (Vec<u8>, Value, String) {
    let bytes = photos::jpeg(8, 6);
    let image = app.uploaded(bytes.clone()).await;
    let url = image["url"].as_str().unwrap().to_owned();
    (bytes, image, url)
}

/// Deletes an image whose object a test has taken away, so that bucket and catalog agree again.
async fn tidy_up(app: TestApp, image: &Value) {
    assert_eq!(app.delete(&record_of(image)).await.outcome(), "204");
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn an_image_is_served_for_ever_and_as_an_image_only() {
    let app = TestApp::start().await;
    let (bytes, image, url) = stored(&app).await;
    let answer = app.get(&url).await;
    let length = bytes.len().to_string();
    let etag = format!("\"{}\"", image["sha256"].as_str().unwrap());
    let headers = [
        ("content-type", "image/jpeg"),
        ("content-length", &length),
        ("etag", &etag),
        ("accept-ranges", "bytes"),
        ("cache-control", "public, max-age=31536000, immutable"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
        ("content-disposition", "inline; filename=\"photo.jpg\""),
    ];
    assert_eq!((answer.status, &answer.body[..]), (200, &bytes[..]));
    for (name, value) in headers {
        assert_eq!(answer.header(name), value, "{name}");
    }
    assert!(answer.header("last-modified").ends_with(" GMT"));
    let head = app.head(&url).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    for (name, value) in headers {
        assert_eq!(head.header(name), value, "HEAD {name}");
    }
    app.finish().await;
}

#[tokio::test]
async fn the_extension_is_for_people() {
    let app = TestApp::start().await;
    let (bytes, image, url) = stored(&app).await;
    let id = image["id"].as_str().unwrap();
    assert!(url.ends_with(&format!("/i/{id}.jpg")), "{url}");
    for extension in ["", ".jpg", ".png", ".jpeg", ".JPG", ".Jpeg", ".WEBP"] {
        let answer = app.get(&format!("/i/{id}{extension}")).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "image/jpeg"));
        assert_eq!(answer.body, bytes);
    }
    for extension in [".exe", ".html", ".svg", ".", ".jpg.exe", ".jpegs", ".JPE", "/", ".jpg/x"] {
        let answer = app.get(&format!("/i/{id}{extension}")).await;
        assert_eq!(answer.outcome(), "404 NOT_FOUND", "{extension}");
    }
    app.finish().await;
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let app = TestApp::start().await;
    let (_, image, _) = stored(&app).await;
    let id = image["id"].as_str().unwrap();
    let (upper, plain) = (id.to_uppercase(), id.replace('-', ""));
    let unknown = "0192f0c1-2f6a-7c3e-8d11-5a0c9b7e4d20";
    for name in [unknown, &upper, &plain, "x", "%00", "%2e%2e%2f", "..%2fv1", "%ff", "{id}"] {
        for folder in ["/i", "/v1/images"] {
            let answer = app.get(&format!("{folder}/{name}")).await;
            assert_eq!(answer.outcome(), "404 NOT_FOUND", "{folder}/{name}");
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn who_has_the_bytes_does_not_get_them_again() {
    let app = TestApp::start().await;
    let (_, image, url) = stored(&app).await;
    let etag = format!("\"{}\"", image["sha256"].as_str().unwrap());
    let (weak, list) = (format!("W/{etag}"), format!("\"other\", {etag}"));
    for known in [&etag, &weak, &list, "*"] {
        let answer = app.get_with(&url, &[("if-none-match", known)]).await;
        assert_eq!((answer.status, answer.body.len()), (304, 0), "{known}");
        assert_eq!(answer.header("etag"), etag);
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    }
    let with_range = [("if-none-match", etag.as_str()), ("range", "bytes=0-1")];
    assert_eq!(app.get_with(&url, &with_range).await.status, 304);
    for known in ["\"other\"", "W/\"other\"", "garbage", ""] {
        assert_eq!(app.get_with(&url, &[("if-none-match", known)]).await.status, 200, "{known}");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_date_counts_where_there_is_no_tag() {
    let app = TestApp::start().await;
    let (_, _, url) = stored(&app).await;
    let modified = app.head(&url).await.header("last-modified").to_owned();
    let since = |date| [("if-modified-since", date)];
    for (date, status) in [
        (modified.as_str(), 304),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 200),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 304),
        ("yesterday", 200),
    ] {
        assert_eq!(app.get_with(&url, &since(date)).await.status, status, "{date}");
    }
    let both = [("if-modified-since", modified.as_str()), ("if-none-match", "\"other\"")];
    assert_eq!(app.get_with(&url, &both).await.status, 200);
    app.finish().await;
}

#[tokio::test]
async fn a_range_is_a_part_of_the_bytes() {
    let app = TestApp::start().await;
    let (bytes, _, url) = stored(&app).await;
    let size = bytes.len();
    let ranges = [
        ("bytes=0-0".to_owned(), 0..1),
        ("bytes=0-9".to_owned(), 0..10),
        ("bytes=10-19".to_owned(), 10..20),
        (format!("bytes={}-{}", size - 1, size - 1), size - 1..size),
        (format!("bytes=10-{}", size + 1000), 10..size),
        ("bytes=10-99999999999999999999999".to_owned(), 10..size),
        ("bytes=10-".to_owned(), 10..size),
        ("bytes=0-".to_owned(), 0..size),
        ("bytes=-10".to_owned(), size - 10..size),
        (format!("bytes=-{}", size + 1000), 0..size),
        ("BYTES=0-9".to_owned(), 0..10),
    ];
    for (range, expected) in ranges {
        let answer = app.get_with(&url, &[("range", &range)]).await;
        assert_eq!(answer.status, 206, "{range}");
        let told = format!("bytes {}-{}/{size}", expected.start, expected.end - 1);
        assert_eq!(answer.header("content-range"), told, "{range}");
        assert_eq!(answer.header("content-length"), expected.len().to_string(), "{range}");
        assert_eq!(answer.header("content-type"), "image/jpeg");
        assert_eq!(answer.body, bytes[expected], "{range}");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_range_beyond_the_end_cannot_be_had() {
    let app = TestApp::start().await;
    let (bytes, _, url) = stored(&app).await;
    let size = bytes.len();
    for range in [format!("bytes={size}-"), format!("bytes={size}-{}", size + 9), "bytes=-0".into()]
    {
        let answer = app.get_with(&url, &[("range", &range)]).await;
        assert_eq!(answer.outcome(), "416 RANGE_NOT_SATISFIABLE", "{range}");
        assert_eq!(answer.header("content-range"), format!("bytes */{size}"));
    }
    app.finish().await;
}

#[tokio::test]
async fn a_range_that_means_nothing_is_no_range() {
    let app = TestApp::start().await;
    let (bytes, _, url) = stored(&app).await;
    let ranges = [
        "bytes=0-1,3-4",
        "bytes=5-2",
        "bytes=-",
        "bytes=",
        "bytes",
        "bytes=a-b",
        "bytes=1",
        "lines=0-1",
        "bytes=0x1-2",
        "bytes=+1-2",
        "bytes=--1",
        "0-1",
        "",
    ];
    for range in ranges {
        let answer = app.get_with(&url, &[("range", range)]).await;
        assert_eq!((answer.status, answer.header("content-range")), (200, ""), "{range}");
        assert_eq!(answer.body, bytes);
    }
    let request = app.request(Method::HEAD, &url).header("range", "bytes=0-1");
    assert_eq!(app.send(request).await.status, 200, "RFC 9110: Range is for GET alone");
    app.finish().await;
}

#[tokio::test]
async fn if_range_holds_a_range_to_the_bytes_it_was_for() {
    let app = TestApp::start().await;
    let (_, image, url) = stored(&app).await;
    let etag = format!("\"{}\"", image["sha256"].as_str().unwrap());
    let modified = app.head(&url).await.header("last-modified").to_owned();
    let cases = [
        (etag.clone(), 206),
        (modified, 206),
        (format!("W/{etag}"), 200),
        ("\"other\"".to_owned(), 200),
        ("Thu, 01 Jan 1970 00:00:00 GMT".to_owned(), 200),
        ("garbage".to_owned(), 200),
    ];
    for (known, status) in cases {
        let headers = [("if-range", known.as_str()), ("range", "bytes=0-1")];
        assert_eq!(app.get_with(&url, &headers).await.status, status, "{known}");
    }
    app.finish().await;
}

#[tokio::test]
async fn addresses_are_those_under_which_the_client_came() {
    let app = TestApp::start().await;
    let (_, image, _) = stored(&app).await;
    let record = app.get_with(&record_of(&image), &[("host", "photos.example:81")]).await.json();
    let expected = format!("http://photos.example:81/i/{}.jpg", image["id"].as_str().unwrap());
    assert_eq!(record["url"], expected);
    app.finish().await;
}

#[tokio::test]
async fn addresses_are_those_of_the_settings_where_there_are_any() {
    let public = |setup: &mut crate::support::app::Setup| {
        setup.http.public_url = Some("https://photos.example/app/".parse().unwrap());
    };
    let app = TestApp::start_with(public).await;
    let answer = app.upload(photos::jpeg(8, 6)).await;
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(answer.json()["url"], format!("https://photos.example/app/i/{id}.jpg"));
    assert_eq!(answer.header("location"), format!("https://photos.example/app/v1/images/{id}"));
    app.finish().await;
}

#[tokio::test]
async fn an_object_that_is_gone_is_not_called_unknown() {
    let app = TestApp::start().await;
    let (_, image, url) = stored(&app).await;
    app.app.bucket().delete(&app.key(&image).await).await.unwrap();
    assert_eq!(app.get(&url).await.outcome(), "502 OBJECT_MISSING");
    assert_eq!(app.get(&record_of(&image)).await.status, 200);
    tidy_up(app, &image).await;
}

#[tokio::test]
async fn an_object_that_may_not_be_read_is_not_called_unknown() {
    let app = TestApp::behind_faults().await;
    let (_, image, url) = stored(&app).await;
    app.app.bucket().delete(&app.key(&image).await).await.unwrap();
    app.faults().missing_as_denied();
    assert_eq!(app.get(&url).await.outcome(), "502 OBJECT_MISSING");
    tidy_up(app, &image).await;
}

#[tokio::test]
async fn an_object_of_another_size_is_not_served() {
    let app = TestApp::start().await;
    let (bytes, image, url) = stored(&app).await;
    for other in [bytes[..50].to_vec(), [&bytes[..], b"more"].concat()] {
        app.app.bucket().put(&app.key(&image).await, other, Format::Jpeg).await.unwrap();
        assert_eq!(app.get(&url).await.outcome(), "502 OBJECT_MISSING");
        let part = app.get_with(&url, &[("range", "bytes=0-9")]).await;
        assert_eq!(part.outcome(), "502 OBJECT_MISSING");
    }
    tidy_up(app, &image).await;
}

#[tokio::test]
async fn a_bucket_that_is_down_is_down_for_a_while() {
    let app = TestApp::behind_faults().await;
    let (bytes, _, url) = stored(&app).await;
    app.faults().take_down();
    let answer = app.get(&url).await;
    assert_eq!(answer.outcome(), "503 BUCKET_UNAVAILABLE");
    assert_ne!(answer.header("retry-after"), "");
    app.faults().restore();
    assert_eq!(app.get(&url).await.body, bytes);
    app.finish().await;
}

#[tokio::test]
async fn a_read_that_breaks_off_once_is_taken_up_again() {
    let app = TestApp::behind_faults().await;
    let (bytes, _, url) = large(&app).await;
    app.faults().script([get(Outcome::HalfReply)]);
    assert_eq!(app.get(&url).await.body, bytes);
    assert_eq!(app.faults().unread(), []);
    app.finish().await;
}

#[tokio::test]
async fn a_read_that_breaks_off_for_good_is_seen_to_be_broken() {
    let app = TestApp::behind_faults().await;
    let (bytes, _, url) = large(&app).await;
    app.faults().script([get(Outcome::StallHalfway)]);
    let mut response = app.request(Method::GET, &url).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let first = response.chunk().await.unwrap().unwrap();
    assert!(first.len() < bytes.len());
    app.faults().take_down();
    let rest = async {
        while response.chunk().await?.is_some() {}
        Ok::<_, reqwest::Error>(())
    };
    assert!(rest.await.is_err(), "a short body that looks whole");
    app.faults().restore();
    assert_eq!(app.get(&url).await.body, bytes);
    app.finish().await;
}

async fn large(app: &TestApp) -> (Vec<u8>, Value, String) {
    let bytes = photos::weighing(300_000);
    let image = app.uploaded(bytes.clone()).await;
    let url = image["url"].as_str().unwrap().to_owned();
    (bytes, image, url)
}

#[tokio::test]
async fn a_client_that_stops_reading_gives_its_window_back() {
    let app = TestApp::start().await;
    let image = app.uploaded(photos::weighing(4 << 20)).await;
    let url = image["url"].as_str().unwrap();
    let response = app.request(Method::GET, url).send().await.unwrap();
    let memory = app.app.memory();
    assert!(memory.available() < memory.size(), "a read holds a window");
    drop(response);
    crate::support::requests::until("the budget is whole", async || {
        memory.available() == memory.size()
    })
    .await;
    app.finish().await;
}

#[tokio::test]
async fn an_image_may_be_shown_by_many_at_once() {
    let app = TestApp::start().await;
    let (bytes, _, url) = stored(&app).await;
    let answers: Vec<Answer> = futures_util::future::join_all((0..50).map(|_| app.get(&url))).await;
    assert!(answers.iter().all(|answer| answer.body == bytes));
    app.finish().await;
}
