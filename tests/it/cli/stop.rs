//! SIGTERM: nothing new begins, what is in flight ends well, and nothing holds the process up.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::photos::PIXEL;
use crate::support::process::{Service, Site};

/// An upload whose head is sent and whose body the service has asked for.
async fn half_an_upload(service: &Service) -> TcpStream {
    let mut stream = TcpStream::connect(service.address).await.unwrap();
    let length = PIXEL.len();
    let head = format!(
        "POST /v1/images HTTP/1.1\r\nhost: localhost\r\ncontent-type: image/gif\r\n\
         content-length: {length}\r\nexpect: 100-continue\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut invitation = [0; 25];
    stream.read_exact(&mut invitation).await.unwrap();
    assert_eq!(&invitation, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

/// Waits until nobody takes connections any more.
async fn no_longer_listening(service: &Service) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while TcpStream::connect(service.address).await.is_ok() {
        assert!(Instant::now() < deadline, "the service still takes connections");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn an_upload_in_flight_is_finished_and_nothing_new_begins() {
    let site = Site::under_test().await;
    let service = site.serve().await;
    let mut upload = half_an_upload(&service).await;
    service.terminate();
    no_longer_listening(&service).await;
    upload.write_all(PIXEL).await.unwrap();
    let mut answer = String::new();
    upload.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 Created\r\n"), "{answer}");
    let ended = service.end().await;
    assert_eq!(ended.code, Some(0), "{ended}");
    let (ended, report) = site.check(&["--deep"]).await;
    assert_eq!((ended.code, &report["records"]), (Some(0), &1.into()), "{ended}");
}

#[tokio::test]
async fn an_upload_that_does_not_end_is_cut_off_after_the_grace_time() {
    let mut site = Site::under_test().await;
    site.set("TINTYPE_SHUTDOWN_GRACE", "1s");
    let service = site.serve().await;
    let mut upload = half_an_upload(&service).await;
    let asked = Instant::now();
    service.terminate();
    let mut answer = Vec::new();
    // Reset or closed: either way there is no answer.
    upload.read_to_end(&mut answer).await.ok();
    let ended = service.end().await;
    assert_eq!((answer, ended.code), (vec![], Some(0)), "{ended}");
    let took = asked.elapsed();
    assert!(took >= Duration::from_secs(1) && took < Duration::from_secs(20), "{took:?}");
    let (ended, report) = site.check(&["--deep"]).await;
    let left = (&report["records"], &report["pending"], &report["deleting"]);
    assert_eq!((ended.code, left), (Some(0), (&0.into(), &0.into(), &0.into())), "{ended}");
}

#[tokio::test]
async fn idle_connections_hold_nothing_up() {
    let service = Site::under_test().await.serve().await;
    let silent = TcpStream::connect(service.address).await.unwrap();
    // The client keeps its connection for the next request.
    assert_eq!(service.get("/healthz").await.status, 200);
    let asked = Instant::now();
    let ended = service.stop().await;
    assert_eq!(ended.code, Some(0), "{ended}");
    // Far from the header time-out of 10 s and the grace time of 25 s.
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}: {ended}", asked.elapsed());
    drop(silent);
}
