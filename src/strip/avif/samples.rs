//! Where the pictures of a sequence are: the samples of its tracks, by the tables of each track
//! (ISO/IEC 14496-12, section 8.7).

use std::ops::Range;

use super::items::MAX_EXTENTS;
use super::spans::Spans;
use crate::inspect::Corruption;
use crate::inspect::isobmff::{Atom, Kind};
use crate::inspect::reader::Reader;

/// The handlers of tracks that are pictures or their transparency.
const PICTURES: [&Kind; 3] = [b"pict", b"vide", b"auxv"];

/// The samples of all tracks, as far as they lie in the file.
///
/// # Errors
/// [`Corruption::ForeignTrack`]: a track holds something other than pictures.
pub(super) fn of(moov: &Atom<'_>, bytes: &[u8]) -> Result<Spans, Corruption> {
    let mut chunks = Vec::new();
    for atom in moov.children() {
        let atom = atom?;
        if &atom.kind == b"trak" {
            take_track(&atom, &mut chunks)?;
        }
    }
    let end = |offset: u64| usize::try_from(offset).map_or(bytes.len(), |at| at.min(bytes.len()));
    Ok(Spans::new(chunks.into_iter().map(|chunk| end(chunk.start)..end(chunk.end))))
}

fn take_track(trak: &Atom<'_>, chunks: &mut Vec<Range<u64>>) -> Result<(), Corruption> {
    let media = trak.child(b"mdia")?;
    let handler = media.child(b"hdlr")?;
    let kind =
        handler.payload.get(8..).and_then(<[u8]>::first_chunk).ok_or(handler.bad_length())?;
    if !PICTURES.contains(&kind) {
        return Err(Corruption::ForeignTrack { handler: *kind });
    }
    let table = media.child(b"minf")?.child(b"stbl")?;
    let mut sizes = Sizes::read(&table)?;
    let mut runs = Runs::read(&table)?;
    let (mut offsets, is_wide) = match table.children().find_kind(b"co64")? {
        Some(offsets) => (offsets.full()?.0, true),
        None => (table.child(b"stco")?.full()?.0, false),
    };
    let count = offsets.be32()?;
    for number in 1..=count {
        let start = if is_wide { offsets.be64()? } else { u64::from(offsets.be32()?) };
        if chunks.len() == MAX_EXTENTS {
            return Err(Corruption::TooManyParts { limit: MAX_EXTENTS });
        }
        let length = sizes.next_together(runs.samples_of(number)?);
        chunks.push(start..start.saturating_add(length));
    }
    Ok(())
}

/// How many bytes each sample has: the `stsz` box, or its short form `stz2`.
struct Sizes<'a> {
    /// What all samples have in common, where they do.
    common: u64,
    /// Bits of each size in the table.
    width: u8,
    table: &'a [u8],
    next: usize,
    count: usize,
}

impl<'a> Sizes<'a> {
    fn read(samples: &Atom<'a>) -> Result<Self, Corruption> {
        let (sizes, is_short) = match samples.children().find_kind(b"stsz")? {
            Some(sizes) => (sizes, false),
            None => (samples.child(b"stz2")?, true),
        };
        let (mut reader, _, _) = sizes.full()?;
        let first = reader.be32()?;
        let count = usize::try_from(reader.be32()?).map_err(|_| sizes.bad_length())?;
        let [.., short] = first.to_be_bytes();
        let (common, width) = if is_short { (0, short) } else { (u64::from(first), 32) };
        if !matches!(width, 4 | 8 | 16 | 32) {
            return Err(sizes.bad_header());
        }
        Ok(Self { common, width, table: reader.rest(), next: 0, count })
    }

    /// The bytes of the next samples together, as far as there are so many.
    fn next_together(&mut self, samples: u32) -> u64 {
        let left = self.count.saturating_sub(self.next);
        let samples = usize::try_from(samples).unwrap_or(usize::MAX).min(left);
        let these = self.next..self.next + samples;
        self.next = these.end;
        if self.common > 0 {
            return self.common.saturating_mul(samples as u64);
        }
        these.map_while(|number| self.size(number)).fold(0, u64::saturating_add)
    }

    fn size(&self, number: usize) -> Option<u64> {
        let at = |bytes: usize| self.table.get(number.checked_mul(bytes)?..);
        match self.width {
            4 => {
                let pair = self.table.get(number / 2)?;
                Some(u64::from(if number.is_multiple_of(2) { pair >> 4 } else { pair & 0x0F }))
            }
            8 => at(1)?.first().copied().map(u64::from),
            16 => at(2)?.first_chunk().copied().map(u16::from_be_bytes).map(u64::from),
            _ => at(4)?.first_chunk().copied().map(u32::from_be_bytes).map(u64::from),
        }
    }
}

/// How many samples each chunk has: the `stsc` box, an entry for each run of chunks that are alike.
struct Runs<'a> {
    reader: Reader<'a>,
    left: u32,
    samples: u32,
    /// The first chunk of the next run, and how many samples each of its chunks has.
    next: Option<(u32, u32)>,
}

impl<'a> Runs<'a> {
    fn read(samples: &Atom<'a>) -> Result<Self, Corruption> {
        let (mut reader, _, _) = samples.child(b"stsc")?.full()?;
        let left = reader.be32()?;
        let mut runs = Self { reader, left, samples: 0, next: None };
        runs.advance()?;
        Ok(runs)
    }

    fn advance(&mut self) -> Result<(), Corruption> {
        self.next = None;
        if let Some(left) = self.left.checked_sub(1) {
            self.left = left;
            let (first, samples) = (self.reader.be32()?, self.reader.be32()?);
            let _description = self.reader.be32()?;
            self.next = Some((first, samples));
        }
        Ok(())
    }

    /// The samples of a chunk; chunks are asked for in their order.
    fn samples_of(&mut self, chunk: u32) -> Result<u32, Corruption> {
        while let Some((first, samples)) = self.next
            && first <= chunk
        {
            self.samples = samples;
            self.advance()?;
        }
        Ok(self.samples)
    }
}
