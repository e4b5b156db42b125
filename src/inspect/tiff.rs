//! TIFF structures (TIFF 6.0, section 2), which Exif is made of: directories of entries. Whatever is
//! broken reads as absent, and nothing is followed in a circle, because nothing is followed here.

use super::reader::Reader;

/// The TIFF types that are read.
const ASCII: u16 = 2;
const SHORT: u16 = 3;
const LONG: u16 = 4;

/// A TIFF structure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tiff<'a> {
    bytes: &'a [u8],
    order: ByteOrder,
}

impl<'a> Tiff<'a> {
    /// The structure that begins with `bytes`.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let order = ByteOrder::of(bytes.first_chunk()?)?;
        Some(Self { bytes, order })
    }

    /// The first directory; an empty one when there is none.
    pub(crate) fn first(self) -> Directory<'a> {
        let offset = self.bytes.get(4..8).and_then(|bytes| self.order.u32(bytes));
        let empty = Directory { tiff: self, entries: &[], next: None };
        offset.and_then(|offset| self.directory(offset)).unwrap_or(empty)
    }

    /// The directory at this offset.
    pub(crate) fn directory(self, offset: u32) -> Option<Directory<'a>> {
        let directory = self.bytes.get(usize::try_from(offset).ok()?..)?;
        let (count, entries) = directory.split_at_checked(2)?;
        let length = 12 * usize::from(self.order.u16(count)?);
        // A directory that is cut off still has the entries that are there.
        let (entries, rest) = entries.split_at_checked(length).unwrap_or((entries, &[]));
        let next = self.order.u32(rest).filter(|next| *next != 0);
        Some(Directory { tiff: self, entries, next })
    }
}

/// One directory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Directory<'a> {
    tiff: Tiff<'a>,
    entries: &'a [u8],
    next: Option<u32>,
}

impl<'a> Directory<'a> {
    /// How many entries it has.
    pub(crate) fn len(&self) -> usize {
        self.entries.len() / 12
    }

    /// The offset of the directory after this one.
    pub(crate) fn next(&self) -> Option<u32> {
        self.next
    }

    /// The first entry with this tag.
    pub(crate) fn find(&self, tag: u16) -> Option<Entry<'a>> {
        let order = self.tiff.order;
        let bytes = self.entries.chunks_exact(12).find(|entry| order.u16(entry) == Some(tag))?;
        Some(Entry { tiff: self.tiff, bytes })
    }
}

/// One entry of twelve bytes: tag, type, count and value, or where the value is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'a> {
    tiff: Tiff<'a>,
    bytes: &'a [u8],
}

impl<'a> Entry<'a> {
    /// The value of an entry that holds one 16-bit number.
    pub(crate) fn short(&self) -> Option<u16> {
        self.is(SHORT, 1).then(|| self.tiff.order.u16(self.bytes.get(8..)?)).flatten()
    }

    /// The value of an entry that holds one 32-bit number, such as an offset.
    pub(crate) fn long(&self) -> Option<u32> {
        self.is(LONG, 1).then(|| self.tiff.order.u32(self.bytes.get(8..)?)).flatten()
    }

    /// The value of an entry that holds text, with the zero at its end.
    pub(crate) fn ascii(&self) -> Option<&'a [u8]> {
        let count = self.count()?;
        if self.kind()? != ASCII {
            return None;
        }
        let length = usize::try_from(count).ok()?;
        if length <= 4 {
            return self.bytes.get(8..8 + length);
        }
        let offset = usize::try_from(self.tiff.order.u32(self.bytes.get(8..)?)?).ok()?;
        self.tiff.bytes.get(offset..)?.get(..length)
    }

    fn is(&self, kind: u16, count: u32) -> bool {
        self.kind() == Some(kind) && self.count() == Some(count)
    }

    fn kind(&self) -> Option<u16> {
        self.tiff.order.u16(self.bytes.get(2..)?)
    }

    fn count(&self) -> Option<u32> {
        self.tiff.order.u32(self.bytes.get(4..)?)
    }
}

#[derive(Clone, Copy, Debug)]
enum ByteOrder {
    Little,
    Big,
}

impl ByteOrder {
    fn of(magic: &[u8; 4]) -> Option<Self> {
        match magic {
            b"II*\0" => Some(Self::Little),
            b"MM\0*" => Some(Self::Big),
            _ => None,
        }
    }

    fn u16(self, bytes: &[u8]) -> Option<u16> {
        let mut reader = Reader::new(bytes);
        match self {
            Self::Little => reader.le16(),
            Self::Big => reader.be16(),
        }
        .ok()
    }

    fn u32(self, bytes: &[u8]) -> Option<u32> {
        let mut reader = Reader::new(bytes);
        match self {
            Self::Little => reader.le32(),
            Self::Big => reader.be32(),
        }
        .ok()
    }
}
