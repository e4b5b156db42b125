//! What a start-of-scan segment states, and the walk over the blocks of a scan.

use super::bits::Bits;
use super::error::{Damage, DataFault, DecodeError};
use super::frame::{Frame, Process};
use crate::inspect::Corruption;
use crate::inspect::jpeg::segments::Segment;
use crate::inspect::reader::Reader;
use crate::variant::Deadline;

/// The most blocks that a minimum coded unit may have (T.81, B.2.3).
const MAX_BLOCKS: u32 = 10;

/// The most bits that a coefficient may be shifted by; the samples have eight.
const MAX_SHIFT: u8 = 13;

/// The header of a scan.
#[derive(Clone, Debug)]
pub(super) struct Scan {
    /// Offset of the segment.
    pub(super) at: usize,
    pub(super) parts: Vec<Part>,
    /// Numbers of the first and the last coefficient.
    pub(super) band: [u32; 2],
    /// By how many bits the coefficients were shifted in the scan before; 0 in the first.
    pub(super) high: u8,
    /// By how many bits they are shifted in this one.
    pub(super) low: u8,
}

/// A component of a scan.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// Which of the frame's.
    pub(super) component: usize,
    pub(super) dc: u8,
    pub(super) ac: u8,
}

impl Scan {
    pub(super) fn read(segment: &Segment<'_>, frame: &Frame) -> Result<Self, Corruption> {
        let at = segment.range.start;
        let mut reader = Reader::new(segment.payload);
        let count = reader.u8()?;
        let mut parts = Vec::new();
        for _ in 0..count {
            let [id, tables] = reader.array()?;
            let component = frame.components.iter().position(|component| component.id == id);
            let component = component.ok_or(Corruption::BadHeader { at })?;
            parts.push(Part { component, dc: tables >> 4, ac: tables & 15 });
        }
        let [first, last, shifts] = reader.array()?;
        let band = match frame.process {
            // What stands there is not needed, and some programs write zeros.
            Process::Sequential => [0, 63],
            Process::Progressive => [first.into(), last.into()],
        };
        let scan = Self { at, parts, band, high: shifts >> 4, low: shifts & 15 };
        let is_sound = reader.rest().is_empty() && scan.is_possible(frame);
        if is_sound { Ok(scan) } else { Err(Corruption::BadHeader { at }) }
    }

    /// A bit for each coefficient that it tells of.
    pub(super) fn mask(&self) -> u64 {
        let [first, last] = self.band;
        (u64::MAX >> (63 - last.min(63))) & (u64::MAX << first.min(63))
    }

    fn is_possible(&self, frame: &Frame) -> bool {
        let [first, last] = self.band;
        let is_band = match frame.process {
            Process::Sequential => true,
            Process::Progressive if first == 0 => last == 0,
            Process::Progressive => first <= last && last < 64 && self.parts.len() == 1,
        };
        let are_shifts = match frame.process {
            Process::Sequential => true,
            Process::Progressive => {
                self.low <= MAX_SHIFT && (self.high == 0 || self.high == self.low + 1)
            }
        };
        let is_new = |(at, part): (usize, &Part)| {
            self.parts.iter().take(at).all(|before| before.component != part.component)
        };
        let blocks: u32 = self.cells(frame).len().try_into().unwrap_or(u32::MAX);
        let parts = &self.parts;
        let are_parts = !parts.is_empty() && parts.iter().enumerate().all(is_new);
        is_band && are_shifts && are_parts && blocks <= MAX_BLOCKS
    }

    /// The blocks of a minimum coded unit.
    fn cells(&self, frame: &Frame) -> Vec<Cell> {
        if let [_] = self.parts.as_slice() {
            return vec![Cell { part: 0, step: [1; 2], offset: [0; 2] }];
        }
        let mut cells = Vec::new();
        for (part, stated) in self.parts.iter().enumerate() {
            let Some(component) = frame.components.get(stated.component) else { continue };
            let step = [component.across.factor, component.down.factor];
            let offsets = (0..step[1]).flat_map(|y| (0..step[0]).map(move |x| [x, y]));
            cells.extend(offsets.map(|offset| Cell { part, step, offset }));
        }
        cells
    }

    /// Minimum coded units, across and down.
    fn units(&self, frame: &Frame) -> [u32; 2] {
        match self.parts.as_slice() {
            [only] => frame
                .components
                .get(only.component)
                .map_or([0; 2], |component| [component.across.blocks, component.down.blocks]),
            _ => [frame.across.units, frame.down.units],
        }
    }
}

/// A block of a minimum coded unit.
#[derive(Clone, Copy, Debug)]
struct Cell {
    /// Which part of the scan it belongs to.
    part: usize,
    /// Blocks of that part in a unit, across and down.
    step: [u32; 2],
    offset: [u32; 2],
}

/// What is done with the blocks of a scan.
pub(super) trait Blocks {
    /// A restart marker was passed: nothing of before counts.
    fn restart(&mut self);

    /// Reads the block of this part of the scan at this column and row.
    fn block(&mut self, bits: &mut Bits<'_>, part: usize, place: [u32; 2])
    -> Result<(), DataFault>;
}

/// Entropy-coded data.
#[derive(Clone, Copy, Debug)]
pub(super) struct Data<'a> {
    pub(super) bytes: &'a [u8],
    /// Minimum coded units between restart markers; 0 when there are none.
    pub(super) restart_interval: u16,
}

impl Scan {
    /// Reads all blocks from `data`.
    pub(super) fn walk(
        &self,
        frame: &Frame,
        data: Data<'_>,
        deadline: Deadline,
        blocks: &mut impl Blocks,
    ) -> Result<(), DecodeError> {
        let fail = |fault| Damage::Data { at: self.at, fault };
        let cells = self.cells(frame);
        let [columns, rows] = self.units(frame);
        let mut bits = Bits::new(data.bytes);
        let mut restarts = Restarts::new(data.restart_interval);
        for row in 0..rows {
            deadline.check()?;
            for column in 0..columns {
                if let Some(number) = restarts.next() {
                    bits.restart(number).map_err(fail)?;
                    blocks.restart();
                }
                for Cell { part, step: [across, down], offset: [x, y] } in &cells {
                    let place = [column * across + x, row * down + y];
                    blocks.block(&mut bits, *part, place).map_err(fail)?;
                }
            }
            if bits.is_short() {
                return Err(fail(DataFault::Short).into());
            }
        }
        Ok(())
    }
}

/// Counts down to the next restart marker.
#[derive(Clone, Copy, Debug)]
struct Restarts {
    interval: u32,
    left: u32,
    number: u8,
}

impl Restarts {
    fn new(interval: u16) -> Self {
        let interval = if interval == 0 { u32::MAX } else { interval.into() };
        Self { interval, left: interval, number: 0 }
    }

    /// The number of the marker that stands before the next unit, if one does.
    fn next(&mut self) -> Option<u8> {
        if self.left > 0 {
            self.left -= 1;
            return None;
        }
        self.left = self.interval - 1;
        let number = self.number;
        self.number = (number + 1) & 7;
        Some(number)
    }
}
