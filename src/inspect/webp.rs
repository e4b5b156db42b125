//! WebP (RFC 9649): the simple form of one chunk and the extended form of many.

use super::error::{Corruption, Fault};
use super::exif::{self, Orientation};
use super::reader::Reader;
use super::riff::{Chunk, Chunks};
use super::size::Size;
use super::{Facts, Limits};
use crate::image::Format;

/// `RIFF`, the size and `WEBP`.
const HEADER: usize = 12;
/// The bytes of `VP8X`, and of `ANIM`.
const HEADER_FIELDS: usize = 10;
const ANIMATION_FIELDS: usize = 6;
/// The bit of `VP8X` that announces an `EXIF` chunk; viewers ignore the chunk without it.
const HAS_EXIF: u8 = 0x08;
/// The bit of `VP8X` that announces an animation.
const IS_ANIMATED: u8 = 0x02;

/// Reads the facts of a file that begins with a WebP's RIFF header.
pub(super) fn inspect(bytes: &[u8], limits: &Limits) -> Result<Facts, Fault> {
    let mut chunks = Chunks::new(body(bytes)?, HEADER);
    let first = chunks.next().ok_or(Corruption::MissingHeader)??;
    if &first.kind == b"VP8X" {
        let mut walk = Extended::new(&first, limits)?;
        for chunk in chunks {
            walk.take(&chunk?)?;
        }
        return walk.finish();
    }
    let size = picture_size(&first)?.ok_or(Corruption::MissingHeader)?;
    limits.admit(size)?;
    for chunk in chunks {
        chunk?;
    }
    Ok(Facts::new(Format::Webp, size, 1))
}

/// What the RIFF header says the file holds, without the header.
pub(crate) fn body(bytes: &[u8]) -> Result<&[u8], Corruption> {
    let mut reader = Reader::new(bytes);
    reader.take(4)?;
    let size = usize::try_from(reader.le32()?).map_err(|_| Corruption::Truncated)?;
    let mut content = Reader::new(reader.take(size)?);
    content.take(4).map_err(|_| Corruption::BadLength { at: 0 })?;
    Ok(content.rest())
}

/// The size that a `VP8 ` or `VP8L` chunk states; `None` for any other chunk.
fn picture_size(chunk: &Chunk<'_>) -> Result<Option<Size>, Corruption> {
    match &chunk.kind {
        b"VP8 " => lossy_size(chunk).map(Some),
        b"VP8L" => lossless_size(chunk).map(Some),
        _ => Ok(None),
    }
}

/// The header of a VP8 key frame (RFC 6386, section 9.1).
fn lossy_size(chunk: &Chunk<'_>) -> Result<Size, Corruption> {
    let at = chunk.range.start;
    let short = |_| Corruption::BadLength { at };
    let mut reader = Reader::new(chunk.data);
    let tag = reader.le24().map_err(short)?;
    let start_code: [u8; 3] = reader.array().map_err(short)?;
    let width = reader.le16().map_err(short)?;
    let height = reader.le16().map_err(short)?;
    let is_key_frame = tag & 1 == 0;
    let version = (tag >> 1) & 0x07;
    let is_shown = (tag >> 4) & 1 == 1;
    if !is_key_frame || version > 3 || !is_shown || start_code != [0x9D, 0x01, 0x2A] {
        return Err(Corruption::BadHeader { at });
    }
    let first_partition = usize::try_from(tag >> 5).map_err(|_| Corruption::BadLength { at })?;
    if first_partition > reader.rest().len() {
        return Err(Corruption::BadLength { at });
    }
    // The two highest bits of each are a hint for scaling up.
    Size::new(u32::from(width & 0x3FFF), u32::from(height & 0x3FFF))
}

/// The header of a lossless picture (RFC 9649, section 3.4).
fn lossless_size(chunk: &Chunk<'_>) -> Result<Size, Corruption> {
    let at = chunk.range.start;
    let mut reader = Reader::new(chunk.data);
    let signature = reader.u8().map_err(|_| Corruption::BadLength { at })?;
    let bits = reader.le32().map_err(|_| Corruption::BadLength { at })?;
    let version = bits >> 29;
    if signature != 0x2F || version != 0 {
        return Err(Corruption::BadHeader { at });
    }
    if reader.rest().is_empty() {
        return Err(Corruption::MissingImageData);
    }
    Size::new((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1)
}

/// The walk over a file that begins with `VP8X`.
struct Extended<'l> {
    limits: &'l Limits,
    canvas: Size,
    flags: u8,
    /// The `ANIM` chunk, which must come before the frames, was seen.
    has_animation: bool,
    has_profile: bool,
    has_alpha: bool,
    frames: u32,
    orientation: Option<Orientation>,
}

impl<'l> Extended<'l> {
    fn new(chunk: &Chunk<'_>, limits: &'l Limits) -> Result<Self, Fault> {
        if chunk.data.len() != HEADER_FIELDS {
            return Err(Corruption::BadLength { at: chunk.range.start }.into());
        }
        let mut reader = Reader::new(chunk.data);
        let [flags, _, _, _] = reader.array()?;
        let canvas = Size::new(reader.le24()? + 1, reader.le24()? + 1)?;
        limits.admit(canvas)?;
        let (has_animation, has_profile, has_alpha) = (false, false, false);
        let (frames, orientation) = (0, None);
        Ok(Self {
            limits,
            canvas,
            flags,
            has_animation,
            has_profile,
            has_alpha,
            frames,
            orientation,
        })
    }

    fn is_animated(&self) -> bool {
        self.flags & IS_ANIMATED != 0
    }

    fn take(&mut self, chunk: &Chunk<'_>) -> Result<(), Fault> {
        let at = chunk.range.start;
        match &chunk.kind {
            b"VP8X" => return Err(Corruption::RepeatedHeader { at }.into()),
            b"VP8 " | b"VP8L" => self.take_still(chunk)?,
            b"ANIM" if chunk.data.len() != ANIMATION_FIELDS => {
                return Err(Corruption::BadLength { at }.into());
            }
            b"ANIM" => set_once(&mut self.has_animation, at)?,
            b"ICCP" => set_once(&mut self.has_profile, at)?,
            b"ALPH" if self.is_animated() => return Err(Corruption::OutOfPlace { at }.into()),
            b"ALPH" => set_once(&mut self.has_alpha, at)?,
            b"ANMF" => self.take_frame(chunk)?,
            b"EXIF" if self.flags & HAS_EXIF != 0 && self.orientation.is_none() => {
                self.orientation = Some(exif::orientation(chunk.data));
            }
            _ => {}
        }
        Ok(())
    }

    /// The one picture of a still, as large as the canvas.
    fn take_still(&mut self, chunk: &Chunk<'_>) -> Result<(), Corruption> {
        let at = chunk.range.start;
        if self.is_animated() || self.frames > 0 {
            return Err(Corruption::OutOfPlace { at });
        }
        if picture_size(chunk)? != Some(self.canvas) {
            return Err(Corruption::SizeMismatch { at });
        }
        self.frames = 1;
        Ok(())
    }

    /// A frame: its place on the canvas, then chunks of its own.
    fn take_frame(&mut self, chunk: &Chunk<'_>) -> Result<(), Fault> {
        let at = chunk.range.start;
        if !self.is_animated() || !self.has_animation {
            return Err(Corruption::OutOfPlace { at }.into());
        }
        self.frames = self.frames.saturating_add(1);
        let pixels = self.canvas.area().saturating_mul(u64::from(self.frames));
        self.limits.admit_animation(self.frames, pixels)?;
        Ok(check_frame(chunk, self.canvas)?)
    }

    fn finish(self) -> Result<Facts, Fault> {
        if self.frames == 0 {
            return Err(Corruption::MissingImageData.into());
        }
        let displayed = self.orientation.unwrap_or(Orientation::Kept).of(self.canvas);
        Ok(Facts::new(Format::Webp, displayed, self.frames))
    }
}

/// Notes that a chunk is there that may stand only once.
fn set_once(has: &mut bool, at: usize) -> Result<(), Corruption> {
    if std::mem::replace(has, true) { Err(Corruption::RepeatedHeader { at }) } else { Ok(()) }
}

/// Checks that a frame lies on the canvas and holds one picture of the size that it states.
fn check_frame(chunk: &Chunk<'_>, canvas: Size) -> Result<(), Corruption> {
    let at = chunk.range.start;
    let short = |_| Corruption::BadLength { at };
    let mut reader = Reader::new(chunk.data);
    let left = reader.le24().map_err(short)? * 2;
    let top = reader.le24().map_err(short)? * 2;
    let width = reader.le24().map_err(short)? + 1;
    let height = reader.le24().map_err(short)? + 1;
    let _duration_and_flags = reader.take(4).map_err(short)?;
    let frame = Size::new(width, height)?;
    if !frame.fits(canvas, left, top) {
        return Err(Corruption::FrameOutside { at });
    }
    let (mut has_picture, mut has_alpha) = (false, false);
    for inner in Chunks::new(reader.rest(), chunk.range.end - reader.rest().len()) {
        let inner = inner?;
        if &inner.kind == b"ALPH" {
            set_once(&mut has_alpha, inner.range.start)?;
        }
        let Some(size) = picture_size(&inner)? else { continue };
        if has_picture {
            return Err(Corruption::OutOfPlace { at: inner.range.start });
        }
        if size != frame {
            return Err(Corruption::SizeMismatch { at: inner.range.start });
        }
        has_picture = true;
    }
    if has_picture { Ok(()) } else { Err(Corruption::MissingImageData) }
}
