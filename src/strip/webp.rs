//! WebP: keeps the chunks of RFC 9649 that show the picture and its animation, and the colour
//! profile. Exif but for the orientation, XMP and every unknown chunk go, also inside of frames; the
//! lengths and flags in the headers are set right.

use std::ops::Range;

use super::edits::MAX_PIECES;
use super::exif::{self, Verdict};
use super::stripped::{Kind, Stripped};
use super::{Edits, Rights};
use crate::inspect::Corruption;
use crate::inspect::exif::PREFIX as EXIF;
use crate::inspect::riff::{Chunk, Chunks};

/// `RIFF`, the size and `WEBP`.
const HEADER: usize = 12;
/// The type and the length of a chunk.
const CHUNK_HEAD: usize = 8;
/// The fields of a frame before its chunks.
const FRAME_FIELDS: usize = 16;
/// The bits of `VP8X` that announce what goes.
const HAS_EXIF: u8 = 0x08;
const HAS_XMP: u8 = 0x04;

pub(super) fn strip(bytes: &[u8], rights: Rights) -> Result<Edits, Corruption> {
    let length = bytes.get(4..8).and_then(|size| size.try_into().ok()).map(u32::from_le_bytes);
    let end = length.and_then(|length| usize::try_from(length).ok()).map(|length| length + 8);
    let body = end.and_then(|end| bytes.get(HEADER..end)).ok_or(Corruption::Truncated)?;
    let mut walk = Walk {
        rights,
        is_extended: false,
        parts: Vec::new(),
        kinds: Stripped::default(),
        expects_exif: false,
        has_exif: false,
    };
    for chunk in Chunks::new(body, HEADER) {
        walk.take(bytes, &chunk?)?;
    }
    if HEADER + body.len() < bytes.len() {
        walk.kinds.add(Kind::Trailing);
    }
    Ok(walk.finish(bytes))
}

/// One piece of the new file.
enum Part {
    Kept(Range<usize>),
    Written(Vec<u8>),
    /// The `VP8X` chunk, whose flags depend on what comes.
    Flags(Range<usize>),
}

struct Walk {
    rights: Rights,
    /// The file begins with `VP8X`. Without it the first chunk is the picture and all there is.
    is_extended: bool,
    parts: Vec<Part>,
    kinds: Stripped,
    /// `VP8X` announces an `EXIF` chunk; viewers ignore one that is not announced.
    expects_exif: bool,
    /// An `EXIF` chunk stays or is written.
    has_exif: bool,
}

impl Walk {
    fn take(&mut self, bytes: &[u8], chunk: &Chunk<'_>) -> Result<(), Corruption> {
        match &chunk.kind {
            b"VP8X" => {
                self.is_extended = true;
                self.expects_exif = chunk.data.first().is_some_and(|flags| flags & HAS_EXIF != 0);
                self.push(Part::Flags(padded(bytes, chunk.range.clone())))?;
            }
            b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ICCP"
                if self.is_extended || self.parts.is_empty() =>
            {
                self.push(Part::Kept(padded(bytes, chunk.range.clone())))?;
            }
            b"ANMF" if self.is_extended => self.take_frame(bytes, chunk)?,
            b"EXIF" if self.expects_exif => self.take_exif(bytes, chunk)?,
            b"EXIF" => self.kinds.add(Kind::Exif),
            b"XMP " => self.kinds.add(Kind::Xmp),
            _ => self.kinds.add(Kind::Application),
        }
        Ok(())
    }

    fn take_exif(&mut self, bytes: &[u8], chunk: &Chunk<'_>) -> Result<(), Corruption> {
        let tiff = chunk.data.strip_prefix(EXIF).unwrap_or(chunk.data);
        let (verdict, kinds) = exif::judge(tiff, self.rights);
        kinds.into_iter().for_each(|kind| self.kinds.add(kind));
        // The first one counts.
        self.expects_exif = false;
        match verdict {
            Verdict::Goes => return Ok(()),
            Verdict::Stays => self.push(Part::Kept(padded(bytes, chunk.range.clone())))?,
            Verdict::Becomes(tiff) => self.push(Part::Written(written(*b"EXIF", &tiff)))?,
        }
        self.has_exif = true;
        Ok(())
    }

    /// Adds a part; one that follows the last in the file becomes one with it.
    fn push(&mut self, part: Part) -> Result<(), Corruption> {
        if let (Some(Part::Kept(last)), Part::Kept(next)) = (self.parts.last_mut(), &part)
            && last.end == next.start
        {
            last.end = next.end;
        } else if self.parts.len() < MAX_PIECES {
            self.parts.push(part);
        } else {
            return Err(Corruption::TooManyParts { limit: MAX_PIECES });
        }
        Ok(())
    }

    /// A frame stays as it is unless it holds a chunk that goes.
    fn take_frame(&mut self, bytes: &[u8], frame: &Chunk<'_>) -> Result<(), Corruption> {
        let fields = frame.range.start + CHUNK_HEAD..frame.range.start + CHUNK_HEAD + FRAME_FIELDS;
        let inner = frame.data.get(FRAME_FIELDS..).ok_or(Corruption::Truncated)?;
        let chunks = || Chunks::new(inner, fields.end);
        let is_kept = |chunk: &Chunk<'_>| matches!(&chunk.kind, b"VP8 " | b"VP8L" | b"ALPH");
        let (mut length, mut is_whole) = (FRAME_FIELDS, true);
        for chunk in chunks() {
            let chunk = chunk?;
            is_whole &= is_kept(&chunk);
            length += if is_kept(&chunk) { padded(bytes, chunk.range).len() } else { 0 };
        }
        if is_whole {
            return self.push(Part::Kept(padded(bytes, frame.range.clone())));
        }
        self.kinds.add(Kind::Application);
        self.push(Part::Written(head(*b"ANMF", length)))?;
        self.push(Part::Kept(fields.clone()))?;
        for chunk in chunks() {
            let chunk = chunk?;
            if is_kept(&chunk) {
                self.push(Part::Kept(padded(bytes, chunk.range)))?;
            }
        }
        Ok(())
    }

    fn finish(self, bytes: &[u8]) -> Edits {
        let Self { parts, kinds, has_exif, .. } = self;
        let mut edits = Edits::default();
        if kinds == Stripped::default() {
            return Edits::none(bytes.len());
        }
        let length: usize = parts.iter().map(Part::len).sum();
        edits.write(head(*b"RIFF", length + 4));
        edits.keep(8..HEADER);
        for part in parts {
            match part {
                Part::Kept(range) => edits.keep(range),
                Part::Written(chunk) => edits.write(chunk),
                Part::Flags(range) => {
                    edits.keep(range.start..range.start + CHUNK_HEAD);
                    let flags = bytes.get(range.start + CHUNK_HEAD).copied().unwrap_or_default();
                    let exif = if has_exif { HAS_EXIF } else { 0 };
                    edits.write(vec![flags & !(HAS_EXIF | HAS_XMP) | exif]);
                    edits.keep(range.start + CHUNK_HEAD + 1..range.end);
                }
            }
        }
        kinds.kinds().for_each(|kind| edits.remove(kind));
        edits
    }
}

impl Part {
    fn len(&self) -> usize {
        match self {
            Self::Kept(range) | Self::Flags(range) => range.len(),
            Self::Written(bytes) => bytes.len(),
        }
    }
}

/// A chunk with its padding byte, which the very last one of a file may lack.
fn padded(bytes: &[u8], range: Range<usize>) -> Range<usize> {
    let end = range.end + range.len() % 2;
    range.start..end.min(bytes.len())
}

fn head(kind: [u8; 4], length: usize) -> Vec<u8> {
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    [kind, length.to_le_bytes()].concat()
}

fn written(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut chunk = [&head(kind, data.len())[..], data].concat();
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}
