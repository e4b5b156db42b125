//! GIF (version 89a of its specification): the walk over the blocks, and what they tell.

use std::ops::Range;

use super::error::{Corruption, Fault};
use super::reader::Reader;
use super::size::Size;
use super::{Facts, Limits};
use crate::image::Format;

/// The bytes that begin a block (appendix A of the specification).
pub(crate) mod introducer {
    pub(crate) const EXTENSION: u8 = 0x21;
    pub(crate) const IMAGE: u8 = 0x2C;
    pub(crate) const TRAILER: u8 = 0x3B;
}

/// The label of the extension that says how a picture is shown. It has four bytes of fields.
pub(crate) const GRAPHIC_CONTROL: u8 = 0xF9;

/// Reads the facts of a file that begins with a GIF's signature.
///
/// A frame may reach beyond the canvas, because many old files have such frames and every viewer
/// cuts them off; it is held to the limits as a picture of its own, because a decoder unpacks it
/// whole.
pub(super) fn inspect(bytes: &[u8], limits: &Limits) -> Result<Facts, Fault> {
    let (canvas, _) = screen(bytes)?;
    limits.admit(canvas)?;
    let (mut frames, mut pixels) = (0, 0);
    for block in Blocks::new(bytes)? {
        let block = block?;
        let is_control = block.introducer == introducer::EXTENSION
            && block.body.first() == Some(&GRAPHIC_CONTROL);
        if is_control && !matches!(*block.body, [_, 4, _, _, _, _, 0]) {
            return Err(Corruption::BadLength { at: block.range.start }.into());
        }
        if block.introducer != introducer::IMAGE {
            continue;
        }
        let frame = frame_size(&block)?;
        limits.admit(frame)?;
        frames += 1;
        pixels += canvas.area().max(frame.area());
        limits.admit_animation(frames, pixels)?;
    }
    if frames == 0 {
        return Err(Corruption::MissingImageData.into());
    }
    Ok(Facts::new(Format::Gif, canvas, frames))
}

/// The size of the canvas, and the offset of the first block.
fn screen(bytes: &[u8]) -> Result<(Size, usize), Corruption> {
    let mut reader = Reader::new(bytes);
    reader.take(b"GIF89a".len())?;
    let size = Size::new(u32::from(reader.le16()?), u32::from(reader.le16()?))?;
    let [flags, _background, _aspect] = reader.array()?;
    skip_colours(&mut reader, flags)?;
    Ok((size, bytes.len() - reader.rest().len()))
}

/// Passes over the colour table that the flags of a screen or an image announce.
fn skip_colours(reader: &mut Reader<'_>, flags: u8) -> Result<(), Corruption> {
    if flags & 0x80 != 0 {
        reader.take(3 << ((flags & 0x07) + 1))?;
    }
    Ok(())
}

/// One block.
#[derive(Clone, Debug)]
pub(crate) struct Block<'a> {
    pub(crate) introducer: u8,
    /// What follows the introducer, with its sub-blocks and their terminator.
    pub(crate) body: &'a [u8],
    /// From the introducer to the end of the body.
    pub(crate) range: Range<usize>,
}

/// The blocks up to and with the trailer.
#[derive(Clone, Debug)]
pub(crate) struct Blocks<'a> {
    bytes: &'a [u8],
    at: usize,
    is_over: bool,
}

impl<'a> Blocks<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self, Corruption> {
        let (_, at) = screen(bytes)?;
        Ok(Self { bytes, at, is_over: false })
    }

    /// The offset of the next block; at first, the length of what comes before all blocks.
    pub(crate) const fn start(&self) -> usize {
        self.at
    }

    fn read(&mut self) -> Result<Block<'a>, Corruption> {
        let start = self.at;
        let bytes = self.bytes.get(start..).unwrap_or_default();
        let mut reader = Reader::new(bytes);
        let introducer = reader.u8().map_err(|_| Corruption::MissingEnd)?;
        let body = reader.rest();
        match introducer {
            introducer::TRAILER => {}
            introducer::EXTENSION => {
                let _label = reader.u8()?;
                skip_sub_blocks(&mut reader)?;
            }
            introducer::IMAGE => {
                let [.., flags] = reader.array::<9>()?;
                skip_colours(&mut reader, flags)?;
                let _code_size = reader.u8()?;
                skip_sub_blocks(&mut reader)?;
            }
            _ => return Err(Corruption::OutOfPlace { at: start }),
        }
        let body = body.get(..body.len() - reader.rest().len()).unwrap_or_default();
        self.at = start + 1 + body.len();
        Ok(Block { introducer, body, range: start..self.at })
    }
}

impl<'a> Iterator for Blocks<'a> {
    type Item = Result<Block<'a>, Corruption>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let block = self.read();
        self.is_over = block.as_ref().map_or(true, |block| block.introducer == introducer::TRAILER);
        Some(block)
    }
}

/// Passes over sub-blocks, each with its length in front, up to and with the empty one.
fn skip_sub_blocks(reader: &mut Reader<'_>) -> Result<(), Corruption> {
    loop {
        match reader.u8()? {
            0 => return Ok(()),
            length => reader.take(usize::from(length))?,
        };
    }
}

/// The size that an image block states.
fn frame_size(image: &Block<'_>) -> Result<Size, Corruption> {
    let mut reader = Reader::new(image.body);
    let _corner = reader.take(4)?;
    let size = Size::new(u32::from(reader.le16()?), u32::from(reader.le16()?))?;
    let flags = reader.u8()?;
    skip_colours(&mut reader, flags)?;
    // LZW codes have at most 12 bits, so that the first ones have at most 11.
    if !(1..=11).contains(&reader.u8()?) {
        return Err(Corruption::BadHeader { at: image.range.start });
    }
    // The data may be no more than its terminator.
    if reader.rest().len() < 2 {
        return Err(Corruption::MissingImageData);
    }
    Ok(size)
}
