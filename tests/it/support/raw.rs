//! A client that does what HTTP libraries do not: stops in the middle, sends slowly, never ends.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// One connection to the service.
pub(crate) struct RawClient {
    stream: TcpStream,
}

impl RawClient {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self { stream: TcpStream::connect(address).await.unwrap() }
    }

    /// Sends what fits; the service may have closed already.
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(bytes.as_ref()).await;
    }

    /// The head of a raw upload of `length` bytes.
    pub(crate) async fn send_head(&mut self, length: usize) {
        self.send(head(&format!("Content-Length: {length}\r\n"))).await;
    }

    /// Ends the sending side, as a client that aborts does.
    pub(crate) async fn abort(self) {
        drop(self.stream);
    }

    /// What arrives until the end of one answer, or of the connection.
    pub(crate) async fn answer(&mut self) -> String {
        tokio::time::timeout(PATIENCE, self.read_answer()).await.expect("an answer in time")
    }

    async fn read_answer(&mut self) -> String {
        let mut seen = Vec::new();
        let mut piece = [0; 4096];
        while !is_whole(&seen) {
            match self.stream.read(&mut piece).await {
                Ok(0) | Err(_) => break,
                Ok(read) => seen.extend_from_slice(&piece[..read]),
            }
        }
        String::from_utf8_lossy(&seen).into_owned()
    }

    /// Whether the service says nothing for `time`.
    pub(crate) async fn is_silent_for(&mut self, time: Duration) -> bool {
        let mut byte = [0];
        tokio::time::timeout(time, self.stream.peek(&mut byte)).await.is_err()
    }

    /// Waits until the service has closed the connection.
    pub(crate) async fn closed(&mut self) {
        let mut rest = Vec::new();
        let end = tokio::time::timeout(PATIENCE, self.stream.read_to_end(&mut rest));
        let _ = end.await.expect("the connection is closed in time");
    }
}

/// The head of a raw upload with these headers.
pub(crate) fn head(headers: &str) -> String {
    format!("POST /v1/images HTTP/1.1\r\nHost: test\r\nContent-Type: image/gif\r\n{headers}\r\n")
}

/// Whether `seen` holds the head of an answer and as much of a body as it announces.
fn is_whole(seen: &[u8]) -> bool {
    let text = String::from_utf8_lossy(seen);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    length.is_none_or(|length| body.len() >= length.parse().unwrap())
}
