//! Many images in one form, each with its own outcome, in the order in which they came.

use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::support::app::{Answer, Setup, TestApp};
use crate::support::fault_proxy::{Outcome, put};
use crate::support::forms::{FORM, PHOTO, body, open};
use crate::support::photos;
use crate::support::requests::{NOTHING, record_of};
use crate::support::wire::Wire;

fn posting(app: &TestApp, form: Vec<u8>) -> RequestBuilder {
    let request = app.request(Method::POST, "/v1/images/batch");
    request.header("content-type", FORM).body(form)
}

async fn post(app: &TestApp, parts: &[(&str, Vec<u8>)]) -> Answer {
    app.send(posting(app, body(parts))).await
}

fn files(contents: &[Vec<u8>]) -> Vec<(&'static str, Vec<u8>)> {
    contents.iter().map(|bytes| (PHOTO, bytes.clone())).collect()
}

fn small(setup: &mut Setup) {
    setup.http.max_image_size = 64 << 10;
    setup.http.form.file_bytes = 64 << 10;
    setup.http.max_batch_files = 3;
}

/// `201 image/gif`, or the status and the code, for each file.
fn outcomes(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let outcome = |outcome: &Value| {
        let word = outcome["image"]["content_type"].as_str().or(outcome["error"]["code"].as_str());
        format!("{} {}", outcome["status"], word.unwrap())
    };
    answer.json()["outcomes"].as_array().unwrap().iter().map(outcome).collect()
}

#[tokio::test]
async fn outcomes_come_in_the_order_of_the_files() {
    let app = TestApp::start().await;
    let contents = [
        photos::gif(1, 1),
        photos::SVG.to_vec(),
        photos::png(2, 2),
        Vec::new(),
        photos::jpeg(8, 6)[..100].to_vec(),
        photos::png_bomb(),
        photos::jpeg(8, 6),
    ];
    let answer = post(&app, &files(&contents)).await;
    assert_eq!(
        outcomes(&answer),
        [
            "201 image/gif",
            "415 UNSUPPORTED_TYPE",
            "201 image/png",
            "415 UNSUPPORTED_TYPE",
            "422 CORRUPT_IMAGE",
            "422 LIMIT_PIXELS",
            "201 image/jpeg",
        ]
    );
    for index in [0, 2, 6] {
        let image = &answer.json()["outcomes"][index]["image"];
        assert_eq!(app.get(image["url"].as_str().unwrap()).await.body, contents[index]);
        assert_eq!(app.get(&record_of(image)).await.json(), *image);
    }
    assert_eq!(app.world().await, "3 ready, 0 pending, 0 deleting; 3 objects");
    app.finish().await;
}

#[tokio::test]
async fn a_file_that_is_too_large_does_not_stop_the_others() {
    let app = TestApp::start_with(small).await;
    let large = vec![b'x'; 300 << 10];
    let contents = [photos::gif(1, 1), large, photos::png(2, 2)];
    let answer = post(&app, &files(&contents)).await;
    assert_eq!(outcomes(&answer), ["201 image/gif", "413 LIMIT_FILE_SIZE", "201 image/png"]);
    app.finish().await;
}

#[tokio::test]
async fn what_is_no_file_has_no_outcome() {
    let app = TestApp::start().await;
    let text = |name| (name, b"{}".to_vec());
    let empty = ("name=\"files[]\"; filename=\"\"", Vec::new());
    let photo = ("name=\"files[]\"; filename=\"a.gif\"", photos::gif(1, 1));
    let parts = [text("name=\"metadata\""), photo.clone(), empty, text("name=\"caption\""), photo];
    assert_eq!(outcomes(&post(&app, &parts).await), ["201 image/gif", "201 image/gif"]);
    app.finish().await;
}

#[tokio::test]
async fn a_batch_has_a_largest_number_of_files() {
    let app = TestApp::start_with(small).await;
    let answer = post(&app, &files(&vec![photos::gif(1, 1); 5])).await;
    let expected = ["201 image/gif", "201 image/gif", "201 image/gif", "400 LIMIT_FILE_COUNT"];
    assert_eq!(outcomes(&answer), expected);
    assert_eq!(answer.json()["outcomes"][3]["error"]["limit"], 3);
    app.finish().await;
}

#[tokio::test]
async fn a_form_that_breaks_tells_what_was_stored_before() {
    let app = TestApp::start().await;
    let two = files(&[photos::gif(1, 1), photos::png(2, 2)]);
    let broken = [&open(&two)[..], b"\r\n--b\r\nContent-Disposition: form-data\r\n\r\n"].concat();
    let answer = app.send(posting(&app, broken)).await;
    let expected = ["201 image/gif", "201 image/png", "400 MISSING_FIELD_NAME"];
    assert_eq!(outcomes(&answer), expected);
    let cut_off = app.send(posting(&app, open(&two))).await;
    assert_eq!(outcomes(&cut_off), ["201 image/gif", "400 MALFORMED_MULTIPART"]);
    assert_eq!(app.world().await, "3 ready, 0 pending, 0 deleting; 3 objects");
    app.finish().await;
}

#[tokio::test]
async fn a_form_without_a_stored_file_fails_as_a_whole() {
    let app = TestApp::start_with(small).await;
    let text = [("name=\"a\"", b"1".to_vec())];
    assert_eq!(post(&app, &text).await.outcome(), "400 MISSING_FILE");
    assert_eq!(post(&app, &[]).await.outcome(), "400 MISSING_FILE");
    let no_name = [("x=1", photos::gif(1, 1))];
    assert_eq!(post(&app, &no_name).await.outcome(), "400 MISSING_FIELD_NAME");
    let raw = app.request(Method::POST, "/v1/images/batch").header("content-type", "image/gif");
    assert_eq!(app.send(raw.body(photos::gif(1, 1))).await.outcome(), "415 NOT_MULTIPART");
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn a_batch_that_is_sent_again_stores_only_what_is_missing() {
    let app = TestApp::start().await;
    let all = files(&[photos::gif(1, 1), photos::png(2, 2), photos::jpeg(8, 6)]);
    let with_key = |form| posting(&app, form).header("idempotency-key", "holiday");
    let first = app.send(with_key(open(&all))).await;
    assert_eq!(outcomes(&first)[2], "400 MALFORMED_MULTIPART");
    let second = app.send(with_key(body(&all))).await;
    assert_eq!(outcomes(&second), ["201 image/gif", "201 image/png", "201 image/jpeg"]);
    for index in [0, 1] {
        assert_eq!(first.json()["outcomes"][index], second.json()["outcomes"][index]);
    }
    assert_eq!(app.send(with_key(body(&all))).await.json(), second.json());
    assert_eq!(app.world().await, "3 ready, 0 pending, 0 deleting; 3 objects");
    app.finish().await;
}

#[tokio::test]
async fn a_client_that_goes_away_keeps_what_was_stored() {
    let app = TestApp::start().await;
    let form = open(&files(&[photos::gif(1, 1), photos::png(2, 2), photos::jpeg(64, 64)]));
    let mut wire = Wire::to(&app).await;
    let head = "POST /v1/images/batch HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n";
    wire.write(format!("{head}Content-Type: {FORM}\r\n\r\n")).await;
    wire.write(&form).await;
    crate::support::requests::until("two images are ready", async || {
        app.world().await == "2 ready, 0 pending, 0 deleting; 2 objects"
    })
    .await;
    drop(wire);
    app.finish().await;
}

#[tokio::test]
async fn a_large_batch_needs_the_memory_of_one_image() {
    let app = TestApp::start_with(|setup| {
        setup.app.memory.budget = 7 << 20;
        setup.http.max_batch_files = 50;
    })
    .await;
    let mut photo = photos::jpeg(8, 6);
    photo.resize(1 << 20, 0);
    let answer = post(&app, &files(&vec![photo; 12])).await;
    assert_eq!(outcomes(&answer), ["201 image/jpeg"; 12]);
    app.finish().await;
}

#[tokio::test]
async fn a_slow_bucket_is_not_taken_for_a_slow_client() {
    let app = TestApp::behind_faults_with(|setup| {
        setup.http.pace.idle_timeout = Duration::from_millis(400);
        setup.http.pace.min_rate = 1 << 40;
        setup.app.bucket.limits.put_deadline = Duration::from_millis(1500);
    })
    .await;
    app.faults().script((0..4).map(|_| put(Outcome::Hang)));
    let mut photo = photos::jpeg(8, 6);
    photo.resize(300 << 10, 0);
    let outcomes = outcomes(&post(&app, &files(&vec![photo; 4])).await);
    assert_eq!(outcomes[0], "503 BUCKET_UNAVAILABLE");
    assert!(outcomes.iter().all(|outcome| !outcome.contains("SLOW_UPLOAD")), "{outcomes:?}");
    assert_eq!(outcomes.len(), 4);
    app.finish().await;
}
