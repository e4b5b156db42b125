//! File names on their way in, and out again when the image is saved.

use serde_json::Value;

use crate::support::app::TestApp;
use crate::support::photos;

/// The parameters of the part's head, the name in the record, and how a browser is told of it.
const NAMES: &[(&str, &str, &str)] = &[
    (r#"filename="lion.jpg""#, "lion.jpg", r#"filename="lion.jpg""#),
    (
        r#"filename="Löwe 🦁.jpg""#,
        "Löwe 🦁.jpg",
        r#"filename="L_we _.jpg"; filename*=UTF-8''L%C3%B6we%20%F0%9F%A6%81.jpg"#,
    ),
    (
        r#"filename="plain.png"; filename*=UTF-8''na%C3%AFve.png"#,
        "naïve.png",
        r#"filename="na_ve.png"; filename*=UTF-8''na%C3%AFve.png"#,
    ),
    (
        r#"filename="plain.png"; filename*=ISO-8859-1'de'L%F6we.png"#,
        "Löwe.png",
        r#"filename="L_we.png"; filename*=UTF-8''L%C3%B6we.png"#,
    ),
    (
        r#"filename="a%22b%0D%0Ac.jpg""#,
        "a\"bc.jpg",
        r#"filename="a_bc.jpg"; filename*=UTF-8''a%22bc.jpg"#,
    ),
    (
        r#"filename="100%25.jpg""#,
        "100%25.jpg",
        r#"filename="100_25.jpg"; filename*=UTF-8''100%2525.jpg"#,
    ),
    (r#"filename="../../etc/passwd""#, "passwd", r#"filename="passwd""#),
    (r#"filename="C:\fakepath\lion.jpg""#, "lion.jpg", r#"filename="lion.jpg""#),
    ("filename=\"a\u{202e}gpj.exe\"", "agpj.exe", r#"filename="agpj.exe""#),
    (
        "filename=\"e\u{301}te\u{301}.jpg\"",
        "été.jpg",
        r#"filename="_t_.jpg"; filename*=UTF-8''%C3%A9t%C3%A9.jpg"#,
    ),
];

#[tokio::test]
async fn names_come_back_as_people_wrote_them() {
    let app = TestApp::start().await;
    for (parameters, name, disposition) in NAMES {
        let (image, told) = upload(&app, parameters.as_bytes()).await;
        assert_eq!(image["filename"], *name, "{parameters}");
        assert_eq!(told, format!("inline; {disposition}"), "{parameters}");
    }
    app.finish().await;
}

#[tokio::test]
async fn bytes_that_are_not_utf_8_are_latin_1() {
    let app = TestApp::start().await;
    let (image, told) = upload(&app, b"filename=\"L\xf6we.jpg\"").await;
    assert_eq!(image["filename"], "Löwe.jpg");
    assert_eq!(told, "inline; filename=\"L_we.jpg\"; filename*=UTF-8''L%C3%B6we.jpg");
    app.finish().await;
}

#[tokio::test]
async fn an_image_without_a_name_is_saved_under_its_id() {
    let app = TestApp::start().await;
    for parameters in ["filename=\"..\"", "filename=\"%0A\"", "filename=\"a/\"", "filename=\"\""] {
        let (image, told) = upload(&app, parameters.as_bytes()).await;
        assert_eq!(image["filename"], Value::Null, "{parameters}");
        assert_eq!(told, format!("inline; filename=\"{}.gif\"", image["id"].as_str().unwrap()));
    }
    app.finish().await;
}

#[tokio::test]
async fn a_long_name_keeps_its_ending() {
    let app = TestApp::start().await;
    let (image, _) = upload(&app, format!("filename=\"{}.jpg\"", "ä".repeat(300)).as_bytes()).await;
    let name = image["filename"].as_str().unwrap();
    assert!(name.len() <= 255 && name.ends_with("ä.jpg"), "{name}");
    app.finish().await;
}

#[tokio::test]
async fn a_name_is_no_part_of_the_key() {
    let app = TestApp::start().await;
    let (image, _) = upload(&app, b"filename=\"secret-holiday.gif\"").await;
    let key = app.record(&image).await.key;
    assert!(key.ends_with(&format!("/{}/original.gif", image["id"].as_str().unwrap())), "{key}");
    assert!(!key.contains("holiday"), "{key}");
    app.finish().await;
}

/// The image, and the `Content-Disposition` with which it is served.
async fn upload(app: &TestApp, parameters: &[u8]) -> (Value, String) {
    let head = [b"name=\"photo\"; ", parameters].concat();
    let answer = app.post_parts(&[(head, photos::gif(1, 1))]).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let image = answer.json();
    let served = app.head(image["url"].as_str().unwrap()).await;
    (image, served.header("content-disposition").to_owned())
}
