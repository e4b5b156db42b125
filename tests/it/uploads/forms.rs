//! The shapes in which clients send one image.

use bytes::Bytes;
use futures_util::stream;
use reqwest::multipart::{Form, Part};
use serde_json::json;

use crate::support::app::{TestApp, file, form};
use crate::support::forms::{FORM, PHOTO, body};
use crate::support::photos;
use crate::support::requests::{NOTHING, record_of};

#[tokio::test]
async fn takes_a_file_under_any_name() {
    let app = TestApp::start().await;
    let names = [
        "file",
        "image",
        "photo",
        "upload",
        "filepond",
        "images[]",
        "files[]",
        "file[0]",
        "__proto__",
        "wangeditor-uploaded-image",
    ];
    for name in names {
        let form = Form::new().part(name, file(photos::gif(1, 1)));
        assert_eq!(app.post(form).await.outcome(), "201", "{name}");
    }
    let parts = [("name=\"фото\"; filename=\"a.gif\"", photos::gif(1, 1))];
    assert_eq!(app.post_parts(&parts).await.outcome(), "201");
    app.finish().await;
}

#[tokio::test]
async fn keeps_what_is_said_before_and_after_the_file() {
    let app = TestApp::start().await;
    let form = Form::new()
        .text("caption", "Ein Löwe 🦁")
        .part("photo", file(photos::jpeg(8, 6)))
        .text("alt", "a lion")
        .text("metadata", r#"{"album":"zoo","stars":5,"tags":["big","cat"]}"#);
    let image = app.post(form).await.json();
    let said = json!({
        "caption": "Ein Löwe 🦁",
        "alt": "a lion",
        "metadata": {"album": "zoo", "stars": 5, "tags": ["big", "cat"]},
    });
    for (name, value) in said.as_object().unwrap() {
        assert_eq!(image[name], *value);
    }
    assert_eq!(app.get(&record_of(&image)).await.json(), image);
    app.finish().await;
}

#[tokio::test]
async fn tolerates_the_text_parts_that_widgets_send() {
    let app = TestApp::start().await;
    let photo = || file(photos::gif(1, 1));
    let forms = [
        ("FilePond", Form::new().text("filepond", "{}").part("filepond", photo())),
        (
            "Uppy",
            Form::new()
                .text("relativePath", "null")
                .text("name", "photo.jpg")
                .text("type", "image/jpeg")
                .part("file", photo()),
        ),
        (
            "Dropzone",
            Form::new().text("dzuuid", "1").text("dzchunkindex", "0").part("file", photo()),
        ),
        ("Rails", Form::new().part("image", photo()).text("authenticity_token", "t")),
    ];
    for (widget, form) in forms {
        let answer = app.post(form).await;
        assert_eq!(answer.outcome(), "201", "{widget}");
        assert_eq!(answer.json()["metadata"], json!({}), "{widget}");
    }
    app.finish().await;
}

#[tokio::test]
async fn metadata_is_a_json_object() {
    let app = TestApp::start().await;
    for metadata in ["[1]", "1", "null", "\"a\"", "{", "", "{\"a\":1} x", "{\"a\":\"\\u0000\"}"] {
        let form = form(photos::gif(1, 1)).text("metadata", metadata);
        assert_eq!(app.post(form).await.outcome(), "400 INVALID_REQUEST", "{metadata:?}");
    }
    for (name, text) in [("caption", "a\0b"), ("alt", "\0")] {
        let form = form(photos::gif(1, 1)).text(name, text);
        assert_eq!(app.post(form).await.outcome(), "400 INVALID_REQUEST", "{name}");
    }
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn the_whole_body_may_be_the_image() {
    let app = TestApp::start().await;
    let types =
        ["image/jpeg", "IMAGE/PNG", "image/*", "image/jpeg; q=1", "application/octet-stream"];
    for content_type in types {
        let answer = app.post_body(content_type, photos::jpeg(8, 6)).await;
        assert_eq!(answer.outcome(), "201", "{content_type}");
        let image = answer.json();
        assert_eq!(
            (&image["content_type"], &image["filename"]),
            (&json!("image/jpeg"), &json!(null))
        );
    }
    app.finish().await;
}

#[tokio::test]
async fn says_what_the_bytes_are() {
    let app = TestApp::start().await;
    let images = [
        ("image/jpeg jpg 8x6", photos::jpeg(8, 6)),
        ("image/png png 9x7", photos::png(9, 7)),
        ("image/gif gif 5x4", photos::gif(5, 4)),
        ("image/webp webp 6x3", photos::webp(6, 3)),
        ("image/avif avif 48x32", photos::AVIF.to_vec()),
        ("image/jpeg jpg 6x8", photos::bare_oriented_jpeg(8, 6, 6)),
        ("image/avif avif 32x48", photos::TURNED_AVIF.to_vec()),
    ];
    for (facts, bytes) in images {
        // Whatever the client calls it.
        let part = Part::bytes(bytes.clone()).file_name("a.bmp").mime_str("text/html").unwrap();
        let image = app.post(Form::new().part("f", part)).await.json();
        let (_, extension) = image["url"].as_str().unwrap().rsplit_once('.').unwrap();
        let told = format!(
            "{} {extension} {}x{}",
            image["content_type"].as_str().unwrap(),
            image["width"],
            image["height"]
        );
        assert_eq!(told, facts);
        let answer = app.get(image["url"].as_str().unwrap()).await;
        assert_eq!(answer.header("content-type"), facts.split(' ').next().unwrap());
        assert_eq!(answer.body, bytes, "{facts}");
    }
    app.finish().await;
}

#[tokio::test]
async fn the_answer_is_the_image_and_says_where_it_is() {
    let app = TestApp::start().await;
    let bytes = photos::jpeg(8, 6);
    let answer = app.upload(bytes.clone()).await;
    let image = answer.json();
    let names: Vec<_> = image.as_object().unwrap().keys().map(String::as_str).collect();
    let mut expected = [
        "id",
        "url",
        "filename",
        "content_type",
        "size",
        "width",
        "height",
        "duration",
        "sha256",
        "placeholder",
        "color",
        "stripped",
        "caption",
        "alt",
        "metadata",
        "created_at",
    ];
    expected.sort_unstable();
    assert_eq!(names, expected);
    assert_eq!(image["size"], bytes.len());
    assert_eq!(image["sha256"], app.record(&image).await.sha256.to_string());
    assert!(image["created_at"].as_str().unwrap().ends_with('Z'));
    let location = answer.header("location");
    assert!(location.ends_with(&record_of(&image)), "{location}");
    assert_eq!(app.get(location).await.json(), image);
    app.finish().await;
}

#[tokio::test]
async fn a_body_need_not_say_its_length() {
    let app = TestApp::start().await;
    let form = body(&[(PHOTO, photos::jpeg(8, 6))]);
    for (content_type, bytes) in [("image/jpeg", photos::jpeg(8, 6)), (FORM, form)] {
        let pieces: Vec<_> = bytes.chunks(7).map(Bytes::copy_from_slice).collect();
        let pieces = stream::iter(pieces.into_iter().map(Ok::<_, std::io::Error>));
        let answer = app.post_body(content_type, reqwest::Body::wrap_stream(pieces)).await;
        assert_eq!(answer.outcome(), "201", "{content_type}");
    }
    app.finish().await;
}

#[tokio::test]
async fn takes_exactly_one_file() {
    let app = TestApp::start().await;
    let pixel = photos::gif(1, 1);
    let (file, empty) = ((PHOTO, &pixel[..]), ("name=\"photo\"; filename=\"\"", &b""[..]));
    let (text, nameless) = (("name=\"a\"", &b"1"[..]), ("name=\"a\"; filename=\"\"", &pixel[..]));
    let cases = [
        ("two files", vec![file, file], "400 LIMIT_UNEXPECTED_FILE"),
        ("two files, the second empty", vec![file, (PHOTO, b"")], "400 LIMIT_UNEXPECTED_FILE"),
        ("text alone", vec![text], "400 MISSING_FILE"),
        ("an input in which nobody chose a file", vec![empty, text], "400 MISSING_FILE"),
        ("the bytes as text", vec![("name=\"photo\"", &pixel[..])], "400 MISSING_FILE"),
        ("an empty file", vec![(PHOTO, b"")], "415 UNSUPPORTED_TYPE"),
    ];
    for (fact, parts, outcome) in cases {
        assert_eq!(app.post_parts(&parts).await.outcome(), outcome, "{fact}");
        assert_eq!(app.world().await, NOTHING, "{fact}");
    }
    for parts in [vec![empty, file], vec![file, empty], vec![nameless]] {
        assert_eq!(app.post_parts(&parts).await.outcome(), "201");
    }
    app.finish().await;
}
