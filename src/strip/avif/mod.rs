//! AVIF and HEIC, which share their container: keeps the primary item, what it is made of and what belongs to it (alpha), and the track of
//! a sequence. Exif, XMP, thumbnails and every item and box of another kind go.
//!
//! The boxes hold offsets into each other's data, so nothing moves: an entry that goes leaves a `free`
//! box, data that goes becomes zeros, and what no item refers to becomes zeros too. Orientation is a
//! property of the item (`irot`, `imir`), not Exif.

mod items;
mod patches;
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

/// Properties that describe an image in words or say when it was made (ISO/IEC 23008-12, section
/// 6.5; ISO/IEC 14496-12).
const DESCRIPTIONS: [&[u8; 4]; 5] = [b"udes", b"altt", b"crtt", b"mdft", b"uuid"];

/// Boxes of a track or a movie that its pictures do not need.
const MOVIE_EXTRAS: [&[u8; 4]; 4] = [b"udta", b"meta", b"uuid", b"free"];

pub(super) fn strip(bytes: &[u8]) -> Result<Edits, Corruption> {
    let is_sequence = Brands::read(bytes).is_some_and(|mut brands| brands.any(|b| &b == b"avis"));
    let meta = Boxes::new(bytes).find_kind(b"meta")?;
    let items = meta.as_ref().map(|meta| Items::read(meta, bytes)).transpose()?;
    let kept = items.as_ref().map(Items::kept_data).unwrap_or_default();
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
        walk.clean_meta(meta)?;
        walk.drop_items(items)?;
    }
    walk.blank_data(items.as_ref(), is_sequence)?;
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
    /// The data of the items that stay, which is left alone in whatever box it is.
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

    fn clean_movie(&mut self, moov: &Atom<'_>) -> Result<(), Corruption> {
        for atom in moov.children() {
            let atom = atom?;
            match &atom.kind {
                b"mvhd" | b"tkhd" | b"mdhd" => self.forget_times(&atom)?,
                b"trak" | b"mdia" => self.clean_movie(&atom)?,
                kind if MOVIE_EXTRAS.contains(&kind) => self.free(&atom, Kind::Application)?,
                _ => {}
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

    fn clean_meta(&mut self, meta: &Atom<'_>) -> Result<(), Corruption> {
        for atom in meta.children_after(4)? {
            let atom = atom?;
            match &atom.kind {
                b"idat" => self.take_data(&atom)?,
                b"iprp" => self.clean_properties(&atom)?,
                kind if META_KEPT.contains(&kind) => {}
                _ => self.free(&atom, Kind::Application)?,
            }
        }
        Ok(())
    }

    /// A property that becomes `free` keeps its place: items name properties by their number.
    fn clean_properties(&mut self, iprp: &Atom<'_>) -> Result<(), Corruption> {
        let Some(container) = iprp.children().find_kind(b"ipco")? else { return Ok(()) };
        for property in container.children() {
            let property = property?;
            if DESCRIPTIONS.contains(&&property.kind) {
                self.free(&property, Kind::Application)?;
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

    /// Zeros over the data that no kept item refers to. The samples of a sequence are found another
    /// way, so that in its file only the data of dropped items is known to be unused.
    fn blank_data(
        &mut self,
        items: Option<&Items<'_>>,
        is_sequence: bool,
    ) -> Result<(), Corruption> {
        let unused = if is_sequence {
            items.map(Items::dropped_data).unwrap_or_default().within(&self.data)
        } else {
            Spans::new(self.data.iter().cloned())
        };
        if self.zero(&unused)? && self.kinds == Stripped::default() {
            self.kinds.add(Kind::Application);
        }
        Ok(())
    }
}
