//! The `iloc` box: where the bytes of each item are.

use super::items::read_id;
use crate::inspect::Corruption;
use crate::inspect::isobmff::Atom;
use crate::inspect::reader::Reader;

/// What the extents of items count from.
#[derive(Clone, Copy)]
pub(super) struct Sources<'a> {
    /// The whole file.
    pub(super) file: &'a [u8],
    /// The `idat` box.
    pub(super) data: Option<&'a [u8]>,
}

/// The first extent of `item`. The extents of all items are checked, because a file that is cut off
/// shows in them.
pub(super) fn data_of<'a>(
    iloc: &Atom<'_>,
    item: u32,
    sources: Sources<'a>,
) -> Result<&'a [u8], Corruption> {
    let (mut reader, version, _) = iloc.full()?;
    let layout = Layout::read(&mut reader, version).map_err(|_| iloc.bad_length())?;
    if !layout.is_known() {
        return Err(iloc.bad_header());
    }
    let is_wide = version == 2;
    let count = read_id(&mut reader, is_wide).map_err(|_| iloc.bad_length())?;
    let mut found = None;
    for _ in 0..count {
        let id = read_id(&mut reader, is_wide).map_err(|_| iloc.bad_length())?;
        let location = Location::read(&mut reader, layout).map_err(|_| iloc.bad_length())?;
        let source = match location.method {
            0 => sources.file,
            1 => sources.data.ok_or(Corruption::DanglingReference)?,
            _ => return Err(iloc.bad_header()),
        };
        let first = location.check(layout, source)?;
        if id == item {
            found = Some(first);
        }
    }
    let data = found.ok_or(Corruption::DanglingReference)?;
    if data.is_empty() { Err(Corruption::MissingImageData) } else { Ok(data) }
}

/// How many bytes each field of an `iloc` box has.
#[derive(Clone, Copy)]
struct Layout {
    version: u8,
    offset: u8,
    length: u8,
    base: u8,
    index: u8,
}

impl Layout {
    fn read(reader: &mut Reader<'_>, version: u8) -> Result<Self, Corruption> {
        let [first, second] = reader.array()?;
        // Version 0 has no extent index; the bits are reserved.
        let index = if version == 0 { 0 } else { second & 0x0F };
        let (offset, length, base) = (first >> 4, first & 0x0F, second >> 4);
        Ok(Self { version, offset, length, base, index })
    }

    fn is_known(self) -> bool {
        let fields = [self.offset, self.length, self.base, self.index];
        self.version <= 2 && fields.iter().all(|width| matches!(width, 0 | 4 | 8))
    }

    /// The bytes of one extent.
    fn extent(self) -> usize {
        usize::from(self.index) + usize::from(self.offset) + usize::from(self.length)
    }
}

/// The location of one item.
struct Location<'a> {
    method: u16,
    base: u64,
    extents: &'a [u8],
    count: u16,
}

impl<'a> Location<'a> {
    fn read(reader: &mut Reader<'a>, layout: Layout) -> Result<Self, Corruption> {
        let method = if layout.version == 0 { 0 } else { reader.be16()? & 0x0F };
        let _data_reference = reader.be16()?;
        let base = number(reader, layout.base)?;
        let count = reader.be16()?;
        let extents = reader.take(usize::from(count) * layout.extent())?;
        Ok(Self { method, base, extents, count })
    }

    /// Checks that every extent lies in `source`, and returns the first, empty when there is none.
    ///
    /// Fields of no width make extents of no bytes: any number of them says the same thing, so that
    /// one is looked at.
    fn check<'s>(&self, layout: Layout, source: &'s [u8]) -> Result<&'s [u8], Corruption> {
        let mut reader = Reader::new(self.extents);
        let count = if layout.extent() == 0 { self.count.min(1) } else { self.count };
        let mut first = None;
        for _ in 0..count {
            let _index = number(&mut reader, layout.index)?;
            let offset = number(&mut reader, layout.offset)?;
            let length = number(&mut reader, layout.length)?;
            let extent = slice(source, self.base.checked_add(offset), length);
            let extent = extent.ok_or(Corruption::DataOutside)?;
            first.get_or_insert(extent);
        }
        Ok(first.unwrap_or_default())
    }
}

/// A part of `source`; a length of 0 means up to its end.
fn slice(source: &[u8], start: Option<u64>, length: u64) -> Option<&[u8]> {
    let rest = source.get(usize::try_from(start?).ok()?..)?;
    if length == 0 { Some(rest) } else { rest.get(..usize::try_from(length).ok()?) }
}

/// A number of 0, 4 or 8 bytes.
fn number(reader: &mut Reader<'_>, width: u8) -> Result<u64, Corruption> {
    match width {
        0 => Ok(0),
        4 => reader.be32().map(u64::from),
        _ => reader.be64(),
    }
}
