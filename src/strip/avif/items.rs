//! The items of a `meta` box: which of them the picture is made of, and the boxes without the others.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::patches::room;
use super::references::{Gaps, Reference};
use super::spans::Spans;
use crate::inspect::Corruption;
use crate::inspect::avif::items::read_id;
use crate::inspect::avif::locations::{Location, Locations};
use crate::inspect::isobmff::{Atom, Kind};

/// The smallest box: size and type.
const BOX_HEAD: usize = 8;

/// The most extents of all items, and the most items that references name: 4,096 items, each in
/// sixteen pieces.
pub(super) const MAX_EXTENTS: usize = 65_536;

/// An item that is declared.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) id: u32,
    pub(super) kind: Kind,
    declared_at: std::ops::Range<usize>,
}

/// Everything that a `meta` box says of its items.
pub(super) struct Items<'a> {
    boxes: Boxes<'a>,
    items: Vec<Item>,
    references: Vec<Reference>,
    locations: Vec<Location<'a>>,
    kept: HashSet<u32>,
    length: usize,
    /// Offset of the payload of `idat`, and its length.
    data: (usize, usize),
}

struct Boxes<'a> {
    infos: Option<Atom<'a>>,
    locations: Option<Atom<'a>>,
    references: Option<Atom<'a>>,
}

impl<'a> Items<'a> {
    pub(super) fn read(meta: &Atom<'a>, bytes: &'a [u8]) -> Result<Self, Corruption> {
        let find = |kind: &Kind| meta.children_after(4)?.find_kind(kind);
        let boxes =
            Boxes { infos: find(b"iinf")?, locations: find(b"iloc")?, references: find(b"iref")? };
        let items = boxes.infos.as_ref().map(declared).transpose()?.unwrap_or_default();
        let references =
            boxes.references.as_ref().map(Reference::read).transpose()?.unwrap_or_default();
        let locations = boxes.locations.as_ref().map(Locations::read).transpose()?;
        let locations = bounded(locations.into_iter().flatten())?;
        let extents: usize = locations.iter().map(Location::extent_count).sum();
        if extents > MAX_EXTENTS {
            return Err(Corruption::TooManyParts { limit: MAX_EXTENTS });
        }
        let primary = find(b"pitm")?.map(|pitm| primary(&pitm)).transpose()?;
        let data = find(b"idat")?
            .map_or((0, 0), |idat| (idat.range.end - idat.payload.len(), idat.payload.len()));
        let kept = needed(primary, &items, &references);
        Ok(Self { boxes, items, references, locations, kept, length: bytes.len(), data })
    }

    /// The items that go.
    pub(super) fn dropped(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| !self.kept.contains(&item.id))
    }

    /// Whether an item stays.
    pub(super) fn is_kept(&self, id: u32) -> bool {
        self.kept.contains(&id)
    }

    /// Whether an item is a small version of another.
    pub(super) fn is_thumbnail(&self, id: u32) -> bool {
        self.references.iter().any(|reference| &reference.kind == b"thmb" && reference.from == id)
    }

    /// The data of the items that stay.
    pub(super) fn kept_data(&self) -> Spans {
        let kept = self.locations.iter().filter(|location| self.kept.contains(&location.item));
        Spans::new(kept.flat_map(|location| self.extents(location)))
    }

    /// The first piece of an item's data.
    pub(super) fn first_bytes<'b>(&self, id: u32, bytes: &'b [u8]) -> &'b [u8] {
        let location = self.locations.iter().find(|location| location.item == id);
        let range = location.and_then(|location| self.extents(location).next());
        range.and_then(|range| bytes.get(range)).unwrap_or_default()
    }

    /// In the file. That they lie in it was checked.
    fn extents(&self, location: &Location<'a>) -> impl Iterator<Item = std::ops::Range<usize>> {
        let (start, length) = if location.method == 1 { self.data } else { (0, self.length) };
        let extents = location.extents(length).filter_map(Result::ok);
        extents.map(move |extent| start + extent.start..start + extent.end)
    }

    /// The boxes that name items, without those that go, each as long as before.
    pub(super) fn rewritten(&self, bytes: &[u8]) -> Result<Vec<(usize, Vec<u8>)>, Corruption> {
        if self.dropped().next().is_none() {
            return Ok(Vec::new());
        }
        let mut rewritten = Vec::new();
        if let Some(infos) = &self.boxes.infos {
            let kept = self.items.iter().filter(|item| self.kept.contains(&item.id));
            let kept = kept.filter_map(|item| bytes.get(item.declared_at.clone()));
            let kept = kept.map(Cow::Borrowed).collect();
            let (_, version, _) = infos.full()?;
            let width = if version == 0 { 2 } else { 4 };
            let count = (infos.range.end - infos.payload.len() + 4, width);
            rewritten.extend(Rewrite { atom: infos, count: Some(count), kept }.done(bytes));
        }
        if let Some(locations) = &self.boxes.locations {
            let count = Locations::read(locations)?.count_field();
            let kept = self.locations.iter().filter(|location| self.kept.contains(&location.item));
            let kept = kept.filter_map(|location| bytes.get(location.range.clone()));
            let kept = kept.map(Cow::Borrowed).collect();
            rewritten.extend(Rewrite { atom: locations, count: Some(count), kept }.done(bytes));
        }
        if let Some(references) = &self.boxes.references {
            let rewrite = |gaps| {
                let stays = |id: u32| self.is_kept(id);
                let left = self.references.iter().filter(|reference| stays(reference.from));
                let kept = left.filter_map(|reference| reference.left(bytes, stays, gaps));
                Rewrite { atom: references, count: None, kept: kept.collect() }.done(bytes)
            };
            rewritten.extend(rewrite(Gaps::Closed).or_else(|| rewrite(Gaps::Filled)));
        }
        Ok(rewritten)
    }
}

/// A full box that is left with some of its entries.
struct Rewrite<'a> {
    atom: &'a Atom<'a>,
    /// Offset and width of the number of entries, which ends the fields of the box.
    count: Option<(usize, usize)>,
    kept: Vec<Cow<'a, [u8]>>,
}

impl Rewrite<'_> {
    /// Where, and what is written there: the shorter box and a `free` box behind it. Nothing when
    /// all entries stay as they are, or when what goes is shorter than a box.
    fn done(&self, bytes: &[u8]) -> Option<(usize, Vec<u8>)> {
        let range = self.atom.range.clone();
        let payload = range.end - self.atom.payload.len();
        let fields_end = self.count.map_or(payload + 4, |(at, width)| at + width);
        let mut new = bytes.get(range.start..fields_end)?.to_vec();
        if let Some((at, width)) = self.count {
            let count = u32::try_from(self.kept.len()).ok()?.to_be_bytes();
            let field = new.get_mut(at - range.start..)?;
            field.copy_from_slice(count.get(4 - width..)?);
        }
        for entry in &self.kept {
            new.extend_from_slice(entry);
        }
        let gone = range.len().checked_sub(new.len())?;
        if gone == 0 {
            return (bytes.get(range.clone())? != new).then_some((range.start, new));
        }
        if gone < BOX_HEAD {
            return None;
        }
        let length = u32::try_from(new.len()).ok()?.to_be_bytes();
        // A box of 32-bit length; one that is written with 64 bits is left alone.
        if payload - range.start != BOX_HEAD {
            return None;
        }
        new.get_mut(..4)?.copy_from_slice(&length);
        new.extend(u32::try_from(gone).ok()?.to_be_bytes());
        new.extend(b"free");
        new.resize(range.len(), 0);
        Some((range.start, new))
    }
}

/// The locations, as many as there may be items.
fn bounded<'a>(
    locations: impl Iterator<Item = Result<Location<'a>, Corruption>>,
) -> Result<Vec<Location<'a>>, Corruption> {
    let mut bounded = Vec::new();
    for location in locations {
        room(bounded.len())?;
        bounded.push(location?);
    }
    Ok(bounded)
}

/// The entries of an `iinf` box.
fn declared(iinf: &Atom<'_>) -> Result<Vec<Item>, Corruption> {
    let (_, version, _) = iinf.full()?;
    let count_width = if version == 0 { 2 } else { 4 };
    let (mut items, mut ids) = (Vec::new(), HashSet::new());
    for entry in iinf.children_after(4 + count_width)? {
        let entry = entry?;
        if &entry.kind != b"infe" {
            continue;
        }
        let (mut reader, version, _) = entry.full()?;
        let id = read_id(&mut reader, version > 2).map_err(|_| entry.bad_length())?;
        let _protection = reader.be16().map_err(|_| entry.bad_length())?;
        let kind = reader.array().map_err(|_| entry.bad_length())?;
        room(items.len())?;
        // Of two items with one number, one could go and the other stay.
        if !ids.insert(id) {
            return Err(Corruption::RepeatedHeader { at: entry.range.start });
        }
        items.push(Item { id, kind, declared_at: entry.range });
    }
    Ok(items)
}

fn primary(pitm: &Atom<'_>) -> Result<u32, Corruption> {
    let (mut reader, version, _) = pitm.full()?;
    read_id(&mut reader, version > 0).map_err(|_| pitm.bad_length())
}

/// The items without which the primary one is not shown as it was: what it is derived from, and
/// what belongs to one of these, such as the alpha plane.
fn needed(primary: Option<u32>, items: &[Item], references: &[Reference]) -> HashSet<u32> {
    let mut leads: HashMap<u32, Vec<u32>> = HashMap::new();
    for reference in references {
        match &reference.kind {
            b"dimg" => leads.entry(reference.from).or_default().extend(&reference.to),
            b"auxl" | b"prem" => {
                for master in &reference.to {
                    leads.entry(*master).or_default().push(reference.from);
                }
            }
            _ => {}
        }
    }
    let metadata = items.iter().filter(|item| matches!(&item.kind, b"Exif" | b"mime" | b"uri "));
    let metadata: HashSet<u32> = metadata.map(|item| item.id).collect();
    let mut needed = HashSet::new();
    let mut waiting: Vec<u32> = primary.into_iter().collect();
    while let Some(id) = waiting.pop() {
        if !metadata.contains(&id) && needed.insert(id) {
            waiting.extend(leads.remove(&id).unwrap_or_default());
        }
    }
    needed
}
