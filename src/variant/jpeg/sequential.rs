//! Scans whose blocks come whole: each becomes samples at once, and nothing of it is kept.

use std::rc::Rc;

use super::bits::Bits;
use super::codes::Codes;
use super::error::{DataFault, DecodeError};
use super::frame::{Component, Frame};
use super::idct::Block;
use super::plane::Plane;
use super::scan::{Blocks, Part, Scan};
use super::skip::Skip;
use super::tables::{Quantization, Tables};
use super::zigzag;

/// The components of a scan.
#[derive(Debug)]
pub(super) struct Sequential {
    pub(super) parts: Vec<Reading>,
}

/// A component that is being read.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) plane: Plane,
    component: Component,
    dc: Rc<Codes>,
    ac: Rc<Codes>,
    skip: Rc<Skip>,
    quantization: Quantization,
    /// The number of the last coefficient that is wanted.
    last: u32,
    /// The first coefficient of the block before.
    predicted: i32,
}

impl Sequential {
    /// Prepares to read the components of `scan`.
    pub(super) fn new(
        frame: &Frame,
        scan: &Scan,
        tables: &mut Tables,
    ) -> Result<Self, DecodeError> {
        let components = scan.parts.iter().filter_map(|part| {
            frame.components.get(part.component).map(|component| (part, *component))
        });
        let reading = |(part, component)| Reading::new(part, component, scan.at, tables);
        Ok(Self { parts: components.map(reading).collect::<Result<_, _>>()? })
    }
}

impl Reading {
    fn new(
        part: &Part,
        component: Component,
        at: usize,
        tables: &mut Tables,
    ) -> Result<Self, DecodeError> {
        Ok(Self {
            plane: Plane::new(&component),
            component,
            dc: tables.dc(part.dc, at)?,
            ac: tables.ac(part.ac, at)?,
            skip: tables.skip(part.ac, at)?,
            quantization: tables.quantization(component.table)?,
            last: zigzag::last_of(component.across.side, component.down.side),
            predicted: 0,
        })
    }

    /// The first coefficient of the next block.
    #[inline(always)]
    fn first(&mut self, bits: &mut Bits<'_>) -> Result<i32, DataFault> {
        bits.refill();
        let size = self.dc.next(bits)?.size();
        self.predicted = self.predicted.wrapping_add(bits.take_signed(size));
        Ok(dequantized(wrapped(self.predicted).into(), 0, &self.quantization))
    }

    /// Reads the other coefficients that are wanted, and gives the number of the next.
    #[inline(always)]
    fn others(&self, bits: &mut Bits<'_>, block: &mut Block) -> Result<u32, DataFault> {
        let mut next = 1;
        while next <= self.last {
            bits.refill();
            let symbol = self.ac.next(bits)?;
            next += symbol.run();
            if symbol.size() == 0 {
                if symbol.run() < 15 {
                    return Ok(64);
                }
            } else if let Some(value) = block.as_flattened_mut().get_mut(zigzag::place(next)) {
                *value = dequantized(bits.take_signed(symbol.size()), next, &self.quantization);
            }
            next += 1;
        }
        if next > 64 { Err(DataFault::Coefficients) } else { Ok(next) }
    }
}

impl Blocks for Sequential {
    fn restart(&mut self) {
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
        let mut reading = *bits;
        let first = part.first(&mut reading)?;
        if part.last == 0 {
            part.plane.put_one(place, first);
            part.skip.rest_of_block(&part.ac, &mut reading, 1)?;
        } else {
            let mut block = [[0; 8]; 8];
            let [[corner, ..], ..] = &mut block;
            *corner = first;
            let next = part.others(&mut reading, &mut block)?;
            if next < 64 {
                part.skip.rest_of_block(&part.ac, &mut reading, next)?;
            }
            part.plane.put(place, &block, &part.component);
        }
        *bits = reading;
        Ok(())
    }
}

/// The lowest 16 bits, to which libjpeg and others cut first coefficients; sound files have no more.
#[inline(always)]
pub(super) fn wrapped(value: i32) -> i16 {
    ((value & 0xFFFF) as u16).cast_signed()
}

/// A coefficient of at most 16 bits, multiplied by its quantization factor.
#[inline(always)]
fn dequantized(value: i32, number: u32, quantization: &Quantization) -> i32 {
    let factor = quantization.get((number & 63) as usize).copied().unwrap_or(0);
    value * i32::from(factor)
}
