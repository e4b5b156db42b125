//! The memory law as clients feel it: who waits, who is refused, and how they are told.

use std::time::Duration;

use crate::support::app::{Setup, TestApp};
use crate::support::photos::{PIXEL, weighing};
use crate::support::requests::until;
use crate::support::wire::Wire;

/// A time in which the service would have answered if it were going to.
const A_WHILE: Duration = Duration::from_millis(300);

/// Room for one image of the largest size and no more.
fn one_at_a_time(setup: &mut Setup) {
    setup.http.max_image_size = 1 << 20;
    setup.app.memory.budget = 1 << 20;
    let memory = &mut setup.app.memory;
    while memory.largest() < 1 << 20 {
        memory.budget += 1024;
    }
    assert!(memory.largest() < (1 << 20) + 1024);
}

fn impatient(setup: &mut Setup) {
    one_at_a_time(setup);
    setup.app.memory.queue_timeout = Duration::from_millis(200);
}

#[tokio::test]
async fn refuses_what_is_announced_too_large_without_reading_it() {
    let app = TestApp::start().await;
    let mut client = sender(&app, 100 << 20).await;
    assert_eq!(client.answer().await.outcome(), "413 LIMIT_FILE_SIZE");
    drop(client);
    app.finish().await;
}

#[tokio::test]
async fn refuses_what_turns_out_too_large_and_lets_the_client_read_the_answer() {
    let app = TestApp::start().await;
    let headers = ["Content-Type: image/gif", "Transfer-Encoding: chunked"];
    let mut client = Wire::post(&app, &headers).await;
    let piece = [b"10000\r\n".as_slice(), &vec![b'x'; 0x10000], b"\r\n"].concat();
    for _ in 0..256 {
        client.write(&piece).await;
    }
    client.write("0\r\n\r\n").await;
    assert_eq!(client.answer().await.outcome(), "413 LIMIT_FILE_SIZE");
    app.finish().await;
}

#[tokio::test]
async fn an_upload_waits_for_memory_and_is_served_when_it_comes_free() {
    let app = TestApp::start_with(one_at_a_time).await;
    let mut first = holder(&app).await;
    let mut second = sender(&app, PIXEL.len()).await;
    second.write(PIXEL).await;
    assert!(second.is_silent_for(A_WHILE).await);
    first.write(vec![0; (1 << 20) - PIXEL.len()]).await;
    assert_eq!(first.answer().await.outcome(), "201", "trailing bytes are tolerated");
    assert_eq!(second.answer().await.outcome(), "201");
    app.finish().await;
}

#[tokio::test]
async fn an_upload_that_waits_too_long_is_asked_to_come_back() {
    let app = TestApp::start_with(impatient).await;
    let first = holder(&app).await;
    let mut second = sender(&app, 1 << 20).await;
    second.write(vec![0; 1 << 20]).await;
    let answer = second.answer().await;
    assert_eq!(answer.outcome(), "503 OVERLOADED");
    assert_ne!(answer.header("retry-after"), "");
    drop(first);
    app.finish().await;
}

#[tokio::test]
async fn a_client_that_asks_first_is_not_invited_while_it_waits() {
    let app = TestApp::start_with(one_at_a_time).await;
    let first = holder(&app).await;
    let length = format!("Content-Length: {}", PIXEL.len());
    let headers = ["Content-Type: image/gif", &length, "Expect: 100-continue"];
    let mut second = Wire::post(&app, &headers).await;
    assert!(second.is_silent_for(A_WHILE).await);
    drop(first);
    assert!(second.head().await.starts_with("HTTP/1.1 100 Continue"));
    second.write(PIXEL).await;
    assert_eq!(second.answer().await.outcome(), "201");
    app.finish().await;
}

#[tokio::test]
async fn a_silent_client_loses_its_place() {
    let app = TestApp::start_with(|setup| {
        setup.http.pace.idle_timeout = Duration::from_millis(200);
    })
    .await;
    let mut client = holder(&app).await;
    assert_eq!(client.answer().await.outcome(), "408 SLOW_UPLOAD");
    assert_eq!(client.rest().await, b"", "the connection is closed");
    app.finish().await;
}

#[tokio::test]
async fn a_client_that_drips_loses_its_place() {
    let app = TestApp::start_with(|setup| {
        setup.http.pace.idle_timeout = Duration::from_millis(400);
        setup.http.pace.min_rate = 1 << 20;
    })
    .await;
    let mut client = sender(&app, 1 << 20).await;
    while client.is_silent_for(Duration::from_millis(50)).await {
        client.write_if_open("x").await;
    }
    assert_eq!(client.answer().await.outcome(), "408 SLOW_UPLOAD");
    app.finish().await;
}

#[tokio::test]
async fn a_client_that_goes_away_frees_its_share() {
    let app = TestApp::start().await;
    drop(holder(&app).await);
    let memory = app.app.memory();
    until("the budget is whole", async || memory.available() == memory.size()).await;
    assert_eq!(app.world().await, "0 ready, 0 pending, 0 deleting; 0 objects");
    app.finish().await;
}

#[tokio::test]
async fn a_head_that_does_not_end_is_cut_off() {
    let app = TestApp::start_with(|setup| {
        setup.server.header_timeout = Duration::from_millis(200);
    })
    .await;
    let mut client = Wire::to(&app).await;
    client.write("GET /healthz HTTP/1.1\r\nHost: ").await;
    client.rest().await;
    Wire::to(&app).await.rest().await;
    app.finish().await;
}

#[tokio::test]
async fn one_connection_too_many_waits_for_a_place() {
    let app = TestApp::start_with(|setup| setup.server.max_connections = 1).await;
    let mut first = Wire::to(&app).await;
    first.write("GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n").await;
    assert_eq!(first.answer().await.outcome(), "200");
    let mut second = Wire::to(&app).await;
    second.write("GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n").await;
    assert!(second.is_silent_for(A_WHILE).await);
    drop(first);
    assert_eq!(second.answer().await.outcome(), "200");
    app.finish().await;
}

#[tokio::test]
async fn reads_are_served_while_uploads_hold_everything() {
    let app = TestApp::start_with(one_at_a_time).await;
    let url = app.uploaded(PIXEL).await["url"].as_str().unwrap().to_owned();
    let upload = holder(&app).await;
    assert_eq!(app.get(&url).await.body, PIXEL);
    drop(upload);
    app.finish().await;
}

#[tokio::test]
async fn a_client_that_does_not_read_loses_its_window() {
    let size = 16 << 20;
    let app = TestApp::start_with(|setup| {
        setup.server.write_timeout = Duration::from_millis(300);
        setup.http.max_image_size = 16 << 20;
        setup.http.form.file_bytes = size;
    })
    .await;
    let image = app.uploaded(weighing(size)).await;
    let mut client = Wire::to(&app).await;
    let path = format!("/i/{}", image["id"].as_str().unwrap());
    client.write(format!("GET {path} HTTP/1.1\r\nHost: test\r\n\r\n")).await;
    let memory = app.app.memory();
    until("the read holds its window", async || memory.available() < memory.size()).await;
    until("the budget is whole", async || memory.available() == memory.size()).await;
    assert!(client.rest().await.len() < size, "it was cut off");
    app.finish().await;
}

/// Begins to send an image of `length` bytes.
async fn sender(app: &TestApp, length: usize) -> Wire {
    Wire::post(app, &["Content-Type: image/gif", &format!("Content-Length: {length}")]).await
}

/// A client that has sent the beginning of an image and holds what it was given.
async fn holder(app: &TestApp) -> Wire {
    let mut wire = sender(app, 1 << 20).await;
    wire.write(PIXEL).await;
    until("the upload holds its share", async || {
        app.app.memory().available() <= app.app.memory().size() - (1 << 20)
    })
    .await;
    wire
}
