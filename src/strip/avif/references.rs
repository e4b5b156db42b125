//! The references between items (ISO/IEC 14496-12, section 8.11.12), and what is left of one when some
//! of the items go that it names.

use std::borrow::Cow;
use std::ops::Range;

use super::items::MAX_EXTENTS;
use super::patches::room;
use crate::inspect::Corruption;
use crate::inspect::avif::items::read_id;
use crate::inspect::isobmff::{Atom, Kind};
use crate::inspect::reader::Reader;

/// One reference.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub(super) kind: Kind,
    pub(super) from: u32,
    pub(super) to: Vec<u32>,
    range: Range<usize>,
    is_wide: bool,
}

/// What comes in place of an item that a reference named and that goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Gaps {
    /// Nothing: the reference becomes shorter.
    Closed,
    /// Another item that it names, so that it stays as long as it was.
    Filled,
}

impl Reference {
    /// The entries of an `iref` box.
    pub(super) fn read(iref: &Atom<'_>) -> Result<Vec<Self>, Corruption> {
        let (_, version, _) = iref.full()?;
        let is_wide = version > 0;
        let (mut references, mut named) = (Vec::new(), 0);
        for entry in iref.children_after(4)? {
            let entry = entry?;
            let mut reader = Reader::new(entry.payload);
            let from = read_id(&mut reader, is_wide).map_err(|_| entry.bad_length())?;
            let count = reader.be16().map_err(|_| entry.bad_length())?;
            let to = (0..count).map(|_| read_id(&mut reader, is_wide)).collect::<Result<_, _>>();
            let to = to.map_err(|_| entry.bad_length())?;
            room(references.len())?;
            named += usize::from(count);
            if named > MAX_EXTENTS {
                return Err(Corruption::TooManyParts { limit: MAX_EXTENTS });
            }
            references.push(Self { kind: entry.kind, from, to, range: entry.range, is_wide });
        }
        Ok(references)
    }

    /// What is left of the reference; nothing when all that it names goes.
    pub(super) fn left<'a>(
        &self,
        bytes: &'a [u8],
        stays: impl Fn(u32) -> bool,
        gaps: Gaps,
    ) -> Option<Cow<'a, [u8]>> {
        if self.to.iter().all(|id| stays(*id)) {
            return bytes.get(self.range.clone()).map(Cow::Borrowed);
        }
        let first = self.to.iter().copied().find(|id| stays(*id))?;
        let to: Vec<u32> = match gaps {
            Gaps::Closed => self.to.iter().copied().filter(|id| stays(*id)).collect(),
            Gaps::Filled => self.to.iter().map(|id| if stays(*id) { *id } else { first }).collect(),
        };
        self.written(&to).map(Cow::Owned)
    }

    fn written(&self, to: &[u32]) -> Option<Vec<u8>> {
        let id = |id: u32| id.to_be_bytes().into_iter().skip(if self.is_wide { 0 } else { 2 });
        let count = u16::try_from(to.len()).ok()?.to_be_bytes();
        let fields = id(self.from).chain(count).chain(to.iter().flat_map(|to| id(*to)));
        let mut entry = [[0; 4], self.kind].concat();
        entry.extend(fields);
        let length = u32::try_from(entry.len()).ok()?;
        entry.get_mut(..4)?.copy_from_slice(&length.to_be_bytes());
        Some(entry)
    }
}
