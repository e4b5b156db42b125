//! The memory law as clients feel it: who waits, who is refused, and how they are told.

use std::time::Duration;

use crate::support::app::{Setup, TestApp};
use crate::support::photos::PIXEL;
use crate::support::raw::{RawClient, head};

/// A time in which the service would have answered if it were going to.
const A_WHILE: Duration = Duration::from_millis(300);

/// Room for one image of the largest size and no more.
fn one_at_a_time(setup: &mut Setup) {
    setup.http.max_image_size = 1 << 20;
    setup.app.memory.budget = (1 << 20) + (1 << 19);
    assert_eq!(setup.app.memory.largest(), 1 << 20);
}

fn impatient(setup: &mut Setup) {
    one_at_a_time(setup);
    setup.app.memory.queue_timeout = Duration::from_millis(200);
}

#[tokio::test]
async fn refuses_what_is_announced_too_large_without_reading_it() {
    let app = TestApp::start().await;
    let mut client = RawClient::connect(app.address).await;
    client.send_head(100 << 20).await;
    let answer = client.answer().await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("LIMIT_FILE_SIZE"), "{answer}");
    client.abort().await;
    app.finish().await;
}

#[tokio::test]
async fn refuses_what_turns_out_too_large_and_lets_the_client_read_the_answer() {
    let app = TestApp::start().await;
    let mut client = RawClient::connect(app.address).await;
    client.send(head("Transfer-Encoding: chunked\r\n")).await;
    let piece = [b"10000\r\n".as_slice(), &vec![b'x'; 0x10000], b"\r\n"].concat();
    for _ in 0..256 {
        client.send(&piece).await;
    }
    client.send("0\r\n\r\n").await;
    let answer = client.answer().await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    app.finish().await;
}

#[tokio::test]
async fn an_upload_waits_for_memory_and_is_served_when_it_comes_free() {
    let app = TestApp::start_with(one_at_a_time).await;
    let mut first = RawClient::connect(app.address).await;
    first.send(head(&format!("Content-Length: {}\r\n", 1 << 20))).await;
    first.send(PIXEL).await;
    until(|| app.app.memory().available() < 1 << 20).await;

    let mut second = RawClient::connect(app.address).await;
    second.send_head(PIXEL.len()).await;
    second.send(PIXEL).await;
    assert!(second.is_silent_for(A_WHILE).await);
    first.send(vec![0; (1 << 20) - PIXEL.len()]).await;
    assert!(first.answer().await.starts_with("HTTP/1.1 201"), "trailing bytes are tolerated");
    assert!(second.answer().await.starts_with("HTTP/1.1 201"));
    app.finish().await;
}

#[tokio::test]
async fn an_upload_that_waits_too_long_is_asked_to_come_back() {
    let app = TestApp::start_with(impatient).await;
    let mut first = RawClient::connect(app.address).await;
    first.send_head(1 << 20).await;
    first.send(PIXEL).await;
    until(|| app.app.memory().available() < 1 << 20).await;

    let mut second = RawClient::connect(app.address).await;
    second.send_head(1 << 20).await;
    second.send(vec![0; 1 << 20]).await;
    let answer = second.answer().await;
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("OVERLOADED"), "{answer}");
    assert!(answer.contains("retry-after: "), "{answer}");
    first.abort().await;
    app.finish().await;
}

#[tokio::test]
async fn a_client_that_asks_first_is_not_invited_while_it_waits() {
    let app = TestApp::start_with(one_at_a_time).await;
    let mut first = RawClient::connect(app.address).await;
    first.send_head(1 << 20).await;
    first.send(PIXEL).await;
    until(|| app.app.memory().available() < 1 << 20).await;

    let mut second = RawClient::connect(app.address).await;
    let length = PIXEL.len();
    second.send(head(&format!("Content-Length: {length}\r\nExpect: 100-continue\r\n"))).await;
    assert!(second.is_silent_for(A_WHILE).await);
    first.abort().await;
    assert!(second.answer().await.starts_with("HTTP/1.1 100 Continue"));
    second.send(PIXEL).await;
    assert!(second.answer().await.starts_with("HTTP/1.1 201"));
    app.finish().await;
}

#[tokio::test]
async fn a_silent_client_loses_its_place() {
    let app = TestApp::start_with(|setup| {
        setup.http.pace.idle_timeout = Duration::from_millis(200);
    })
    .await;
    let mut client = RawClient::connect(app.address).await;
    client.send_head(1 << 20).await;
    client.send(PIXEL).await;
    let answer = client.answer().await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("SLOW_UPLOAD"), "{answer}");
    client.closed().await;
    app.finish().await;
}

#[tokio::test]
async fn a_client_that_drips_loses_its_place() {
    let app = TestApp::start_with(|setup| {
        setup.http.pace.idle_timeout = Duration::from_millis(400);
        setup.http.pace.min_rate = 1 << 20;
    })
    .await;
    let mut client = RawClient::connect(app.address).await;
    client.send_head(1 << 20).await;
    while client.is_silent_for(Duration::from_millis(50)).await {
        client.send("x").await;
    }
    let answer = client.answer().await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    app.finish().await;
}

#[tokio::test]
async fn a_client_that_goes_away_frees_its_share() {
    let app = TestApp::start().await;
    let mut client = RawClient::connect(app.address).await;
    client.send_head(1 << 20).await;
    client.send(PIXEL).await;
    let memory = app.app.memory();
    until(|| memory.available() < memory.size()).await;
    client.abort().await;
    until(|| memory.available() == memory.size()).await;
    assert_eq!(app.world().await, "0 ready, 0 pending, 0 deleting; 0 objects");
    app.finish().await;
}

#[tokio::test]
async fn a_head_that_does_not_end_is_cut_off() {
    let app = TestApp::start_with(|setup| {
        setup.server.header_timeout = Duration::from_millis(200);
    })
    .await;
    let mut client = RawClient::connect(app.address).await;
    client.send("GET /healthz HTTP/1.1\r\nHost: ").await;
    client.closed().await;
    let mut idle = RawClient::connect(app.address).await;
    idle.closed().await;
    app.finish().await;
}

#[tokio::test]
async fn one_connection_too_many_waits_for_a_place() {
    let app = TestApp::start_with(|setup| setup.server.max_connections = 1).await;
    let mut first = RawClient::connect(app.address).await;
    first.send("GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n").await;
    assert!(first.answer().await.starts_with("HTTP/1.1 200"));
    let mut second = RawClient::connect(app.address).await;
    second.send("GET /healthz HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n").await;
    assert!(second.is_silent_for(A_WHILE).await);
    first.abort().await;
    assert!(second.answer().await.starts_with("HTTP/1.1 200"));
    app.finish().await;
}

#[tokio::test]
async fn reads_are_served_while_uploads_hold_everything() {
    let app = TestApp::start_with(one_at_a_time).await;
    let url = app.uploaded(PIXEL).await["url"].as_str().unwrap().to_owned();
    let mut upload = RawClient::connect(app.address).await;
    upload.send_head(1 << 20).await;
    upload.send(PIXEL).await;
    until(|| app.app.memory().available() < 1 << 20).await;
    assert_eq!(app.get(&url).await.body, PIXEL);
    upload.abort().await;
    app.finish().await;
}

/// Waits for something that is about to happen in another task.
async fn until(happened: impl Fn() -> bool) {
    let waiting = async {
        while !happened() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("it happens in time");
}
