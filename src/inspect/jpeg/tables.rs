//! The segments of tables, which hold whole tables and nothing behind them: libjpeg refuses anything
//! else.

use super::segments::Segment;
use crate::inspect::Corruption;
use crate::inspect::reader::Reader;

/// Checks a `DQT` segment: 64 numbers in each table, of one byte or of two (T.81, section B.2.4.1).
pub(super) fn check_quantization(segment: &Segment<'_>) -> Result<(), Corruption> {
    check(segment, |reader| {
        let is_wide = reader.u8()? >> 4 != 0;
        reader.take(if is_wide { 128 } else { 64 }).map(|_| ())
    })
}

/// Checks a `DHT` segment: in each table how many codes there are of each length from 1 to 16, and a
/// byte for each code (T.81, section B.2.4.2).
pub(super) fn check_huffman(segment: &Segment<'_>) -> Result<(), Corruption> {
    check(segment, |reader| {
        let _class_and_number = reader.u8()?;
        let counts: [u8; 16] = reader.array()?;
        reader.take(counts.iter().copied().map(usize::from).sum()).map(|_| ())
    })
}

/// Checks that tables fill a segment.
fn check(
    segment: &Segment<'_>,
    pass: impl Fn(&mut Reader<'_>) -> Result<(), Corruption>,
) -> Result<(), Corruption> {
    let mut reader = Reader::new(segment.payload);
    while !reader.rest().is_empty() {
        pass(&mut reader).map_err(|_| Corruption::BadLength { at: segment.range.start })?;
    }
    Ok(())
}
