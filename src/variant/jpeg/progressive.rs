//! Scans that tell of the coefficients of some frequencies to some precision (T.81, G.1.2).

use std::rc::Rc;

use super::bits::Bits;
use super::codes::Codes;
use super::coefficients::{Coefficients, Known};
use super::error::{DataFault, DecodeError};
use super::scan::{Blocks, Scan};
use super::sequential::wrapped;
use super::tables::Tables;

/// A scan that is being read, into the coefficients of the frame's components.
#[derive(Debug)]
pub(super) struct Progressive<'c> {
    components: &'c mut [Coefficients],
    parts: Vec<Reading>,
    kind: Kind,
    band: [u32; 2],
    low: u8,
    /// How many blocks are yet to come of which the scan says nothing new.
    empty_blocks: u32,
}

/// A component of the scan.
#[derive(Debug)]
struct Reading {
    component: usize,
    /// Nothing for a scan without codes.
    codes: Option<Rc<Codes>>,
    /// The first coefficient of the block before.
    predicted: i32,
}

/// What a scan tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    First,
    FirstRefined,
    Others,
    OthersRefined,
}

impl Kind {
    fn of(scan: &Scan) -> Self {
        match (scan.band, scan.high) {
            ([0, _], 0) => Self::First,
            ([0, _], _) => Self::FirstRefined,
            (_, 0) => Self::Others,
            _ => Self::OthersRefined,
        }
    }
}

impl<'c> Progressive<'c> {
    /// Prepares to read `scan`.
    pub(super) fn new(
        components: &'c mut [Coefficients],
        scan: &Scan,
        tables: &Tables,
    ) -> Result<Self, DecodeError> {
        let kind = Kind::of(scan);
        let mut parts = Vec::new();
        for part in &scan.parts {
            let codes = match kind {
                Kind::First => Some(tables.dc(part.dc, scan.at)?),
                Kind::FirstRefined => None,
                Kind::Others | Kind::OthersRefined => Some(tables.ac(part.ac, scan.at)?),
            };
            parts.push(Reading { component: part.component, codes, predicted: 0 });
        }
        Ok(Self { components, parts, kind, band: scan.band, low: scan.low, empty_blocks: 0 })
    }
}

impl Blocks for Progressive<'_> {
    fn restart(&mut self) {
        self.empty_blocks = 0;
        for part in &mut self.parts {
            part.predicted = 0;
        }
    }

    #[inline(always)]
    fn block(
        &mut self,
        bits: &mut Bits<'_>,
        part: usize,
        place: [u32; 2],
    ) -> Result<(), DataFault> {
        let Some(part) = self.parts.get_mut(part) else { return Ok(()) };
        let Some(component) = self.components.get_mut(part.component) else { return Ok(()) };
        bits.refill();
        match (self.kind, &part.codes) {
            (Kind::First, Some(codes)) => {
                let size = codes.next(bits)?.size();
                part.predicted = part.predicted.wrapping_add(bits.take_signed(size));
                if let Some(first) = component.first(place) {
                    *first = wrapped(part.predicted << self.low);
                }
            }
            (Kind::FirstRefined, _) => {
                let bit = bits.take(1) << self.low;
                if let Some(first) = component.first(place) {
                    *first |= wrapped(bit);
                }
            }
            (Kind::Others, Some(codes)) => {
                let Some(known) = component.block(place) else { return Ok(()) };
                let mut band = Band { known, codes, range: self.band, low: self.low };
                self.empty_blocks = band.begin(bits, self.empty_blocks)?;
            }
            (Kind::OthersRefined, Some(codes)) => {
                let Some(known) = component.block(place) else { return Ok(()) };
                let mut band = Band { known, codes, range: self.band, low: self.low };
                self.empty_blocks = band.refine(bits, self.empty_blocks)?;
            }
            (Kind::First | Kind::Others | Kind::OthersRefined, None) => {}
        }
        Ok(())
    }
}

/// The part of a block that a scan of other than first coefficients tells of.
struct Band<'a> {
    known: Known<'a>,
    codes: &'a Codes,
    /// Numbers of the first and the last coefficient.
    range: [u32; 2],
    low: u8,
}

impl Band<'_> {
    /// Reads new coefficients; takes and gives the number of empty blocks to come.
    fn begin(&mut self, bits: &mut Bits<'_>, empty_blocks: u32) -> Result<u32, DataFault> {
        if empty_blocks > 0 {
            return Ok(empty_blocks - 1);
        }
        let [mut number, last] = self.range;
        while number <= last {
            bits.refill();
            let symbol = self.codes.next(bits)?;
            let (run, size) = (symbol.run(), symbol.size());
            if size == 0 && run < 15 {
                return Ok(empty_run(bits, run) - 1);
            }
            number += run;
            if number > last {
                return Err(DataFault::Coefficients);
            }
            if size > 0 {
                self.set(number, bits.take_signed(size) << self.low);
            }
            number += 1;
        }
        Ok(0)
    }

    /// Adds a bit to coefficients that are known, and reads those that have only this bit; takes and
    /// gives the number of empty blocks to come.
    fn refine(&mut self, bits: &mut Bits<'_>, empty_blocks: u32) -> Result<u32, DataFault> {
        let [mut number, last] = self.range;
        let mut empty_blocks = empty_blocks;
        while empty_blocks == 0 && number <= last {
            bits.refill();
            let symbol = self.codes.next(bits)?;
            let (run, size) = (symbol.run(), symbol.size());
            if size == 0 && run < 15 {
                empty_blocks = empty_run(bits, run);
                break;
            }
            // Any size but 1 has no meaning; libjpeg takes it for 1, too.
            let sign = if size == 0 { 0 } else { bits.take(1) * 2 - 1 };
            number = self.refine_until(bits, number, Some(run));
            if size > 0 {
                if number > last {
                    return Err(DataFault::Coefficients);
                }
                self.set(number, sign << self.low);
            }
            number += 1;
        }
        if empty_blocks == 0 {
            return Ok(0);
        }
        self.refine_until(bits, number, None);
        Ok(empty_blocks - 1)
    }

    /// Adds a bit to those that are not zero, up to the one after `zeros` others, or up to the end;
    /// gives the number of that one.
    fn refine_until(&mut self, bits: &mut Bits<'_>, from: u32, zeros: Option<u32>) -> u32 {
        let [_, last] = self.range;
        let (mut number, mut zeros) = (from, zeros.unwrap_or(64));
        while number <= last {
            let rest = *self.known.present >> number;
            let ones = (!rest).trailing_zeros().min(last + 1 - number);
            for number in number..number + ones {
                self.refine_one(bits, number);
            }
            number += ones;
            let gap = (rest >> ones).trailing_zeros();
            if gap > zeros {
                return (number + zeros).min(last + 1);
            }
            zeros -= gap;
            number += gap;
        }
        last + 1
    }

    /// Adds a bit to a coefficient that is not zero.
    fn refine_one(&mut self, bits: &mut Bits<'_>, number: u32) {
        bits.refill();
        let bit = i16::try_from(bits.take(1) << self.low).unwrap_or(0);
        if let Some(value) = self.value(number) {
            *value = value.saturating_add(if *value < 0 { -bit } else { bit });
        }
    }

    fn set(&mut self, number: u32, value: i32) {
        *self.known.present |= 1 << (number & 63);
        if let Some(place) = self.value(number) {
            *place = wrapped(value);
        }
    }

    /// The coefficient of this number, if it is wanted.
    fn value(&mut self, number: u32) -> Option<&mut i16> {
        let slot = self.known.slots.get(number as usize).copied().flatten()?;
        self.known.values.get_mut(usize::from(slot))
    }
}

/// How many blocks, with this one, have nothing more.
fn empty_run(bits: &mut Bits<'_>, run: u32) -> u32 {
    (1 << run) + bits.take(run).cast_unsigned()
}
