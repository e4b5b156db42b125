//! A client that writes HTTP itself: to send what libraries would not, and to stop where they go on.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::app::{Answer, TestApp};

/// One connection.
pub(crate) struct Wire(TcpStream);

impl Wire {
    pub(crate) async fn to(app: &TestApp) -> Self {
        Self(TcpStream::connect(app.address).await.unwrap())
    }

    /// Begins `POST /v1/images` with these header lines.
    pub(crate) async fn post(app: &TestApp, headers: &[&str]) -> Self {
        let mut wire = Self::to(app).await;
        let lines: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
        wire.write(format!("POST /v1/images HTTP/1.1\r\nHost: tintype.test\r\n{lines}\r\n")).await;
        wire
    }

    pub(crate) async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.unwrap();
    }

    /// The same towards a service that may hang up at any moment.
    pub(crate) async fn write_if_open(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.ok();
    }

    /// Says that nothing more comes, and goes on to read.
    pub(crate) async fn end(&mut self) {
        self.0.shutdown().await.unwrap();
    }

    /// The lines up to the next empty one.
    pub(crate) async fn head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await.unwrap());
        }
        String::from_utf8(head).unwrap()
    }

    /// The next answer, whose length has to be stated.
    pub(crate) async fn answer(&mut self) -> Answer {
        let head = self.head().await;
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: HeaderMap = lines.filter_map(header).collect();
        let length = headers.get("content-length").map_or("0", |length| length.to_str().unwrap());
        let mut body = vec![0; length.parse().unwrap()];
        self.0.read_exact(&mut body).await.unwrap();
        Answer { status, headers, body: body.into() }
    }

    /// Whether nothing comes for this long.
    pub(crate) async fn is_silent_for(&self, duration: Duration) -> bool {
        tokio::time::timeout(duration, self.0.peek(&mut [0])).await.is_err()
    }

    /// Everything up to the end of the connection.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        // A reset ends it as well.
        self.0.read_to_end(&mut rest).await.ok();
        rest
    }
}

fn header(line: &str) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = line.split_once(": ")?;
    Some((name.parse().unwrap(), value.parse().unwrap()))
}
