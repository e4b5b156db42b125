//! AVIF and HEIC, which share their container: keeps the primary item, what it is made of and what belongs to it (alpha), and the track of
//! a sequence. Exif, XMP, thumbnails and every item and box of another kind go.
//!
//! The boxes hold offsets into each other's data, so nothing moves: an entry that goes leaves a `free`
//! box, data that goes becomes zeros, and what no item refers to becomes zeros too. Orientation is a
//! property of the item (`irot`, `imir`), not Exif.

mod items;
mod patches;
mod properties;
mod references;
mod samples;
mod spans;

use std::ops::Range;

use super::stripped::{Kind, Stripped};
use super::{Edits, exif};
use crate::inspect::Corruption;
use crate::inspect::isobmff::{Atom, Boxes, Brands};
use items::{Item, Items};
use patches::{Patches, room};
use spans::Spans;

/// Boxes of a `meta` box that say what the items are; the properties are looked at one by one.
const META_KEPT: [&[u8; 4]; 7] = [b"hdlr", b"pitm", b"iinf", b"iloc", b"iref", b"iprp", b"idat"];

/// The boxes that stay inside of a box of a movie (ISO/IEC 14496-12, table 1); nothing where all of
/// it stays.
fn kept_in_movie(parent: &[u8; 4]) -> Option<&'static [&'static [u8; 4]]> {
    match parent {
        b"moov" => Some(&[b"mvhd", b"trak"]),
        b"trak" => Some(&[b"tkhd", b"tref", b"edts", b"mdia"]),
        b"mdia" => Some(&[b"mdhd", b"hdlr", b"minf"]),
        b"minf" => Some(&[b"vmhd", b"nmhd", b"hmhd", b"dinf", b"stbl"]),
        b"stbl" => Some(&[
            b"stsd", b"stts", b"ctts", b"cslg", b"stsc", b"stsz", b"stz2", b"stco", b"co64",
            b"stss", b"sdtp", b"sgpd", b"sbgp",
        ]),
        _ => None,
    }
}

pub(super) fn strip(bytes: &[u8]) -> Result<Edits, Corruption> {
    let is_sequence = Brands::read(bytes).is_some_and(|mut brands| brands.any(|b| &b == b"avis"));
    let meta = Boxes::new(bytes).find_kind(b"meta")?;
    let items = meta.as_ref().map(|meta| Items::read(meta, bytes)).transpose()?;
    let moov = Boxes::new(bytes).find_kind(b"moov")?.filter(|_| is_sequence);
    let kept = items.as_ref().map(Items::kept_data).unwrap_or_default();
    let samples = moov.as_ref().map(|moov| samples::of(moov, bytes)).transpose()?;
    let kept = kept.and(samples.unwrap_or_default());
    let (data, kinds) = (Vec::new(), Stripped::default());
    let mut walk = Walk { bytes, patches: Patches::default(), data, kept, kinds };
    for atom in Boxes::new(bytes) {
        let atom = atom?;
        match &atom.kind {
            b"ftyp" | b"meta" => {}
            b"mdat" => walk.take_data(&atom)?,
            b"moov" if is_sequence => walk.clean_movie(&atom)?,
            b"moov" => walk.free(&atom, Kind::Trailing)?,
            _ => walk.free(&atom, Kind::Application)?,
        }
    }
    if let (Some(meta), Some(items)) = (&meta, &items) {
        walk.clean_meta(meta, items)?;
        walk.drop_items(items)?;
    }
    walk.blank_data()?;
    Ok(walk.patches.into_edits(bytes.len(), walk.kinds))
}

/// Where the payload of a box is.
fn payload(atom: &Atom<'_>) -> Range<usize> {
    atom.range.end - atom.payload.len()..atom.range.end
}

struct Walk<'a> {
    bytes: &'a [u8],
    patches: Patches,
    /// Where the data of items is: the payloads of `mdat` and `idat`.
    data: Vec<Range<usize>>,
    /// The data of the items and tracks that stay, which is left alone in whatever box it is.
    kept: Spans,
    kinds: Stripped,
}

impl Walk<'_> {
    /// Makes a box a `free` box of zeros.
    fn free(&mut self, atom: &Atom<'_>, kind: Kind) -> Result<(), Corruption> {
        let is_free = matches!(&atom.kind, b"free" | b"skip");
        let is_empty = !self.zero(&Spans::of(payload(atom)))?;
        if is_free && is_empty {
            return Ok(());
        }
        if !is_free {
            self.patches.write(atom.range.start + 4, b"free".to_vec())?;
        }
        self.kinds.add(kind);
        Ok(())
    }

    fn take_data(&mut self, atom: &Atom<'_>) -> Result<(), Corruption> {
        if !atom.payload.is_empty() {
            room(self.data.len())?;
            self.data.push(payload(atom));
        }
        Ok(())
    }

    /// Zeros over what of these bytes does not stay; whether there was anything else.
    fn zero(&mut self, spans: &Spans) -> Result<bool, Corruption> {
        let mut any = false;
        for range in spans.without(&self.kept) {
            let held = self.bytes.get(range.clone()).unwrap_or_default();
            if held.iter().any(|byte| *byte != 0) {
                any = true;
                self.patches.zero(range)?;
            }
        }
        Ok(any)
    }

    /// Each box stays in one parent alone, so that this goes no deeper than the boxes that stay.
    fn clean_movie(&mut self, parent: &Atom<'_>) -> Result<(), Corruption> {
        let Some(kept) = kept_in_movie(&parent.kind) else { return Ok(()) };
        for atom in parent.children() {
            let atom = atom?;
            match &atom.kind {
                kind if !kept.contains(&kind) => self.free(&atom, Kind::Application)?,
                b"mvhd" | b"tkhd" | b"mdhd" => self.forget_times(&atom)?,
                _ => self.clean_movie(&atom)?,
            }
        }
        Ok(())
    }

    /// The times of making and changing come first in these boxes (ISO/IEC 14496-12, section 8).
    fn forget_times(&mut self, atom: &Atom<'_>) -> Result<(), Corruption> {
        let (_, version, _) = atom.full()?;
        let start = payload(atom).start + 4;
        let times = start..start + if version == 1 { 16 } else { 8 };
        if self.zero(&Spans::of(times))? {
            self.kinds.add(Kind::Time);
        }
        Ok(())
    }

    fn clean_meta(&mut self, meta: &Atom<'_>, items: &Items<'_>) -> Result<(), Corruption> {
        for atom in meta.children_after(4)? {
            let atom = atom?;
            match &atom.kind {
                b"idat" => self.take_data(&atom)?,
                b"iprp" => {
                    for extra in properties::extras(&atom, items)? {
                        let is_time = &extra.kind == b"itai";
                        self.free(&extra, if is_time { Kind::Time } else { Kind::Application })?;
                    }
                }
                kind if META_KEPT.contains(&kind) => {}
                _ => self.free(&atom, Kind::Application)?,
            }
        }
        Ok(())
    }

    fn drop_items(&mut self, items: &Items<'_>) -> Result<(), Corruption> {
        for (start, bytes) in items.rewritten(self.bytes)? {
            self.patches.write(start, bytes)?;
        }
        for item in items.dropped() {
            self.kinds_of(item, items).into_iter().for_each(|kind| self.kinds.add(kind));
        }
        Ok(())
    }

    fn kinds_of(&self, item: &Item, items: &Items<'_>) -> Vec<Kind> {
        match &item.kind {
            b"Exif" => exif::kinds_of_item(items.first_bytes(item.id, self.bytes)),
            b"mime" => vec![Kind::Xmp],
            _ if items.is_thumbnail(item.id) => vec![Kind::Thumbnail],
            b"av01" | b"hvc1" | b"grid" | b"tmap" => vec![Kind::Pictures],
            _ => vec![Kind::Application],
        }
    }

    /// Zeros over the data that no item and no track refers to which stays.
    fn blank_data(&mut self) -> Result<(), Corruption> {
        let data = Spans::new(self.data.iter().cloned());
        if self.zero(&data)? && self.kinds == Stripped::default() {
            self.kinds.add(Kind::Application);
        }
        Ok(())
    }
}
