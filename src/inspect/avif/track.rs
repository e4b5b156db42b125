//! The track of an image sequence: how many frames, and how large.

use crate::inspect::error::{Coding, Corruption, Fault};
use crate::inspect::isobmff::Atom;
use crate::inspect::limits::Limits;
use crate::inspect::reader::Reader;
use crate::inspect::size::Size;

/// What the picture tracks of a file show.
#[derive(Clone, Copy)]
pub(super) struct Sequence {
    pub(super) size: Size,
    pub(super) frames: u32,
}

/// Reads the picture tracks of a `moov` box. Of several, the one with the most frames counts.
pub(super) fn sequence(moov: &Atom<'_>, limits: &Limits) -> Result<Sequence, Fault> {
    let mut longest: Option<Sequence> = None;
    for atom in moov.children() {
        let atom = atom?;
        let Some(sequence) = (if &atom.kind == b"trak" { track(&atom)? } else { None }) else {
            continue;
        };
        limits.admit(sequence.size)?;
        let pixels = sequence.size.area().saturating_mul(u64::from(sequence.frames));
        limits.admit_animation(sequence.frames, pixels)?;
        if longest.is_none_or(|longest| longest.frames < sequence.frames) {
            longest = Some(sequence);
        }
    }
    Ok(longest.ok_or(Corruption::MissingImageData)?)
}

/// Reads a `trak` box; `None` when it holds no pictures to show (sound, transparency).
fn track(trak: &Atom<'_>) -> Result<Option<Sequence>, Corruption> {
    let media = trak.child(b"mdia")?;
    let handler = media.child(b"hdlr")?;
    if !matches!(handler.payload.get(8..12), Some(b"pict" | b"vide")) {
        return Ok(None);
    }
    let samples = media.child(b"minf")?.child(b"stbl")?;
    let size = entry_size(&samples.child(b"stsd")?)?;
    let sizes = match samples.children().find_kind(b"stsz")? {
        Some(sizes) => sizes,
        None => samples.child(b"stz2")?,
    };
    let frames = sample_count(&sizes)?;
    if frames == 0 {
        return Err(Corruption::MissingImageData);
    }
    Ok(Some(Sequence { size, frames }))
}

/// The size in the first sample entry of an `stsd` box (ISO/IEC 14496-12, section 12.1.3).
fn entry_size(stsd: &Atom<'_>) -> Result<Size, Corruption> {
    let entry = stsd.children_after(8)?.next().ok_or(Corruption::MissingHeader)??;
    if &entry.kind != b"av01" {
        let coding = Coding::AvifItem { kind: entry.kind };
        return Err(Corruption::UnsupportedCoding { coding });
    }
    let mut reader = Reader::new(entry.payload);
    let _before = reader.take(24).map_err(|_| entry.bad_length())?;
    let width = reader.be16().map_err(|_| entry.bad_length())?;
    let height = reader.be16().map_err(|_| entry.bad_length())?;
    Size::new(u32::from(width), u32::from(height))
}

/// The number of samples in an `stsz` or `stz2` box, both of which have it in the same place. The
/// table behind it is not read: the limit on frames bounds what a reader would make of it.
fn sample_count(sizes: &Atom<'_>) -> Result<u32, Corruption> {
    let (mut reader, _, _) = sizes.full()?;
    let _size = reader.be32().map_err(|_| sizes.bad_length())?;
    reader.be32().map_err(|_| sizes.bad_length())
}
