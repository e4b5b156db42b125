//! The tables that segments define and later scans use.

use std::rc::Rc;

use super::codes::{Codes, Definition};
use super::error::{Damage, DecodeError};
use super::skip::Skip;
use crate::inspect::Corruption;
use crate::inspect::jpeg::segments::Segment;
use crate::inspect::reader::Reader;

/// Factors of the coefficients, in the order in which these come (T.81, figure A.6).
pub(super) type Quantization = [u16; 64];

/// What is defined so far, by number.
#[derive(Debug, Default)]
pub(super) struct Tables {
    quantization: [Option<Quantization>; 4],
    dc: [Option<Rc<Codes>>; 4],
    ac: [Option<Rc<Codes>>; 4],
    /// Made of `ac` when a scan wants it.
    skip: [Option<Rc<Skip>>; 4],
    /// Minimum coded units between restart markers; 0 when there are none.
    pub(super) restart_interval: u16,
}

impl Tables {
    /// Takes a `DQT` segment, which may define several tables.
    pub(super) fn take_quantization(&mut self, segment: &Segment<'_>) -> Result<(), Corruption> {
        let mut reader = Reader::new(segment.payload);
        while !reader.rest().is_empty() {
            let head = reader.u8()?;
            let mut table = [0; 64];
            for value in &mut table {
                *value = if head >> 4 == 0 { reader.u8()?.into() } else { reader.be16()? };
            }
            let place = self.quantization.get_mut(usize::from(head & 15));
            *place.filter(|_| head >> 4 <= 1).ok_or(bad_header(segment))? = Some(table);
        }
        Ok(())
    }

    /// Takes a `DHT` segment, which may define several tables.
    pub(super) fn take_huffman(&mut self, segment: &Segment<'_>) -> Result<(), DecodeError> {
        let at = segment.range.start;
        let mut reader = Reader::new(segment.payload);
        while !reader.rest().is_empty() {
            let head = reader.u8()?;
            let counts: [u8; 16] = reader.array()?;
            let symbols = reader.take(counts.iter().copied().map(usize::from).sum())?;
            let codes = Codes::new(&Definition { counts, symbols });
            let codes = Rc::from(codes.ok_or(Damage::HuffmanTable { at })?);
            let number = usize::from(head & 15);
            let class = if head >> 4 == 0 { &mut self.dc } else { &mut self.ac };
            let place = class.get_mut(number).filter(|_| head >> 4 <= 1);
            *place.ok_or(bad_header(segment))? = Some(codes);
            if head >> 4 == 1 {
                self.skip.get_mut(number).and_then(Option::take);
            }
        }
        Ok(())
    }

    /// Takes a `DRI` segment.
    pub(super) fn take_restart(&mut self, segment: &Segment<'_>) -> Result<(), Corruption> {
        self.restart_interval = Reader::new(segment.payload).be16()?;
        Ok(())
    }

    pub(super) fn quantization(&self, number: u8) -> Result<Quantization, Corruption> {
        let table = self.quantization.get(usize::from(number)).copied().flatten();
        table.ok_or(Corruption::MissingTable)
    }

    /// The DC table of this number, for the scan at byte `at`.
    pub(super) fn dc(&self, number: u8, at: usize) -> Result<Rc<Codes>, Damage> {
        let codes = find(&self.dc, number).ok_or(Damage::MissingHuffmanTable { at })?;
        // The differences of eight-bit samples have 11 bits; libjpeg also refuses from 16 on only.
        if codes.symbols_are_below(16) { Ok(codes) } else { Err(Damage::HuffmanTable { at }) }
    }

    /// The AC table of this number, for the scan at byte `at`.
    pub(super) fn ac(&self, number: u8, at: usize) -> Result<Rc<Codes>, Damage> {
        find(&self.ac, number).ok_or(Damage::MissingHuffmanTable { at })
    }

    /// The AC table of this number, for passing over coefficients.
    pub(super) fn skip(&mut self, number: u8, at: usize) -> Result<Rc<Skip>, Damage> {
        let codes = self.ac(number, at)?;
        let place = self.skip.get_mut(usize::from(number));
        let place = place.ok_or(Damage::MissingHuffmanTable { at })?;
        Ok(Rc::clone(place.get_or_insert_with(|| Rc::from(Skip::new(&codes)))))
    }
}

fn find(class: &[Option<Rc<Codes>>; 4], number: u8) -> Option<Rc<Codes>> {
    class.get(usize::from(number))?.clone()
}

fn bad_header(segment: &Segment<'_>) -> Corruption {
    Corruption::BadHeader { at: segment.range.start }
}
