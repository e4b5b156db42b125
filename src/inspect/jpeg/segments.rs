//! The walk over the segments of a JPEG.

use std::ops::Range;

use super::marker;
use crate::inspect::Corruption;
use crate::inspect::reader::Reader;

/// How many bytes are searched at a step.
const BLOCK: usize = 64;

/// One marker and what belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct Segment<'a> {
    /// The byte after 0xFF.
    pub(crate) marker: u8,
    /// What the length field counts, without the field itself.
    pub(crate) payload: &'a [u8],
    /// From the marker's 0xFF to the end of the segment; with `SOS`, of its entropy-coded data.
    pub(crate) range: Range<usize>,
}

/// The segments from the first after `SOI` up to and with `EOI`.
///
/// Between segments, bytes that are no marker are passed over, and inside of a scan reserved
/// markers are too: so does libjpeg, and cameras with a bad flash card write such files, which every
/// viewer shows.
#[derive(Clone, Debug)]
pub(crate) struct Segments<'a> {
    bytes: &'a [u8],
    at: usize,
    is_over: bool,
}

impl<'a> Segments<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 2, is_over: false }
    }

    fn read(&mut self) -> Result<Segment<'a>, Corruption> {
        let start = find_marker(self.bytes, self.at, begins_segment)?;
        let mut reader = Reader::new(self.bytes.get(start..).unwrap_or_default());
        let [_, marker] = reader.array()?;
        let payload = if is_standalone(marker) {
            &[]
        } else {
            let length = usize::from(reader.be16()?);
            reader.take(length.checked_sub(2).ok_or(Corruption::BadLength { at: start })?)?
        };
        self.at = self.bytes.len() - reader.rest().len();
        if marker == marker::SOS {
            self.at = find_marker(self.bytes, self.at, ends_scan)?;
        }
        Ok(Segment { marker, payload, range: start..self.at })
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Result<Segment<'a>, Corruption>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let segment = self.read();
        self.is_over = segment.as_ref().map_or(true, |segment| segment.marker == marker::EOI);
        Some(segment)
    }
}

/// Whether no length follows the marker.
fn is_standalone(code: u8) -> bool {
    matches!(code, marker::TEM | marker::RST0..=marker::RST7 | marker::SOI | marker::EOI)
}

/// Whether 0xFF and this byte are a marker: 0xFF 0x00 is data, and 0xFF 0xFF fills up.
fn begins_segment(code: u8) -> bool {
    code != 0 && code != 0xFF
}

/// Whether 0xFF and this byte are a marker that cannot be part of entropy-coded data.
fn ends_scan(code: u8) -> bool {
    code >= marker::SOF0 && code != 0xFF && !matches!(code, marker::RST0..=marker::RST7)
}

/// The offset of the first 0xFF from `from` on whose next byte is `wanted`.
///
/// Blocks are searched without a branch for each byte, which compiles to vector instructions:
/// entropy-coded data holds an 0xFF every hundred bytes, and a hostile file nothing else, so that a
/// search for 0xFF alone would stop too often.
fn find_marker(
    bytes: &[u8],
    from: usize,
    wanted: impl Fn(u8) -> bool,
) -> Result<usize, Corruption> {
    let first = bytes.get(from..).ok_or(Corruption::MissingEnd)?;
    let second = first.get(1..).ok_or(Corruption::MissingEnd)?;
    let (first_blocks, _) = first.as_chunks::<BLOCK>();
    let (second_blocks, _) = second.as_chunks::<BLOCK>();
    let is_plain = |(first, second): &(&[u8; BLOCK], &[u8; BLOCK])| {
        !first.iter().zip(*second).fold(false, |any, (a, b)| any | (*a == 0xFF) & wanted(*b))
    };
    let plain = BLOCK * first_blocks.iter().zip(second_blocks).take_while(is_plain).count();
    let mut rest = first.iter().zip(second).skip(plain);
    let position = rest.position(|(a, b)| *a == 0xFF && wanted(*b));
    position.map(|position| from + plain + position).ok_or(Corruption::MissingEnd)
}
