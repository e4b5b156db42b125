//! The samples of one component, and rows of it at the size of the picture.

use super::frame::{Axis, Component};
use super::idct::{self, Block};

/// Samples of a component, with those that fill up its last blocks.
#[derive(Debug, Default)]
pub(super) struct Plane {
    stride: usize,
    samples: Vec<u8>,
}

impl Plane {
    pub(super) fn new(component: &Component) -> Self {
        let length = |axis: Axis| axis.padded as usize * axis.side as usize;
        let stride = length(component.across);
        Self { stride, samples: vec![0; stride * length(component.down)] }
    }

    /// Puts the sample of a block that becomes only one.
    #[inline(always)]
    pub(super) fn put_one(&mut self, [column, row]: [u32; 2], first: i32) {
        if let Some(place) = self.samples.get_mut(row as usize * self.stride + column as usize) {
            *place = idct::one(first);
        }
    }

    /// Puts the samples of the block at `column` and `row`.
    #[inline(always)]
    pub(super) fn put(&mut self, [column, row]: [u32; 2], block: &Block, component: &Component) {
        let (across, down) = (component.across.side, component.down.side);
        let start = (row * down) as usize * self.stride + (column * across) as usize;
        match (across, down) {
            (1, 1) => self.copy(start, &idct::samples::<1, 1>(block)),
            (2, 1) => self.copy(start, &idct::samples::<2, 1>(block)),
            (4, 1) => self.copy(start, &idct::samples::<4, 1>(block)),
            (1, 2) => self.copy(start, &idct::samples::<1, 2>(block)),
            (2, 2) => self.copy(start, &idct::two_by_two(block)),
            (4, 2) => self.copy(start, &idct::samples::<4, 2>(block)),
            (8, 2) => self.copy(start, &idct::samples::<8, 2>(block)),
            (1, 4) => self.copy(start, &idct::samples::<1, 4>(block)),
            (2, 4) => self.copy(start, &idct::samples::<2, 4>(block)),
            (4, 4) => self.copy(start, &idct::samples::<4, 4>(block)),
            (8, 4) => self.copy(start, &idct::samples::<8, 4>(block)),
            (2, 8) => self.copy(start, &idct::samples::<2, 8>(block)),
            (4, 8) => self.copy(start, &idct::samples::<4, 8>(block)),
            _ if is_corner(block) => self.copy(start, &idct::samples_of_corner(block)),
            _ => self.copy(start, &idct::samples::<8, 8>(block)),
        }
    }

    #[inline(always)]
    fn copy<const W: usize, const H: usize>(&mut self, start: usize, samples: &[[u8; W]; H]) {
        let rows = self.samples.get_mut(start..).unwrap_or_default().chunks_mut(self.stride);
        for (place, row) in rows.zip(samples) {
            if let Some(place) = place.first_chunk_mut() {
                *place = *row;
            }
        }
    }

    /// The row of this number, from its beginning.
    fn row(&self, number: usize) -> &[u8] {
        let start = number * self.stride;
        self.samples.get(start..start + self.stride).unwrap_or_default()
    }
}

/// Whether all but 4 × 4 coefficients are zero, as most are in blocks of colour.
fn is_corner(block: &Block) -> bool {
    let mut any = 0;
    for (number, row) in block.iter().enumerate() {
        let from = if number < 4 { 4 } else { 0 };
        for coefficient in row.iter().skip(from) {
            any |= coefficient;
        }
    }
    any == 0
}

/// Gives the rows of a plane at the size of the picture.
#[derive(Debug)]
pub(super) struct Rows<'p> {
    plane: &'p Plane,
    across: Step,
    down: Step,
    /// A row between two of the plane's, in 1/256.
    between: Vec<u16>,
    stretched: Vec<u8>,
}

impl<'p> Rows<'p> {
    /// Rows of `width` samples. The picture has `scale` samples for each of `most` of the original
    /// where the component has [`Axis::side`] for each of [`Axis::factor`].
    pub(super) fn new(plane: &'p Plane, across: Step, down: Step, width: u32) -> Self {
        let width = if across.is_whole() && down.is_whole() { 0 } else { width as usize };
        let between = vec![0; if width == 0 { 0 } else { across.samples as usize }];
        Self { plane, across, down, between, stretched: vec![0; width] }
    }

    /// The row of this number, of which as many samples count as the picture has.
    pub(super) fn row(&mut self, number: u32) -> &[u8] {
        if self.stretched.is_empty() {
            return self.plane.row(number as usize);
        }
        let (upper, lower, weight) = self.down.at(number);
        let rows = self.plane.row(upper).iter().zip(self.plane.row(lower));
        for (value, (upper, lower)) in self.between.iter_mut().zip(rows) {
            *value = u16::from(*upper) * (256 - weight) + u16::from(*lower) * weight;
        }
        for (number, sample) in (0..).zip(&mut self.stretched) {
            let (left, right, weight) = self.across.at(number);
            let [left, right] =
                [left, right].map(|at| u32::from(self.between.get(at).copied().unwrap_or(0)));
            let weight = u32::from(weight);
            *sample = ((left * (256 - weight) + right * weight + (1 << 15)) >> 16 & 255) as u8;
        }
        &self.stretched
    }
}

/// How the samples of a component lie to those of the picture, in one direction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// Samples of the component that show something.
    samples: u32,
    /// From a sample of the picture to the next, in samples of the component and parts of 2³².
    step: u64,
}

impl Step {
    /// A whole one of the component.
    const WHOLE: u64 = 1 << 32;

    /// For a picture with `side` samples for each of the blocks that the largest factor, `most`,
    /// counts.
    pub(super) fn new(axis: Axis, most: u32, side: u32) -> Self {
        let step = Self::WHOLE * u64::from(axis.side * axis.factor) / u64::from(side * most);
        Self { samples: axis.samples, step }
    }

    fn is_whole(self) -> bool {
        self.step == Self::WHOLE
    }

    /// The two samples of the component between whose centres that of the picture's sample lies, and
    /// the weight of the second in 1/256.
    fn at(self, number: u32) -> (usize, usize, u16) {
        let centre = u64::from(number) * self.step + self.step / 2;
        let from_first = centre.saturating_sub(Self::WHOLE / 2);
        let last = self.samples.saturating_sub(1);
        let before = ((from_first >> 32) as u32).min(last);
        let after = (before + 1).min(last);
        let weight = ((from_first >> 24) & 255) as u16;
        (before as usize, after as usize, weight)
    }
}
