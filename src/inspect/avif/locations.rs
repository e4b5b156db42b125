//! The `iloc` box: where the bytes of each item are.

use std::ops::Range;

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
    let mut found = None;
    for location in Locations::read(iloc)? {
        let location = location?;
        let source = match location.method {
            0 => sources.file,
            1 => sources.data.ok_or(Corruption::DanglingReference)?,
            _ => return Err(iloc.bad_header()),
        };
        let first = location.check(source)?;
        if location.item == item {
            found = Some(first);
        }
    }
    let data = found.ok_or(Corruption::DanglingReference)?;
    if data.is_empty() { Err(Corruption::MissingImageData) } else { Ok(data) }
}

/// The entries of an `iloc` box.
#[derive(Debug)]
pub(crate) struct Locations<'a> {
    iloc: Atom<'a>,
    reader: Reader<'a>,
    layout: Layout,
    left: u32,
}

impl<'a> Locations<'a> {
    /// The entries, of which none is read yet.
    pub(crate) fn read(iloc: &Atom<'a>) -> Result<Self, Corruption> {
        let (mut reader, version, _) = iloc.full()?;
        let layout = Layout::read(&mut reader, version).map_err(|_| iloc.bad_length())?;
        if !layout.is_known() {
            return Err(iloc.bad_header());
        }
        let left = read_id(&mut reader, layout.is_wide()).map_err(|_| iloc.bad_length())?;
        Ok(Self { iloc: iloc.clone(), reader, layout, left })
    }

    /// The offset in the file of the number of entries, and its width in bytes.
    pub(crate) fn count_field(&self) -> (usize, usize) {
        let width = if self.layout.is_wide() { 4 } else { 2 };
        (self.iloc.range.end - self.iloc.payload.len() + 4 + 2, width)
    }

    fn at(&self) -> usize {
        self.iloc.range.end - self.reader.rest().len()
    }

    fn entry(&mut self) -> Result<Location<'a>, Corruption> {
        let start = self.at();
        let item = read_id(&mut self.reader, self.layout.is_wide())?;
        let mut location = Location::read(&mut self.reader, self.layout)?;
        location.item = item;
        location.range = start..self.at();
        Ok(location)
    }
}

impl<'a> Iterator for Locations<'a> {
    type Item = Result<Location<'a>, Corruption>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        Some(self.entry().map_err(|_| self.iloc.bad_length()))
    }
}

/// How many bytes each field of an `iloc` box has.
#[derive(Clone, Copy, Debug)]
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

    /// Whether ids and the number of entries have 32 bits.
    fn is_wide(self) -> bool {
        self.version == 2
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
#[derive(Debug)]
pub(crate) struct Location<'a> {
    /// The id of the item.
    pub(crate) item: u32,
    /// Where in the file the entry is.
    pub(crate) range: Range<usize>,
    /// What its extents count from: 0 the file, 1 the `idat` box.
    pub(crate) method: u16,
    layout: Layout,
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
        Ok(Self { item: 0, range: 0..0, method, layout, base, extents, count })
    }

    /// Checks that every extent lies in `source`, and returns the first, empty when there is none.
    fn check<'s>(&self, source: &'s [u8]) -> Result<&'s [u8], Corruption> {
        let mut first = None;
        for extent in self.extents(source.len()) {
            let extent = source.get(extent?).ok_or(Corruption::DataOutside)?;
            first.get_or_insert(extent);
        }
        Ok(first.unwrap_or_default())
    }

    /// How many extents there are.
    pub(crate) fn extent_count(&self) -> usize {
        usize::from(self.count)
    }

    /// The extents in a source of this length.
    ///
    /// Fields of no width make extents of no bytes: any number of them says the same thing, so that
    /// one is looked at.
    pub(crate) fn extents(
        &self,
        length: usize,
    ) -> impl Iterator<Item = Result<Range<usize>, Corruption>> {
        let (layout, base) = (self.layout, self.base);
        let mut reader = Reader::new(self.extents);
        let count = if layout.extent() == 0 { self.count.min(1) } else { self.count };
        (0..count).map(move |_| {
            let _index = number(&mut reader, layout.index)?;
            let offset = number(&mut reader, layout.offset)?;
            let size = number(&mut reader, layout.length)?;
            part(length, base.checked_add(offset), size).ok_or(Corruption::DataOutside)
        })
    }
}

/// A part of a source of this `length`; a size of 0 means up to its end.
fn part(length: usize, start: Option<u64>, size: u64) -> Option<Range<usize>> {
    let start = usize::try_from(start?).ok()?;
    let size = match usize::try_from(size).ok()? {
        0 => length.checked_sub(start)?,
        size => size,
    };
    let end = start.checked_add(size).filter(|end| *end <= length)?;
    Some(start..end)
}

/// A number of 0, 4 or 8 bytes.
fn number(reader: &mut Reader<'_>, width: u8) -> Result<u64, Corruption> {
    match width {
        0 => Ok(0),
        4 => reader.be32().map(u64::from),
        _ => reader.be64(),
    }
}
