//! The walk over the chunks of a PNG.

use std::ops::Range;

use super::SIGNATURE;
use crate::inspect::Corruption;
use crate::inspect::reader::Reader;

/// The largest length or side that PNG allows, 2^31 - 1.
pub(crate) const MAX_NUMBER: u32 = 0x7FFF_FFFF;

/// One chunk. Its checksum is not yet looked at.
#[derive(Clone, Debug)]
pub(crate) struct Chunk<'a> {
    /// The four letters of its type.
    pub(crate) kind: [u8; 4],
    pub(crate) data: &'a [u8],
    /// From the length field to the end of the checksum.
    pub(crate) range: Range<usize>,
    checksummed: &'a [u8],
    checksum: u32,
}

impl Chunk<'_> {
    /// Compares the checksum with the content.
    pub(crate) fn verify(&self) -> Result<(), Corruption> {
        if crc32fast::hash(self.checksummed) == self.checksum {
            Ok(())
        } else {
            Err(Corruption::BadChecksum { at: self.range.start })
        }
    }

    /// Whether a decoder that does not know this chunk must give up: its first letter is a capital.
    pub(crate) fn is_critical(&self) -> bool {
        self.kind.first().is_some_and(u8::is_ascii_uppercase)
    }
}

/// The chunks up to and with `IEND`.
#[derive(Clone, Debug)]
pub(crate) struct Chunks<'a> {
    bytes: &'a [u8],
    at: usize,
    is_over: bool,
}

impl<'a> Chunks<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: SIGNATURE.len(), is_over: false }
    }

    fn read(&mut self) -> Result<Chunk<'a>, Corruption> {
        let start = self.at;
        let bytes = self.bytes.get(start..).unwrap_or_default();
        if bytes.is_empty() {
            return Err(Corruption::MissingEnd);
        }
        let mut reader = Reader::new(bytes);
        let length = reader.be32()?;
        let from_kind = reader.rest();
        let kind: [u8; 4] = reader.array()?;
        if length > MAX_NUMBER || !kind.iter().all(u8::is_ascii_alphabetic) {
            return Err(Corruption::BadLength { at: start });
        }
        let data = reader.take(usize::try_from(length).map_err(|_| Corruption::Truncated)?)?;
        let checksum = reader.be32()?;
        self.at = self.bytes.len() - reader.rest().len();
        let checksummed = from_kind.get(..4 + data.len()).unwrap_or_default();
        Ok(Chunk { kind, data, range: start..self.at, checksummed, checksum })
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Result<Chunk<'a>, Corruption>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let chunk = self.read();
        self.is_over = chunk.as_ref().map_or(true, |chunk| &chunk.kind == b"IEND");
        Some(chunk)
    }
}
