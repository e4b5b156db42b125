//! What comes out: sizes, formats, orientation.

use image::GenericImageView as _;

use super::shown;
use crate::support::app::TestApp;
use crate::support::photos;

#[tokio::test]
async fn a_variant_has_the_size_that_was_asked_for() {
    let app = TestApp::start().await;
    let image = app.uploaded(photos::jpeg(400, 300)).await;
    let table = [
        ("w=64", (64, 48)),
        ("h=96", (128, 96)),
        ("w=240&h=96", (128, 96)),
        ("w=240&h=240", (240, 180)),
        ("w=160&h=160&fit=cover", (160, 160)),
        ("w=64&h=240&fit=cover", (64, 240)),
        ("w=160&h=160&fit=contain", (160, 160)),
        ("w=160&fit=cover", (160, 120)),
        ("w=640", (400, 300)),
        ("w=2560&h=2560", (400, 300)),
        ("w=640&h=640&fit=cover", (300, 300)),
    ];
    for (query, size) in table {
        let (answer, picture) = shown(&app, &image, query).await;
        assert_eq!(picture.dimensions(), size, "{query}");
        assert_eq!(answer.header("content-type"), "image/jpeg", "{query}");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_variant_is_in_the_format_that_was_asked_for() {
    let app = TestApp::start().await;
    let originals = [
        (photos::jpeg(100, 80), "image/jpeg"),
        (photos::png(100, 80), "image/png"),
        (photos::webp(100, 80), "image/webp"),
        (photos::animated_gif(100, 80, 3), "image/png"),
    ];
    for (bytes, usual) in originals {
        let image = app.uploaded(bytes).await;
        let table = [
            ("", usual),
            ("&format=jpeg", "image/jpeg"),
            ("&format=webp", "image/webp"),
            ("&format=png", "image/png"),
        ];
        for (format, content_type) in table {
            let (answer, picture) = shown(&app, &image, &format!("w=64{format}")).await;
            assert_eq!(answer.header("content-type"), content_type, "{usual}{format}");
            assert_eq!(picture.dimensions(), (64, 51), "{usual}{format}");
            let guessed = image::guess_format(&answer.body).unwrap();
            assert_eq!(guessed.to_mime_type(), content_type, "{usual}{format}");
        }
    }
    app.finish().await;
}
