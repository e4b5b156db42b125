//! The bucket of the benchmarks: an S3 service that forgets what it is sent and serves as many bytes
//! as it is asked for. It checks no signature and stores nothing, so it costs next to nothing.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result, bail};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use crate::http::{Head, Reader};

/// What objects consist of.
static CHUNK: [u8; 64 * 1024] = [0x5A; 64 * 1024];
/// `object_store` wants a time and an entity tag with each object.
const ABOUT: &str = "ETag: \"5f2ab8a9c4d0e1f2a3b4c5d6e7f80912\"\r\n\
                     Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n";

/// The running sink; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Sink {
    address: SocketAddr,
    object_size: Arc<AtomicU64>,
    accepting: AbortHandle,
    // The task that accepts, which holds the tasks of the connections.
    _tasks: JoinSet<()>,
}

impl Sink {
    /// Starts it on a free port of loopback.
    pub(crate) async fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let object_size = Arc::new(AtomicU64::new(0));
        let mut tasks = JoinSet::new();
        let accepting = tasks.spawn(accept(listener, Arc::clone(&object_size)));
        Ok(Self { address, object_size, accepting, _tasks: tasks })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sets how long every object is from now on.
    pub(crate) fn set_object_size(&self, bytes: u64) {
        self.object_size.store(bytes, Ordering::Relaxed);
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, object_size: Arc<AtomicU64>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let object_size = Arc::clone(&object_size);
        // A connection that breaks is the client's affair: it counts its own failures.
        connections.spawn(async move { drop(serve(stream, &object_size).await) });
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(mut stream: TcpStream, object_size: &AtomicU64) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = Reader::new();
    while let Some(head) = reader.head(&mut stream).await? {
        if head.header("expect").is_some() {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        reader.body(&mut stream, head.length()?, 0).await?;
        match head.words().next() {
            Some("PUT" | "POST") => {
                let answer = format!("HTTP/1.1 200 OK\r\n{ABOUT}Content-Length: 0\r\n\r\n");
                stream.write_all(answer.as_bytes()).await?;
            }
            Some("GET") => send(&mut stream, &head, object_size.load(Ordering::Relaxed)).await?,
            Some("DELETE") => stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await?,
            other => bail!("no bucket is asked to {other:?}"),
        }
    }
    Ok(())
}

/// Answers a GET with an object of `size` bytes, or with the range of it that is asked for.
async fn send(stream: &mut TcpStream, head: &Head, size: u64) -> Result<()> {
    let range = head.header("range").map(|range| parse_range(range, size)).transpose()?;
    let (start, end) = range.unwrap_or((0, size));
    let mut left = end - start;
    let status = match range {
        None => "200 OK\r\n".to_owned(),
        Some(_) => {
            let last = end.saturating_sub(1);
            format!("206 Partial Content\r\nContent-Range: bytes {start}-{last}/{size}\r\n")
        }
    };
    let answer = format!(
        "HTTP/1.1 {status}{ABOUT}Content-Type: image/jpeg\r\nContent-Length: {left}\r\n\r\n"
    );
    stream.write_all(answer.as_bytes()).await?;
    while left > 0 {
        let length = CHUNK.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        stream.write_all(CHUNK.get(..length).unwrap_or_default()).await?;
        left -= length as u64;
    }
    Ok(())
}

/// The half-open range of `bytes=FIRST-LAST` or `bytes=FIRST-`.
fn parse_range(range: &str, size: u64) -> Result<(u64, u64)> {
    let parts = range.strip_prefix("bytes=").and_then(|range| range.split_once('-'));
    let (first, last) = parts.with_context(|| format!("the range {range}"))?;
    let first = first.parse::<u64>()?.min(size);
    let end = if last.is_empty() { size } else { last.parse::<u64>()?.saturating_add(1) };
    Ok((first, end.clamp(first, size)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_ranges() {
        let table = [("bytes=0-0", (0, 1)), ("bytes=4-", (4, 10)), ("bytes=2-99", (2, 10))];
        for (range, bounds) in table {
            assert_eq!(parse_range(range, 10).unwrap(), bounds, "{range}");
        }
        assert!(parse_range("bytes=-5", 10).is_err());
    }
}
