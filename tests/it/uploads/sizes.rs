//! Exactly the limit passes, one byte more does not, however the bytes come.

use bytes::Bytes;
use futures_util::stream;

use crate::support::app::{Answer, Setup, TestApp};
use crate::support::forms::{FORM, PHOTO, body};
use crate::support::photos;
use crate::support::requests::NOTHING;
use crate::support::wire::Wire;

const LIMIT: usize = 64 << 10;

fn limited(setup: &mut Setup) {
    setup.http.max_image_size = LIMIT as u64;
    setup.http.form.file_bytes = LIMIT;
}

/// A JPEG of this size: what follows its end marker is tolerated.
fn photo_of(bytes: usize) -> Vec<u8> {
    let mut photo = photos::jpeg(8, 6);
    photo.resize(bytes, 0);
    photo
}

async fn post_chunked(app: &TestApp, content_type: &str, bytes: &[u8]) -> Answer {
    let pieces: Vec<_> = bytes.chunks(10_000).map(Bytes::copy_from_slice).collect();
    let pieces = stream::iter(pieces.into_iter().map(Ok::<_, std::io::Error>));
    app.post_body(content_type, reqwest::Body::wrap_stream(pieces)).await
}

#[tokio::test]
async fn the_limit_is_the_largest_size_that_passes() {
    let app = TestApp::start_with(limited).await;
    for (bytes, outcome) in [(LIMIT, "201"), (LIMIT + 1, "413 LIMIT_FILE_SIZE")] {
        let photo = photo_of(bytes);
        let form = body(&[(PHOTO, &photo)]);
        assert_eq!(app.upload(photo.clone()).await.outcome(), outcome);
        assert_eq!(app.post_body("image/jpeg", photo.clone()).await.outcome(), outcome);
        assert_eq!(post_chunked(&app, "image/jpeg", &photo).await.outcome(), outcome);
        assert_eq!(post_chunked(&app, FORM, &form).await.outcome(), outcome);
    }
    assert_eq!(app.world().await, "4 ready, 0 pending, 0 deleting; 4 objects");
    app.finish().await;
}

#[tokio::test]
async fn says_the_limit() {
    let app = TestApp::start_with(limited).await;
    let problem = app.upload(photo_of(LIMIT + 1)).await.json();
    assert_eq!(problem["limit"], LIMIT);
    app.finish().await;
}

#[tokio::test]
async fn a_length_over_the_limit_is_refused_before_the_body_comes() {
    let app = TestApp::start_with(limited).await;
    for content_type in ["image/jpeg", FORM] {
        let content_type = format!("Content-Type: {content_type}");
        let mut wire = Wire::post(&app, &[&content_type, "Content-Length: 100000000"]).await;
        assert_eq!(wire.answer().await.outcome(), "413 LIMIT_FILE_SIZE", "{content_type}");
    }
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn who_sends_everything_first_still_reads_the_answer() {
    let app = TestApp::start_with(limited).await;
    let bytes = vec![b'x'; 16 << 20];
    let length = format!("Content-Length: {}", bytes.len());
    let mut wire = Wire::post(&app, &["Content-Type: image/jpeg", &length]).await;
    wire.write(&bytes).await;
    assert_eq!(wire.answer().await.outcome(), "413 LIMIT_FILE_SIZE");
    app.finish().await;
}

#[tokio::test]
async fn many_small_refusals_do_not_eat_the_budget() {
    let app = TestApp::start_with(limited).await;
    let photo = photo_of(LIMIT + 1);
    for _ in 0..20 {
        assert_eq!(app.upload(photo.clone()).await.outcome(), "413 LIMIT_FILE_SIZE");
    }
    let memory = app.app.memory();
    assert_eq!(memory.available(), memory.size());
    app.finish().await;
}
