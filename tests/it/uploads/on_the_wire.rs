//! Clients that wait, stop or go away in the middle: none of them holds memory, or leaves a row.

use std::time::Duration;

use crate::support::app::{Setup, TestApp};
use crate::support::forms::{FORM, PHOTO, body};
use crate::support::photos;
use crate::support::requests::{NOTHING, record_of, until};
use crate::support::wire::Wire;

fn impatient(setup: &mut Setup) {
    setup.http.pace.idle_timeout = Duration::from_millis(200);
}

/// Waits until every byte of the budget is free.
async fn budget_is_whole(app: &TestApp) {
    let memory = app.app.memory();
    until("the budget is whole", async || memory.available() == memory.size()).await;
}

#[tokio::test]
async fn a_client_that_goes_away_leaves_nothing() {
    let app = TestApp::start().await;
    let form = body(&[(PHOTO, photos::jpeg(64, 64))]);
    let image = photos::jpeg(64, 64);
    for (content_type, bytes) in [(FORM, form), ("image/jpeg", image)] {
        let content_type = format!("Content-Type: {content_type}");
        let length = format!("Content-Length: {}", bytes.len());
        for sent in [0, 1, 50, 100, bytes.len() / 2, bytes.len() - 5] {
            let mut wire = Wire::post(&app, &[&content_type, &length]).await;
            wire.write(&bytes[..sent]).await;
            drop(wire);
        }
    }
    budget_is_whole(&app).await;
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn a_body_that_ends_before_its_length_is_no_image() {
    let app = TestApp::start().await;
    // The whole image is there, but not all that was announced.
    let image = photos::jpeg(8, 6);
    let length = format!("Content-Length: {}", image.len() + 1);
    let mut wire = Wire::post(&app, &["Content-Type: image/jpeg", &length]).await;
    wire.write(&image).await;
    wire.end().await;
    let rest = String::from_utf8(wire.rest().await).unwrap();
    assert!(rest.is_empty() || rest.starts_with("HTTP/1.1 400"), "{rest}");
    let mut wire =
        Wire::post(&app, &["Content-Type: image/jpeg", "Transfer-Encoding: chunked"]).await;
    wire.write(format!("{:x}\r\n", image.len())).await;
    wire.write([&image[..], b"\r\n"].concat()).await;
    wire.end().await;
    let rest = String::from_utf8(wire.rest().await).unwrap();
    assert!(rest.is_empty() || rest.starts_with("HTTP/1.1 400"), "{rest}");
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn a_client_that_asks_first_is_invited_once_there_is_room() {
    let app = TestApp::start().await;
    let image = photos::jpeg(8, 6);
    let length = format!("Content-Length: {}", image.len());
    let asks = ["Content-Type: image/jpeg", "Expect: 100-continue", &length];
    let room = app.app.memory().reserve(app.app.memory().largest()).await.unwrap();
    let mut wire = Wire::post(&app, &asks).await;
    assert!(wire.is_silent_for(Duration::from_millis(200)).await, "invited without room");
    drop(room);
    assert!(wire.head().await.starts_with("HTTP/1.1 100 "));
    wire.write(&image).await;
    assert_eq!(wire.answer().await.outcome(), "201");
    app.finish().await;
}

#[tokio::test]
async fn a_client_that_asks_first_is_refused_without_an_invitation() {
    let app = TestApp::start().await;
    let large = "Content-Length: 100000000";
    for (content_type, outcome) in
        [("image/jpeg", "413 LIMIT_FILE_SIZE"), ("text/plain", "415 NOT_MULTIPART")]
    {
        let content_type = format!("Content-Type: {content_type}");
        let mut wire = Wire::post(&app, &[&content_type, "Expect: 100-continue", large]).await;
        assert_eq!(wire.answer().await.outcome(), outcome);
    }
    app.finish().await;
}

#[tokio::test]
async fn a_client_that_falls_silent_is_told_so() {
    let app = TestApp::start_with(impatient).await;
    let form = body(&[(PHOTO, photos::jpeg(8, 6))]);
    let length = format!("Content-Length: {}", form.len());
    let content_type = format!("Content-Type: {FORM}");
    for sent in [0, 40, form.len() - 5] {
        let mut wire = Wire::post(&app, &[&content_type, &length]).await;
        wire.write(&form[..sent]).await;
        assert_eq!(wire.answer().await.outcome(), "408 SLOW_UPLOAD", "after {sent} bytes");
    }
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn a_client_that_drips_is_told_so() {
    let app = TestApp::start_with(impatient).await;
    let mut wire = Wire::post(&app, &["Content-Type: image/jpeg", "Content-Length: 100000"]).await;
    let dripping = async {
        // Each pause is shorter than the idle time-out; the rate is not enough.
        while wire.is_silent_for(Duration::from_millis(50)).await {
            wire.write(b"x").await;
        }
        wire.answer().await
    };
    let answer = tokio::time::timeout(Duration::from_secs(10), dripping).await.unwrap();
    assert_eq!(answer.outcome(), "408 SLOW_UPLOAD");
    app.finish().await;
}

#[tokio::test]
async fn a_change_that_falls_silent_is_told_so() {
    let app = TestApp::start_with(impatient).await;
    let image = app.uploaded(photos::jpeg(8, 6)).await;
    let mut wire = Wire::to(&app).await;
    let path = record_of(&image);
    wire.write(format!("PATCH {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{{")).await;
    assert_eq!(wire.answer().await.outcome(), "408 SLOW_UPLOAD");
    app.finish().await;
}

#[tokio::test]
async fn a_connection_serves_one_request_after_the_other() {
    let app = TestApp::start().await;
    let form = body(&[(PHOTO, photos::jpeg(8, 6))]);
    let request = format!(
        "POST /v1/images HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\nContent-Length: {}\r\n\r\n",
        form.len()
    );
    let mut wire = Wire::to(&app).await;
    for _ in 0..3 {
        wire.write([request.as_bytes(), &form].concat()).await;
        assert_eq!(wire.answer().await.outcome(), "201");
    }
    assert_eq!(app.world().await, "3 ready, 0 pending, 0 deleting; 3 objects");
    app.finish().await;
}
