//! The animation chunks of a PNG: `acTL`, `fcTL` and `fdAT`.

use super::chunks::Chunk;
use crate::inspect::error::{Corruption, InspectError};
use crate::inspect::limits::Limits;
use crate::inspect::reader::Reader;
use crate::inspect::size::Size;

/// An animation as far as it has been walked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Animation {
    canvas: Size,
    /// Frames that `acTL` states.
    declared: u32,
    /// Frames that an `fcTL` began.
    held: u32,
    /// The number that the next `fcTL` or `fdAT` must carry.
    sequence: u32,
    data: Data,
}

/// Where the data of the latest frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Data {
    /// There is no frame yet, or the default image, in `IDAT`, is the latest.
    Default,
    /// The frame's `fcTL` came and no data yet. With `in_default` the data is the default image.
    Awaited { in_default: bool },
    /// At least one `fdAT` came.
    Held,
}

impl Animation {
    /// Reads the `acTL` chunk.
    pub(super) fn read(chunk: &Chunk<'_>, canvas: Size) -> Result<Self, Corruption> {
        let at = chunk.range.start;
        if chunk.data.len() != 8 {
            return Err(Corruption::BadLength { at });
        }
        let declared = Reader::new(chunk.data).be32()?;
        if declared == 0 {
            return Err(Corruption::BadHeader { at });
        }
        Ok(Self { canvas, declared, held: 0, sequence: 0, data: Data::Default })
    }

    /// Holds the declared frames to the limits, each as large as the canvas.
    pub(super) fn admit(&self, limits: &Limits) -> Result<(), InspectError> {
        let pixels = self.canvas.area().saturating_mul(u64::from(self.declared));
        limits.admit_animation(self.declared, pixels)
    }

    /// The `IDAT` chunks: also the first frame when an `fcTL` stands before them.
    pub(super) fn take_default_image(&mut self) {
        self.data = Data::Default;
    }

    /// Reads an `fcTL` chunk. One that stands before the image data describes the default image,
    /// and must then be the only one there and cover the canvas.
    pub(super) fn take_control(
        &mut self,
        chunk: &Chunk<'_>,
        in_default: bool,
    ) -> Result<(), Corruption> {
        let at = chunk.range.start;
        if chunk.data.len() != 26 {
            return Err(Corruption::BadLength { at });
        }
        if let Data::Awaited { .. } = self.data {
            return Err(Corruption::MissingImageData);
        }
        let mut reader = Reader::new(chunk.data);
        self.take_number(&mut reader, at)?;
        let frame = Size::new(reader.be32()?, reader.be32()?)?;
        let (left, top) = (reader.be32()?, reader.be32()?);
        if !frame.fits(self.canvas, left, top) || (in_default && frame != self.canvas) {
            return Err(Corruption::FrameOutside { at });
        }
        self.held = self.held.saturating_add(1);
        self.data = Data::Awaited { in_default };
        Ok(())
    }

    /// Reads an `fdAT` chunk, which belongs to the latest `fcTL` after the default image.
    pub(super) fn take_frame_data(&mut self, chunk: &Chunk<'_>) -> Result<(), Corruption> {
        let at = chunk.range.start;
        self.take_number(&mut Reader::new(chunk.data), at)?;
        match self.data {
            Data::Awaited { in_default: false } | Data::Held => {
                self.data = Data::Held;
                Ok(())
            }
            Data::Awaited { in_default: true } | Data::Default => {
                Err(Corruption::OutOfPlace { at })
            }
        }
    }

    fn take_number(&mut self, reader: &mut Reader<'_>, at: usize) -> Result<(), Corruption> {
        if reader.be32()? != self.sequence {
            return Err(Corruption::OutOfPlace { at });
        }
        self.sequence = self.sequence.saturating_add(1);
        Ok(())
    }

    /// The number of frames, when all that were declared are there.
    pub(super) fn finish(self) -> Result<u32, Corruption> {
        let Self { declared, held, .. } = self;
        if declared != held {
            return Err(Corruption::FrameCount { declared, held });
        }
        match self.data {
            Data::Awaited { .. } => Err(Corruption::MissingImageData),
            Data::Default | Data::Held => Ok(held),
        }
    }
}
