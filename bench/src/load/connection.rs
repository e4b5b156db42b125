//! One connection of a client: a request out, as fast as it goes or slowly, and its answer in.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};

use crate::http::Reader;

/// How often a slow client sends.
const BEAT: Duration = Duration::from_millis(50);

/// How fast a client sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// As fast as the connection takes it.
    Full,
    /// So many bytes a second.
    BytesPerSecond(u32),
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: u16,
    /// As much of its body as was to be kept.
    pub(crate) body: Vec<u8>,
    /// Whether the connection ended with it.
    pub(crate) closes: bool,
}

/// An open connection.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    reader: Reader,
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, reader: Reader::new() })
    }

    /// Sends a request and reads the answer, of whose body `keep` bytes are kept.
    ///
    /// An answer that comes before the request is out ends the sending.
    pub(crate) async fn ask(&mut self, request: &[u8], pace: Pace, keep: usize) -> Result<Answer> {
        let (mut from, mut to) = self.stream.split();
        let sent_all = tokio::select! {
            sent = send(&mut to, request, pace) => sent.is_ok(),
            _ = is_answering(&mut from) => false,
        };
        let head = self.reader.head(&mut from).await?.context("closed without an answer")?;
        let status = head.words().nth(1).context("no status")?.parse()?;
        let length = if status == 204 { 0 } else { head.length()? };
        let body = self.reader.body(&mut from, length, keep).await?;
        Ok(Answer { status, body, closes: head.closes() || !sent_all })
    }
}

async fn send(to: &mut WriteHalf<'_>, request: &[u8], pace: Pace) -> std::io::Result<()> {
    let rate = match pace {
        Pace::Full => return to.write_all(request).await,
        Pace::BytesPerSecond(rate) => u64::from(rate),
    };
    let begun = Instant::now();
    let mut sent = 0;
    while sent < request.len() {
        tokio::time::sleep(BEAT).await;
        let elapsed = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let due = usize::try_from(elapsed.saturating_mul(rate) / 1000).unwrap_or(usize::MAX);
        let due = due.clamp(sent, request.len());
        to.write_all(request.get(sent..due).unwrap_or_default()).await?;
        sent = due;
    }
    Ok(())
}

/// Returns when there is something to read, or when the connection has ended.
async fn is_answering(from: &mut ReadHalf<'_>) -> std::io::Result<()> {
    from.peek(&mut [0]).await.map(drop)
}
