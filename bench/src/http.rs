//! As much of HTTP/1.1 as load and sink need: heads, found in a buffer, and bodies of a known length.
//!
//! Load and sink share a core, so what they cost bounds what can be measured; a library would cost
//! several times as much as the system calls do.

use std::io;

use anyhow::{Context as _, Result, ensure};
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// The longest head that is read.
const HEAD_LIMIT: usize = 16 * 1024;
/// How much one read asks for.
const READ: usize = 64 * 1024;

/// The reading half of a connection, and what was read ahead.
#[derive(Debug)]
pub(crate) struct Reader {
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
}

impl Reader {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self { buffer: vec![0; READ].into_boxed_slice(), start: 0, end: 0 }
    }

    fn held(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Reads the head of a message; `None` when the connection ends before its first byte.
    pub(crate) async fn head(
        &mut self,
        from: &mut (impl AsyncRead + Unpin),
    ) -> Result<Option<Head>> {
        loop {
            if let Some(length) = find(self.held(), b"\r\n\r\n") {
                let head = self.held().get(..length).unwrap_or_default();
                let head = std::str::from_utf8(head).context("a head that is no text")?;
                let head = Head { text: head.to_owned() };
                self.start += length + 4;
                return Ok(Some(head));
            }
            ensure!(self.held().len() < HEAD_LIMIT, "a head of more than {HEAD_LIMIT} bytes");
            if self.fill(from).await? == 0 {
                ensure!(self.held().is_empty(), "the connection ended in the middle of a head");
                return Ok(None);
            }
        }
    }

    /// Reads a body of `length` bytes and gives the first `keep` of them.
    pub(crate) async fn body(
        &mut self,
        from: &mut (impl AsyncRead + Unpin),
        length: u64,
        keep: usize,
    ) -> Result<Vec<u8>> {
        let mut left = length;
        let mut kept = Vec::new();
        loop {
            let held = self.held();
            let taken = held.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            let wanted = taken.min(keep - kept.len());
            kept.extend_from_slice(held.get(..wanted).unwrap_or_default());
            self.start += taken;
            left -= taken as u64;
            if left == 0 {
                return Ok(kept);
            }
            ensure!(self.fill(from).await? > 0, "the connection ended {left} bytes too early");
        }
    }

    async fn fill(&mut self, from: &mut (impl AsyncRead + Unpin)) -> io::Result<usize> {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        let room = self.buffer.get_mut(self.end..).unwrap_or_default();
        let read = from.read(room).await?;
        self.end += read;
        Ok(read)
    }
}

/// The head of a request or an answer.
#[derive(Debug)]
pub(crate) struct Head {
    text: String,
}

impl Head {
    /// The words of the first line.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.text.lines().next().unwrap_or_default().split(' ')
    }

    /// The value of a header.
    pub(crate) fn header(&self, wanted: &str) -> Option<&str> {
        self.text.lines().skip(1).find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(wanted).then(|| value.trim())
        })
    }

    /// The length of the body.
    pub(crate) fn length(&self) -> Result<u64> {
        ensure!(self.header("transfer-encoding").is_none(), "a body of unknown length");
        let length = self.header("content-length").unwrap_or("0");
        length.parse().with_context(|| format!("a length of {length}"))
    }

    /// Whether the connection ends after this message.
    pub(crate) fn closes(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

fn find(hay: &[u8], needle: &[u8; 4]) -> Option<usize> {
    hay.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "current_thread")]
    async fn reads_two_messages_in_a_row() {
        let text = "PUT /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\nX: y\r\n\r\n";
        let mut from = text.as_bytes();
        let mut reader = Reader::new();
        let put = reader.head(&mut from).await.unwrap().unwrap();
        assert_eq!(put.words().nth(1), Some("/a"));
        let length = put.length().unwrap();
        assert_eq!(reader.body(&mut from, length, 2).await.unwrap(), b"ab");
        let get = reader.head(&mut from).await.unwrap().unwrap();
        assert_eq!(get.header("x"), Some("y"));
        assert!(reader.head(&mut from).await.unwrap().is_none());
    }
}
