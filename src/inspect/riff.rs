//! The walk over the chunks of a RIFF container, which WebP uses at two depths.

use std::ops::Range;

use super::Corruption;
use super::reader::Reader;

/// One chunk.
#[derive(Clone, Debug)]
pub(crate) struct Chunk<'a> {
    /// The four characters of its type.
    pub(crate) kind: [u8; 4],
    pub(crate) data: &'a [u8],
    /// In the file, from the type to the end of the data; the padding byte comes after it.
    pub(crate) range: Range<usize>,
}

/// The chunks that fill a stretch of the file.
#[derive(Clone, Debug)]
pub(crate) struct Chunks<'a> {
    rest: &'a [u8],
    /// Offset of `rest` in the file.
    at: usize,
}

impl<'a> Chunks<'a> {
    /// The chunks in `bytes`, which stand at offset `at` in the file.
    pub(crate) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { rest: bytes, at }
    }

    fn read(&mut self) -> Result<Chunk<'a>, Corruption> {
        let at = self.at;
        let too_long = |_| Corruption::BadLength { at };
        let mut reader = Reader::new(std::mem::take(&mut self.rest));
        let before = reader.rest().len();
        let kind = reader.array().map_err(too_long)?;
        let length = reader.le32().map_err(too_long)?;
        let length = usize::try_from(length).map_err(|_| Corruption::BadLength { at })?;
        let data = reader.take(length).map_err(too_long)?;
        let range = at..at + before - reader.rest().len();
        // A chunk of odd length has a padding byte, which some writers leave out at the very end.
        let padding = (length % 2).min(reader.rest().len());
        reader.take(padding)?;
        self.rest = reader.rest();
        self.at = range.end + padding;
        Ok(Chunk { kind, data, range })
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Result<Chunk<'a>, Corruption>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() { None } else { Some(self.read()) }
    }
}
