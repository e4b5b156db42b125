//! Finds the delimiter, CRLF `--boundary`, in a stream of chunks, looking at each byte a bounded
//! number of times and copying none.
//!
//! A delimiter may be cut by a chunk's end. What is then held back is the beginning of the
//! delimiter itself, so its length says it all; and because CR stands only at the delimiter's
//! front, a match that fails cannot have contained the beginning of another one.

use bytes::{Buf, Bytes};
use memchr::memmem::Finder;

/// What stands before the boundary in the delimiter.
const LINE_START: &[u8] = b"\r\n";

/// What the stream holds next.
#[derive(Debug)]
pub(super) enum Found {
    /// Bytes that are no delimiter; never empty.
    Data(Bytes),
    /// A delimiter, which has been taken out of the input.
    Delimiter,
}

#[derive(Debug)]
pub(super) struct Scanner {
    delimiter: Bytes,
    finder: Finder<'static>,
    /// What is left of the chunk being looked at.
    pub(super) input: Bytes,
    /// How much of the delimiter has come so far, at the end of what was scanned.
    held: usize,
    /// How much of what is held belongs to what came before and is no data in any case.
    borrowed: usize,
    /// How many bytes were looked at, to show that the work grows with the input alone.
    #[cfg(test)]
    examined: usize,
}

impl Scanner {
    /// A scanner at the start of a body, where the first boundary needs no line end before it.
    pub(super) fn new(boundary: &str) -> Self {
        let delimiter = Bytes::from([LINE_START, b"--", boundary.as_bytes()].concat());
        let finder = Finder::new(&delimiter).into_owned();
        let mut scanner = Self {
            delimiter,
            finder,
            input: Bytes::new(),
            held: 0,
            borrowed: 0,
            #[cfg(test)]
            examined: 0,
        };
        scanner.begin_line();
        scanner
    }

    /// Says that a line end was just read elsewhere: it may be the delimiter's, and is no data.
    pub(super) const fn begin_line(&mut self) {
        self.held = LINE_START.len();
        self.borrowed = LINE_START.len();
    }

    /// The next run of data or the next delimiter; nothing when the input has neither for certain.
    pub(super) fn scan(&mut self) -> Option<Found> {
        if self.held > 0 {
            let missing = self.delimiter.slice(self.held..);
            let same = self.input.iter().zip(&missing).take_while(|(a, b)| a == b).count();
            self.count(self.input.len().min(same + 1));
            if same == missing.len() {
                self.input.advance(same);
                self.release();
                return Some(Found::Delimiter);
            }
            if same == self.input.len() {
                self.held += same;
                self.input = Bytes::new();
                return None;
            }
            let data = self.release();
            if !data.is_empty() {
                return Some(Found::Data(data));
            }
        }
        self.search()
    }

    /// Gives back what was held and is no delimiter.
    fn release(&mut self) -> Bytes {
        let data = self.delimiter.slice(self.borrowed..self.held);
        self.held = 0;
        self.borrowed = 0;
        data
    }

    fn search(&mut self) -> Option<Found> {
        let found = self.finder.find(&self.input);
        self.count(found.map_or(self.input.len(), |at| at + self.delimiter.len()));
        match found {
            Some(0) => {
                self.input.advance(self.delimiter.len());
                return Some(Found::Delimiter);
            }
            Some(at) => return Some(Found::Data(self.input.split_to(at))),
            None => {}
        }
        self.held = self.cut_delimiter();
        let mut data = std::mem::take(&mut self.input);
        data.truncate(data.len() - self.held);
        (!data.is_empty()).then_some(Found::Data(data))
    }

    /// How many bytes at the end of the input may be the beginning of a delimiter.
    fn cut_delimiter(&mut self) -> usize {
        let longest = self.delimiter.len() - 1;
        let end = self.input.slice(self.input.len().saturating_sub(longest)..);
        self.count(end.len());
        let Some(at) = memchr::memrchr(b'\r', &end) else { return 0 };
        let candidate = end.slice(at..);
        if self.delimiter.starts_with(&candidate) { candidate.len() } else { 0 }
    }

    #[cfg_attr(not(test), expect(clippy::unused_self, reason = "only the tests count"))]
    const fn count(&mut self, _bytes: usize) {
        #[cfg(test)]
        {
            self.examined += _bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bytes, Scanner};

    /// How many bytes are looked at while the body is scanned in chunks of this size.
    fn examined(body: &Bytes, size: usize) -> usize {
        let mut scanner = Scanner::new(&"b".repeat(70));
        let mut rest = body.clone();
        while !rest.is_empty() {
            scanner.input = rest.split_to(size.min(rest.len()));
            while scanner.scan().is_some() {}
        }
        scanner.examined
    }

    #[test]
    fn looks_at_each_byte_three_times_at_most() {
        let delimiter = format!("\r\n--{}", "b".repeat(70));
        for length in 1..=delimiter.len() {
            let body = Bytes::from(delimiter[..length].repeat(20_000 / length));
            for size in [1, 2, 3, 73, 74, 75, 1400, 20_000] {
                let examined = examined(&body, size);
                assert!(examined <= 3 * body.len(), "{length}, {size}: {examined}");
            }
        }
    }
}
