//! What a JPEG says of itself before its image data, as far as memory depends on it.

use super::{FIXED, Scale, Size, jpeg, padded};
use crate::inspect::jpeg::marker;
use crate::inspect::jpeg::segments::{Segment, Segments};
use crate::inspect::reader::Reader;
use crate::variant::jpeg::Kind;

/// What the segments before the image data say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(super) size: Size,
    kind: Kind,
    /// Samples of all components in the smallest unit of blocks, and those of a component in full
    /// resolution.
    samples: (u64, u64),
    /// A sequential file whose components are in several scans. `zune-jpeg` 0.5 makes wrong colours
    /// of those without an error. They are rare, and are decoded at half their size at most.
    is_in_parts: bool,
}

impl Header {
    /// Whether its pixels have four bytes and not three.
    pub(in crate::variant) const fn has_four_inks(&self) -> bool {
        self.kind.components > 3
    }

    /// Reads the segments; nothing where there is no picture in them.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let mut frame = None;
        for segment in Segments::new(bytes).map_while(Result::ok) {
            match segment.marker {
                marker::SOF0..=marker::SOF2 => frame = Some(segment),
                marker::SOS => return Self::of(&frame?, segment.payload),
                _ => {}
            }
        }
        None
    }

    fn of(frame: &Segment<'_>, scan: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(frame.payload);
        let _precision = reader.u8().ok()?;
        let (height, width) = (reader.be16().ok()?, reader.be16().ok()?);
        let size = Size { width: width.into(), height: height.into() };
        let components = reader.u8().ok()?;
        let is_progressive = frame.marker == marker::SOF2;
        let is_in_parts = !is_progressive && *scan.first()? < components;
        let samples = samples(reader.rest());
        let kind = Kind { components: components.into(), is_progressive };
        Some(Self { size, kind, samples, is_in_parts })
    }

    /// Whether there is a decoder for it at this scale.
    pub(super) fn allows(&self, scale: Option<Scale>) -> bool {
        scale.is_some() || !self.is_in_parts
    }

    /// Bytes that this file takes at most.
    pub(super) fn cost(&self, scale: Option<Scale>) -> u64 {
        let Size { width, height } = self.size;
        let Kind { components, is_progressive } = self.kind;
        if let Some(scale) = scale {
            return jpeg::cost(width, height, scale, self.kind);
        }
        let (all, one) = self.samples;
        let coefficients = if is_progressive { (2 * all).div_ceil(one) } else { 0 };
        // With four inks the pixels are larger afterwards, too.
        let pixels = if self.has_four_inks() { 2 * components } else { components };
        padded(self.size) * (pixels + coefficients) + FIXED
    }
}

/// Sums up the sampling factors of components, each of which has three bytes.
fn samples(components: &[u8]) -> (u64, u64) {
    let (components, _) = components.as_chunks::<3>();
    let factors = || components.iter().map(|[_, factors, _]| (factors >> 4, factors & 0x0F));
    let across = factors().map(|(across, _)| u64::from(across)).max().unwrap_or_default();
    let down = factors().map(|(_, down)| u64::from(down)).max().unwrap_or_default();
    let all = factors().map(|(across, down)| u64::from(across) * u64::from(down)).sum();
    (all, (across * down).max(1))
}
