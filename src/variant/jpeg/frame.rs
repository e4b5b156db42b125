//! What the start-of-frame segment states, and how large each component becomes.

use super::error::{DecodeError, Unsupported};
use super::scale::Scale;
use super::zigzag;
use crate::inspect::jpeg::marker;
use crate::inspect::jpeg::segments::Segment;
use crate::inspect::reader::Reader;
use crate::inspect::{Coding, Corruption};

/// Samples of a block's side, and coefficients.
pub(super) const BLOCK: u32 = 8;

/// In which order the coefficients come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Process {
    /// Each block whole, in one scan: baseline and extended.
    Sequential,
    /// By frequency and precision, in many scans.
    Progressive,
}

/// The picture as a whole.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) process: Process,
    pub(super) scale: Scale,
    pub(super) across: Span,
    pub(super) down: Span,
    /// One, three or four.
    pub(super) components: Vec<Component>,
}

/// The picture in one direction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    /// Pixels of the original.
    pub(super) pixels: u32,
    /// The largest sampling factor.
    pub(super) most: u32,
    /// Minimum coded units of interleaved scans.
    pub(super) units: u32,
}

/// One colour component.
#[derive(Clone, Copy, Debug)]
pub(super) struct Component {
    pub(super) id: u8,
    /// Which quantization table it uses.
    pub(super) table: u8,
    pub(super) across: Axis,
    pub(super) down: Axis,
}

/// A component in one direction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    /// The sampling factor: blocks of a minimum coded unit.
    pub(super) factor: u32,
    /// Samples that a block becomes: 1, 2, 4 or 8.
    pub(super) side: u32,
    /// Blocks of a scan of this component alone.
    pub(super) blocks: u32,
    /// Blocks with those that fill up the last unit of interleaved scans.
    pub(super) padded: u32,
    /// Samples that show something.
    pub(super) samples: u32,
}

impl Frame {
    pub(super) fn read(segment: &Segment<'_>, scale: Scale) -> Result<Self, DecodeError> {
        let at = segment.range.start;
        let process = process(segment.marker)?;
        let mut reader = Reader::new(segment.payload);
        let bits = reader.u8()?;
        if bits != 8 {
            return Err(Unsupported::Coding(Coding::JpegPrecision { bits }).into());
        }
        let height = u32::from(reader.be16()?);
        let width = u32::from(reader.be16()?);
        let count = reader.u8()?;
        if width == 0 {
            return Err(Corruption::ZeroDimension { width, height }.into());
        }
        if height == 0 {
            return Err(Unsupported::LateHeight.into());
        }
        if !matches!(count, 1 | 3 | 4) {
            return Err(Unsupported::Components(count).into());
        }
        let (components, rest) = reader.rest().as_chunks();
        if components.len() != usize::from(count) || !rest.is_empty() {
            return Err(Corruption::BadLength { at }.into());
        }
        let components: Option<Vec<_>> = components.iter().map(Stated::read).collect();
        let components = components.ok_or(Corruption::BadHeader { at })?;
        Ok(Self::measured(process, scale, [width, height], &components))
    }

    /// The frame of a picture of `size` pixels, across and down.
    pub(super) fn measured(
        process: Process,
        scale: Scale,
        size: [u32; 2],
        components: &[Stated],
    ) -> Self {
        let [across, down] = [|it: &Stated| it.factors[0], |it: &Stated| it.factors[1]]
            .map(|factor| components.iter().map(factor).max().unwrap_or(1));
        let [width, height] = size;
        let (across, down) = (Span::new(width, across), Span::new(height, down));
        let component = |stated: &Stated| {
            let [h, v] = stated.factors;
            let axis = |span: Span, factor| Axis::new(span, factor, scale);
            let (across, down) = (axis(across, h), axis(down, v));
            Component { id: stated.id, table: stated.table, across, down }
        };
        let components = components.iter().map(component).collect();
        Self { process, scale, across, down, components }
    }
}

impl Component {
    /// A bit for each coefficient of a block that is wanted.
    pub(super) fn wanted(&self) -> u64 {
        let is_wanted = |number: &u32| zigzag::is_among(*number, self.across.side, self.down.side);
        (0..64).filter(is_wanted).fold(0, |mask, number| mask | 1 << number)
    }
}

/// What the segment says of a component.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stated {
    pub(super) id: u8,
    /// Sampling factors, across and down, 1 to 4.
    pub(super) factors: [u32; 2],
    pub(super) table: u8,
}

impl Stated {
    /// Nothing when a value is not allowed.
    fn read(&[id, factors, table]: &[u8; 3]) -> Option<Self> {
        let factors = [factors >> 4, factors & 15].map(u32::from);
        let is_allowed = factors.iter().all(|factor| (1..=4).contains(factor)) && table <= 3;
        is_allowed.then_some(Self { id, factors, table })
    }
}

impl Span {
    fn new(pixels: u32, most: u32) -> Self {
        Self { pixels, most, units: pixels.div_ceil(BLOCK * most) }
    }
}

impl Axis {
    fn new(span: Span, factor: u32, scale: Scale) -> Self {
        let full = (span.pixels * factor).div_ceil(span.most);
        let mut side = scale.side();
        // As libjpeg does: a component with fewer samples gets more of each block, so that nothing
        // has to be added between its samples later.
        while side * 2 <= BLOCK && (scale.side() * span.most).is_multiple_of(factor * side * 2) {
            side *= 2;
        }
        Self {
            factor,
            side,
            blocks: full.div_ceil(BLOCK),
            padded: span.units * factor,
            samples: (full * side).div_ceil(BLOCK),
        }
    }
}

fn process(code: u8) -> Result<Process, Unsupported> {
    match code {
        marker::SOF0 | marker::SOF1 => Ok(Process::Sequential),
        marker::SOF2 => Ok(Process::Progressive),
        marker => Err(Unsupported::Coding(Coding::JpegProcess { marker })),
    }
}
