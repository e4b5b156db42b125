//! The walk over the boxes of the ISO base media file format (ISO/IEC 14496-12), at any depth.

use std::ops::Range;

use super::Corruption;
use super::reader::Reader;

/// A four-character code.
pub(crate) type Kind = [u8; 4];

/// The most compatible brands that are looked at; files have about five.
const MAX_BRANDS: usize = 64;

/// One box.
#[derive(Clone, Debug)]
pub(crate) struct Atom<'a> {
    pub(crate) kind: Kind,
    /// What follows the size and the type.
    pub(crate) payload: &'a [u8],
    /// In the file, from the size field to the end of the payload.
    pub(crate) range: Range<usize>,
}

impl<'a> Atom<'a> {
    /// The boxes that fill the payload.
    pub(crate) fn children(&self) -> Boxes<'a> {
        Boxes { rest: self.payload, at: self.range.end - self.payload.len(), is_nested: true }
    }

    /// The boxes that fill the payload after `header` bytes of fields.
    pub(crate) fn children_after(&self, header: usize) -> Result<Boxes<'a>, Corruption> {
        let rest = self.payload.get(header..).ok_or(self.bad_length())?;
        Ok(Boxes { rest, at: self.range.end - rest.len(), is_nested: true })
    }

    /// The first box of this kind in the payload, which must be there.
    pub(crate) fn child(&self, kind: &Kind) -> Result<Self, Corruption> {
        self.children().find_kind(kind)?.ok_or(Corruption::MissingHeader)
    }

    /// A cursor over the payload of a "full box", and its version and flags.
    pub(crate) fn full(&self) -> Result<(Reader<'a>, u8, u32), Corruption> {
        let mut reader = Reader::new(self.payload);
        let [version, high, middle, low] = reader.array().map_err(|_| self.bad_length())?;
        Ok((reader, version, u32::from_be_bytes([0, high, middle, low])))
    }

    /// The error for fields that do not fit into the box.
    pub(crate) fn bad_length(&self) -> Corruption {
        Corruption::BadLength { at: self.range.start }
    }

    /// The error for a field with an undefined value.
    pub(crate) fn bad_header(&self) -> Corruption {
        Corruption::BadHeader { at: self.range.start }
    }
}

/// The boxes that fill a stretch of the file, one after the other and to its end.
#[derive(Clone, Debug)]
pub(crate) struct Boxes<'a> {
    rest: &'a [u8],
    /// Offset of `rest` in the file.
    at: usize,
    is_nested: bool,
}

impl<'a> Boxes<'a> {
    /// The boxes of a whole file.
    pub(crate) fn new(file: &'a [u8]) -> Self {
        Self { rest: file, at: 0, is_nested: false }
    }

    /// The first box of this kind.
    pub(crate) fn find_kind(mut self, kind: &Kind) -> Result<Option<Atom<'a>>, Corruption> {
        self.find(|atom| atom.as_ref().map_or(true, |atom| &atom.kind == kind)).transpose()
    }

    fn read(&mut self) -> Result<Atom<'a>, Corruption> {
        let whole = std::mem::take(&mut self.rest);
        let mut reader = Reader::new(whole);
        let short = reader.be32()?;
        let kind = reader.array()?;
        let size = match short {
            0 => whole.len(),
            1 => usize::try_from(reader.be64()?).map_err(|_| Corruption::Truncated)?,
            size => usize::try_from(size).map_err(|_| Corruption::Truncated)?,
        };
        let header = whole.len() - reader.rest().len();
        let length = size.checked_sub(header).ok_or(Corruption::BadLength { at: self.at })?;
        let payload = reader.take(length)?;
        let range = self.at..self.at + size;
        self.rest = reader.rest();
        self.at = range.end;
        Ok(Atom { kind, payload, range })
    }
}

impl<'a> Iterator for Boxes<'a> {
    type Item = Result<Atom<'a>, Corruption>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let (at, is_nested) = (self.at, self.is_nested);
        Some(self.read().map_err(|reason| {
            // A box that leaves its parent is wrong, however long the file is.
            if is_nested && reason == Corruption::Truncated {
                Corruption::BadLength { at }
            } else {
                reason
            }
        }))
    }
}

/// The brands of the `ftyp` box that a file begins with: the major one, then the compatible ones.
#[derive(Clone, Debug)]
pub(crate) struct Brands<'a> {
    major: Option<Kind>,
    compatible: &'a [u8],
}

impl<'a> Brands<'a> {
    /// The brands of `bytes`; `None` when they do not begin with an `ftyp` box. A box that is cut
    /// off still tells what the file was meant to be.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let size = usize::try_from(reader.be32().ok()?).ok()?;
        if &reader.array().ok()? != b"ftyp" {
            return None;
        }
        let major = reader.array().ok();
        let _version = reader.be32().ok();
        let most = size.saturating_sub(16).min(4 * MAX_BRANDS);
        let compatible = reader.rest().get(..most).unwrap_or(reader.rest());
        Some(Self { major, compatible })
    }
}

impl Iterator for Brands<'_> {
    type Item = Kind;

    fn next(&mut self) -> Option<Kind> {
        self.major.take().or_else(|| {
            let (brand, rest) = self.compatible.split_first_chunk()?;
            self.compatible = rest;
            Some(*brand)
        })
    }
}
