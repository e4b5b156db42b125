//! Bytes that a decoder reads until a deadline: that is how decoders stop which know no deadline.

use std::io::{self, BufRead, Cursor, Read, Seek, SeekFrom};

use zune_core::bytestream::{ZByteIoError, ZByteReaderTrait, ZCursor, ZSeekFrom};

use crate::variant::Deadline;

/// How many bytes are handed out, or single reads answered, between two looks at the clock.
const STRIDE: usize = 1 << 14;

/// For decoders that read through the standard library.
#[derive(Debug)]
pub(super) struct Watched<'a> {
    cursor: Cursor<&'a [u8]>,
    deadline: Deadline,
}

impl<'a> Watched<'a> {
    pub(super) fn new(bytes: &'a [u8], deadline: Deadline) -> Self {
        Self { cursor: Cursor::new(bytes), deadline }
    }
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Watched<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        // Whoever asks takes a part of what it got, so this is not asked for every byte.
        self.deadline.check().map_err(io::Error::other)?;
        let rest = self.cursor.fill_buf()?;
        Ok(rest.get(..STRIDE).unwrap_or(rest))
    }

    fn consume(&mut self, count: usize) {
        self.cursor.consume(count);
    }
}

impl Seek for Watched<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.cursor.seek(to)
    }
}

/// For `zune-jpeg`, which reads four bytes at a time.
pub(super) struct WatchedCursor<'a> {
    cursor: ZCursor<&'a [u8]>,
    deadline: Deadline,
    /// Reads since the clock was looked at.
    reads: usize,
    is_over: bool,
}

impl<'a> WatchedCursor<'a> {
    pub(super) fn new(bytes: &'a [u8], deadline: Deadline) -> Self {
        Self { cursor: ZCursor::new(bytes), deadline, reads: 0, is_over: false }
    }

    /// Counts a read; past the deadline there are no more bytes.
    #[inline]
    fn look(&mut self) -> Result<(), ZByteIoError> {
        self.reads += 1;
        if self.reads >= STRIDE {
            self.reads = 0;
            self.is_over = self.deadline.check().is_err();
        }
        if self.is_over { Err(ZByteIoError::Generic("it took too long")) } else { Ok(()) }
    }
}

impl ZByteReaderTrait for WatchedCursor<'_> {
    #[inline]
    fn read_byte_no_error(&mut self) -> u8 {
        if self.look().is_err() { 0 } else { self.cursor.read_byte_no_error() }
    }

    #[inline]
    fn read_exact_bytes(&mut self, buffer: &mut [u8]) -> Result<(), ZByteIoError> {
        self.look()?;
        self.cursor.read_exact_bytes(buffer)
    }

    fn read_bytes(&mut self, buffer: &mut [u8]) -> Result<usize, ZByteIoError> {
        self.look()?;
        self.cursor.read_bytes(buffer)
    }

    fn peek_bytes(&mut self, buffer: &mut [u8]) -> Result<usize, ZByteIoError> {
        self.cursor.peek_bytes(buffer)
    }

    fn peek_exact_bytes(&mut self, buffer: &mut [u8]) -> Result<(), ZByteIoError> {
        self.cursor.peek_exact_bytes(buffer)
    }

    fn z_seek(&mut self, to: ZSeekFrom) -> Result<u64, ZByteIoError> {
        self.cursor.z_seek(to)
    }

    fn is_eof(&mut self) -> Result<bool, ZByteIoError> {
        if self.is_over { Ok(true) } else { self.cursor.is_eof() }
    }

    fn z_position(&mut self) -> Result<u64, ZByteIoError> {
        self.cursor.z_position()
    }

    fn read_remaining(&mut self, sink: &mut Vec<u8>) -> Result<usize, ZByteIoError> {
        self.look()?;
        self.cursor.read_remaining(sink)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    static BYTES: [u8; 8 * STRIDE] = [7; 8 * STRIDE];

    fn past() -> Deadline {
        Deadline(Instant::now())
    }

    fn soon() -> Deadline {
        Deadline(Instant::now() + Duration::from_secs(60))
    }

    #[test]
    fn nothing_is_read_after_the_deadline() {
        let mut late = Watched::new(&BYTES, past());
        assert!(late.fill_buf().is_err());
        assert!(late.read(&mut [0]).is_err());
        let mut timely = Watched::new(&BYTES, soon());
        // So much at most, before the clock is looked at again.
        assert_eq!(timely.fill_buf().unwrap().len(), STRIDE);
        assert_eq!(timely.read_to_end(&mut Vec::new()).unwrap(), BYTES.len());
    }

    #[test]
    fn a_cursor_ends_at_the_deadline() {
        let reads = |deadline| {
            let mut cursor = WatchedCursor::new(&BYTES, deadline);
            let mut four = [0; 4];
            let count = (0..BYTES.len()).take_while(|_| cursor.read_exact_bytes(&mut four).is_ok());
            (count.count(), cursor)
        };
        let (count, mut late) = reads(past());
        assert_eq!(count, STRIDE - 1);
        assert!(late.is_eof().unwrap());
        assert_eq!(late.read_byte_no_error(), 0);
        assert!(late.read_bytes(&mut [0]).is_err());
        // What is not late ends where the bytes do.
        let (count, _) = reads(soon());
        assert_eq!(count, BYTES.len() / 4);
    }
}
