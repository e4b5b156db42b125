//! The coefficients of a component that come in several scans, as far as they are wanted.

use super::decoder::Reading;
use super::error::Damage;
use super::frame::Component;
use super::idct::Block;
use super::plane::Plane;
use super::scan::Scan;
use super::tables::Quantization;
use super::zigzag;

/// What is known of the blocks of a component.
#[derive(Debug)]
pub(super) struct Coefficients {
    component: Component,
    /// Set with the first scan of the component.
    pub(super) quantization: Option<Quantization>,
    /// The wanted coefficients of each block, in their order.
    values: Vec<i16>,
    /// For each block, which coefficients are not zero, wanted or not: a scan that refines them has
    /// bits for these. Empty where nothing but first coefficients is read.
    present: Vec<u64>,
    /// Where the coefficient of each number is kept among those of its block, if it is wanted.
    slots: [Option<u8>; 64],
    /// By how many bits the coefficient of each number is shifted as yet, once it is known.
    shifts: [Option<u8>; 64],
}

/// What is known of one block.
#[derive(Debug)]
pub(super) struct Known<'c> {
    pub(super) values: &'c mut [i16],
    pub(super) slots: &'c [Option<u8>; 64],
    /// A bit for each coefficient that is not zero.
    pub(super) present: &'c mut u64,
}

impl Coefficients {
    pub(super) fn new(component: Component, reading: Reading) -> Self {
        let (across, down) = (component.across.side, component.down.side);
        let blocks = component.across.padded as usize * component.down.padded as usize;
        let mut slots = [None; 64];
        let wanted =
            (0..).zip(&mut slots).filter(|(number, _)| zigzag::is_among(*number, across, down));
        for (slot, (_, place)) in (0_u8..).zip(wanted) {
            *place = Some(slot);
        }
        let each = (across * down) as usize;
        let masks = if each == 1 && reading == Reading::Wanted { 0 } else { blocks };
        Self {
            component,
            quantization: None,
            values: vec![0; blocks * each],
            present: vec![0; masks],
            slots,
            shifts: [None; 64],
        }
    }

    /// Notes that a scan tells of these coefficients; an error when it does not follow from those
    /// before it.
    pub(super) fn advance(&mut self, scan: &Scan) -> Result<(), Damage> {
        let [first, last] = scan.band;
        let expected = (scan.high > 0).then_some(scan.high);
        let band = self.shifts.iter_mut().take(last as usize + 1).skip(first as usize);
        for shift in band {
            if *shift != expected {
                return Err(Damage::Progression { at: scan.at });
            }
            *shift = Some(scan.low);
        }
        Ok(())
    }

    /// Whether a scan told of the first coefficients.
    pub(super) fn is_begun(&self) -> bool {
        matches!(self.shifts, [Some(_), ..])
    }

    fn wanted(&self) -> usize {
        (self.component.across.side * self.component.down.side) as usize
    }

    fn number(&self, [column, row]: [u32; 2]) -> usize {
        row as usize * self.component.across.padded as usize + column as usize
    }

    /// The first coefficient of a block.
    pub(super) fn first(&mut self, place: [u32; 2]) -> Option<&mut i16> {
        let at = self.number(place) * self.wanted();
        self.values.get_mut(at)
    }

    /// All of a block.
    pub(super) fn block(&mut self, place: [u32; 2]) -> Option<Known<'_>> {
        let (number, wanted) = (self.number(place), self.wanted());
        let values = self.values.get_mut(number * wanted..(number + 1) * wanted)?;
        Some(Known { values, slots: &self.slots, present: self.present.get_mut(number)? })
    }

    /// The samples that they stand for.
    pub(super) fn into_plane(self) -> Plane {
        let mut plane = Plane::new(&self.component);
        let wanted: Vec<_> = self.places().collect();
        let columns = self.component.across.padded;
        let places = (0..self.component.down.padded)
            .flat_map(|row| (0..columns).map(move |column| [column, row]));
        for (place, values) in places.zip(self.values.chunks_exact(self.wanted())) {
            let mut block: Block = [[0; 8]; 8];
            for ((place, factor), value) in wanted.iter().zip(values) {
                if let Some(place) = block.as_flattened_mut().get_mut(*place) {
                    *place = i32::from(*value) * factor;
                }
            }
            if let ([_], [[first, ..], ..]) = (values, &block) {
                plane.put_one(place, *first);
            } else {
                plane.put(place, &block, &self.component);
            }
        }
        plane
    }

    /// For each wanted coefficient, in their order, its place in a block and its factor.
    fn places(&self) -> impl Iterator<Item = (usize, i32)> {
        let table = self.quantization.unwrap_or([0; 64]);
        let numbered = (0..).zip(self.slots).zip(table);
        let wanted = numbered.filter(|((_, slot), _)| slot.is_some());
        wanted.map(|((number, _), factor)| (zigzag::place(number), i32::from(factor)))
    }
}
