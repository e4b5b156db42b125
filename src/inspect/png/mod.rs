//! PNG (W3C PNG, third edition): the walk over the chunks, and what they tell.

mod animation;
pub(crate) mod chunks;

use super::error::{Corruption, Fault};
use super::exif::{self, Orientation};
use super::reader::Reader;
use super::size::Size;
use super::{Facts, Limits};
use crate::image::Format;
use animation::Animation;
use chunks::{Chunk, Chunks};

/// The first eight bytes of every PNG.
pub(crate) const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1A\n";

/// Reads the facts of a file that begins with a PNG's signature.
pub(super) fn inspect(bytes: &[u8], limits: &Limits) -> Result<Facts, Fault> {
    let mut chunks = Chunks::new(bytes);
    let header = Header::read(&chunks.next().ok_or(Corruption::MissingHeader)??)?;
    limits.admit(header.size)?;
    let mut walk = Walk::new(header);
    for chunk in chunks {
        walk.take(&chunk?, limits)?;
    }
    Ok(walk.finish()?)
}

/// What the `IHDR` chunk states.
#[derive(Clone, Copy, Debug)]
struct Header {
    size: Size,
    /// The colours are in a palette, so a `PLTE` chunk must come.
    is_indexed: bool,
}

impl Header {
    fn read(chunk: &Chunk<'_>) -> Result<Self, Corruption> {
        let at = chunk.range.start;
        if &chunk.kind != b"IHDR" {
            return Err(Corruption::MissingHeader);
        }
        if chunk.data.len() != 13 {
            return Err(Corruption::BadLength { at });
        }
        chunk.verify()?;
        let mut reader = Reader::new(chunk.data);
        let size = Size::new(reader.be32()?, reader.be32()?)?;
        let [depth, colour, compression, filter, interlace] = reader.array()?;
        let is_known = match (colour, depth) {
            (0, 1 | 2 | 4 | 8 | 16) | (3, 1 | 2 | 4 | 8) | (2 | 4 | 6, 8 | 16) => true,
            (_, _) => false,
        };
        let is_long = size.width.max(size.height) > chunks::MAX_NUMBER;
        if !is_known || is_long || compression != 0 || filter != 0 || interlace > 1 {
            return Err(Corruption::BadHeader { at });
        }
        Ok(Self { size, is_indexed: colour == 3 })
    }
}

/// Where the walk is: before, in or after the run of `IDAT` chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Opening,
    Data,
    Closing,
}

/// What is known so far.
struct Walk {
    header: Header,
    stage: Stage,
    has_palette: bool,
    has_data: bool,
    orientation: Option<Orientation>,
    animation: Option<Animation>,
}

impl Walk {
    fn new(header: Header) -> Self {
        Self {
            header,
            stage: Stage::Opening,
            has_palette: false,
            has_data: false,
            orientation: None,
            animation: None,
        }
    }

    fn take(&mut self, chunk: &Chunk<'_>, limits: &Limits) -> Result<(), Fault> {
        chunk.verify()?;
        if self.stage == Stage::Data && &chunk.kind != b"IDAT" {
            self.stage = Stage::Closing;
        }
        match &chunk.kind {
            b"IDAT" => self.take_data(chunk)?,
            b"PLTE" => self.take_palette(chunk)?,
            b"IHDR" => return Err(Corruption::RepeatedHeader { at: chunk.range.start }.into()),
            b"acTL" => self.begin_animation(chunk, limits)?,
            b"fcTL" | b"fdAT" => self.take_frame(chunk)?,
            b"eXIf" if self.orientation.is_none() => {
                self.orientation = Some(exif::orientation(chunk.data));
            }
            b"IEND" if !chunk.data.is_empty() => {
                return Err(Corruption::BadLength { at: chunk.range.start }.into());
            }
            b"IEND" => {}
            // A decoder that meets an unknown chunk with this mark cannot show the image.
            _ if chunk.is_critical() => {
                return Err(Corruption::OutOfPlace { at: chunk.range.start }.into());
            }
            _ => {}
        }
        Ok(())
    }

    fn take_data(&mut self, chunk: &Chunk<'_>) -> Result<(), Corruption> {
        if self.stage == Stage::Closing {
            return Err(Corruption::OutOfPlace { at: chunk.range.start });
        }
        if self.header.is_indexed && !self.has_palette {
            return Err(Corruption::MissingTable);
        }
        if let Some(animation) = &mut self.animation {
            animation.take_default_image();
        }
        self.stage = Stage::Data;
        self.has_data |= !chunk.data.is_empty();
        Ok(())
    }

    /// The colours of an indexed image, or a suggestion for others.
    fn take_palette(&mut self, chunk: &Chunk<'_>) -> Result<(), Corruption> {
        let at = chunk.range.start;
        if self.has_palette {
            return Err(Corruption::RepeatedHeader { at });
        }
        if self.stage != Stage::Opening {
            return Err(Corruption::OutOfPlace { at });
        }
        let length = chunk.data.len();
        if !length.is_multiple_of(3) || length == 0 || length > 3 * 256 {
            return Err(Corruption::BadLength { at });
        }
        self.has_palette = true;
        Ok(())
    }

    /// An `acTL` after the image data has no meaning: viewers show a still.
    fn begin_animation(&mut self, chunk: &Chunk<'_>, limits: &Limits) -> Result<(), Fault> {
        if self.stage != Stage::Opening {
            return Ok(());
        }
        if self.animation.is_some() {
            return Err(Corruption::RepeatedHeader { at: chunk.range.start }.into());
        }
        let animation = Animation::read(chunk, self.header.size)?;
        animation.admit(limits)?;
        self.animation = Some(animation);
        Ok(())
    }

    /// Without an `acTL` the frames of an animation have no meaning: viewers show a still.
    fn take_frame(&mut self, chunk: &Chunk<'_>) -> Result<(), Corruption> {
        let is_first = self.stage == Stage::Opening;
        match &mut self.animation {
            Some(animation) if &chunk.kind == b"fcTL" => animation.take_control(chunk, is_first),
            Some(animation) => animation.take_frame_data(chunk),
            None => Ok(()),
        }
    }

    fn finish(self) -> Result<Facts, Corruption> {
        if !self.has_data {
            return Err(Corruption::MissingImageData);
        }
        let frames = self.animation.map_or(Ok(1), |animation| animation.finish())?;
        let displayed = self.orientation.unwrap_or(Orientation::Kept).of(self.header.size);
        Ok(Facts::new(Format::Png, displayed, frames))
    }
}
