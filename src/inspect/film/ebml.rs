//! The walk over the elements of EBML (RFC 8794), which Matroska and WebM are written in.

use crate::inspect::Corruption;
use crate::inspect::reader::Reader;

/// One element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'a> {
    /// Its id, with the marker bits that the specification writes it with.
    pub(super) id: u32,
    pub(super) data: &'a [u8],
}

impl<'a> Element<'a> {
    /// The elements that fill the data.
    pub(super) fn children(&self) -> Elements<'a> {
        Elements { rest: self.data, at: 0, whole: self.data.len(), may_be_open: false }
    }

    /// A number, big-endian, of at most eight bytes.
    pub(super) fn number(&self) -> Option<u64> {
        (self.data.len() <= 8)
            .then(|| self.data.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// A floating-point number of four or eight bytes.
    pub(super) fn float(&self) -> Option<f64> {
        match *self.data {
            [a, b, c, d] => Some(f64::from(f32::from_be_bytes([a, b, c, d]))),
            [a, b, c, d, e, f, g, h] => Some(f64::from_be_bytes([a, b, c, d, e, f, g, h])),
            _ => None,
        }
    }
}

/// The elements that follow each other.
#[derive(Clone, Debug)]
pub(super) struct Elements<'a> {
    rest: &'a [u8],
    at: usize,
    whole: usize,
    may_be_open: bool,
}

impl<'a> Elements<'a> {
    /// The elements of a whole file, of which the last may leave its length open, as a live stream
    /// does.
    pub(super) fn new(file: &'a [u8]) -> Self {
        Self { rest: file, at: 0, whole: file.len(), may_be_open: true }
    }

    fn read(&mut self) -> Result<Element<'a>, Corruption> {
        let at = self.at;
        let bad = Corruption::BadLength { at };
        let mut reader = Reader::new(std::mem::take(&mut self.rest));
        let (id, _) = number(&mut reader, Marker::Kept).ok_or(bad)?;
        let (length, is_open) = number(&mut reader, Marker::Dropped).ok_or(bad)?;
        let data = if is_open && self.may_be_open {
            reader.take(reader.rest().len())?
        } else {
            let length = usize::try_from(length).map_err(|_| bad)?;
            reader.take(length)?
        };
        self.rest = reader.rest();
        self.at = self.whole - self.rest.len();
        Ok(Element { id: u32::try_from(id).map_err(|_| bad)?, data })
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<Element<'a>, Corruption>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() { None } else { Some(self.read()) }
    }
}

/// What becomes of the bit that says how long a number is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Marker {
    Kept,
    Dropped,
}

/// A number whose first byte says, by its leading zeros, how many follow; and whether all of its bits
/// are ones, which as a length means "not known".
fn number(reader: &mut Reader<'_>, marker: Marker) -> Option<(u64, bool)> {
    let first = reader.u8().ok()?;
    let more = usize::try_from(first.leading_zeros()).ok().filter(|more| *more < 8)?;
    let mask = u8::MAX.checked_shr(u32::try_from(more + 1).ok()?).unwrap_or(0);
    let rest = reader.take(more).ok()?;
    let bits = u64::from(first & mask);
    let is_open = first & mask == mask && rest.iter().all(|byte| *byte == 0xFF);
    let start = if marker == Marker::Kept { u64::from(first) } else { bits };
    Some((rest.iter().fold(start, |number, byte| number << 8 | u64::from(*byte)), is_open))
}
