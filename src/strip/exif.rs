//! What an Exif block holds, and the block that is left of it: the orientation, and the rights where
//! they are kept.

use super::Rights;
use super::stripped::Kind;
use crate::inspect::tiff::{Directory, Entry, Tiff};

/// Tags of the first directory (Exif 3.0, section 4.6).
mod tag {
    pub(super) const ORIENTATION: u16 = 0x0112;
    pub(super) const ARTIST: u16 = 0x013B;
    pub(super) const COPYRIGHT: u16 = 0x8298;
    pub(super) const EXIF_DIRECTORY: u16 = 0x8769;
    pub(super) const GPS_DIRECTORY: u16 = 0x8825;
    /// In the Exif directory.
    pub(super) const MAKER_NOTE: u16 = 0x927C;
}

/// TIFF types.
const ASCII: u16 = 2;
const SHORT: u16 = 3;

/// The bytes of a TIFF structure with one directory of one entry.
const SMALLEST: usize = 8 + 2 + 12 + 4;

/// What becomes of an Exif block.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// There is nothing in it but what may stay.
    Stays,
    /// It goes.
    Goes,
    /// This comes in its place, as a TIFF structure that is no longer than the one before.
    Becomes(Vec<u8>),
}

/// What becomes of an Exif block, and the kinds of what goes.
pub(super) fn judge(tiff: &[u8], rights: Rights) -> (Verdict, Vec<Kind>) {
    let Some(parsed) = Tiff::read(tiff) else { return (Verdict::Goes, vec![Kind::Exif]) };
    let first = parsed.first();
    let orientation = orientation(&first);
    let is_bare = first.len() == 1 && orientation.is_some() && tiff.len() <= SMALLEST;
    if is_bare {
        return (Verdict::Stays, Vec::new());
    }
    let rights = match rights {
        Rights::Removed => Vec::new(),
        Rights::Kept => strings(&first),
    };
    let kinds = kinds(&parsed, &first);
    let written = write(orientation.filter(|turn| *turn != 1), &rights);
    let fits = |new: &Vec<u8>| new.len() <= tiff.len();
    let without = || write(orientation.filter(|turn| *turn != 1), &[]).filter(fits);
    match written.filter(fits).or_else(without) {
        Some(new) if new == tiff => (Verdict::Stays, Vec::new()),
        Some(new) => (Verdict::Becomes(new), kinds),
        None => (Verdict::Goes, kinds),
    }
}

/// The kinds of what an Exif item of an AVIF holds. Four bytes before the TIFF structure say how far
/// on it begins (ISO/IEC 23008-12, annex A.2.1).
pub(super) fn kinds_of_item(data: &[u8]) -> Vec<Kind> {
    let tiff = data.split_first_chunk().and_then(|(offset, rest)| {
        let offset = usize::try_from(u32::from_be_bytes(*offset)).ok()?;
        Tiff::read(rest.get(offset..)?)
    });
    tiff.map_or(vec![Kind::Exif], |tiff| kinds(&tiff, &tiff.first()))
}

fn orientation(first: &Directory<'_>) -> Option<u16> {
    let value = first.find(tag::ORIENTATION)?.short()?;
    (1..=8).contains(&value).then_some(value)
}

fn kinds(tiff: &Tiff<'_>, first: &Directory<'_>) -> Vec<Kind> {
    let mut kinds = vec![Kind::Exif];
    if first.find(tag::GPS_DIRECTORY).is_some() {
        kinds.push(Kind::Gps);
    }
    let inner = first.find(tag::EXIF_DIRECTORY).and_then(|entry| tiff.directory(entry.long()?));
    if inner.is_some_and(|inner| inner.find(tag::MAKER_NOTE).is_some()) {
        kinds.push(Kind::MakerNote);
    }
    if first.next().is_some() {
        kinds.push(Kind::Thumbnail);
    }
    kinds
}

/// The tags that name who may do what, with their text.
fn strings<'a>(first: &Directory<'a>) -> Vec<(u16, &'a [u8])> {
    let text = |tag| {
        let entry: Entry<'a> = first.find(tag)?;
        let text = entry.ascii()?;
        (!text.is_empty()).then_some((tag, text))
    };
    [tag::ARTIST, tag::COPYRIGHT].into_iter().filter_map(text).collect()
}

/// A TIFF structure, big-endian, with the orientation and these strings; nothing when there are none.
/// A string of up to four bytes stands in its entry, a longer one behind the directory.
fn write(orientation: Option<u16>, strings: &[(u16, &[u8])]) -> Option<Vec<u8>> {
    let count = strings.len() + usize::from(orientation.is_some());
    if count == 0 {
        return None;
    }
    let mut tiff = b"MM\0*\0\0\0\x08".to_vec();
    tiff.extend(u16::try_from(count).ok()?.to_be_bytes());
    if let Some(orientation) = orientation {
        let [high, low] = orientation.to_be_bytes();
        put_entry(&mut tiff, (tag::ORIENTATION, SHORT, 1), [high, low, 0, 0]);
    }
    let mut data = Vec::new();
    let data_at = 8 + 2 + 12 * count + 4;
    for (tag, text) in strings {
        let length = u32::try_from(text.len()).ok()?;
        let mut value = [0; 4];
        if let Some(place) = value.get_mut(..text.len()) {
            place.copy_from_slice(text);
        } else {
            value = u32::try_from(data_at + data.len()).ok()?.to_be_bytes();
            data.extend_from_slice(text);
            // Values begin at even offsets.
            data.resize(data.len().next_multiple_of(2), 0);
        }
        put_entry(&mut tiff, (*tag, ASCII, length), value);
    }
    tiff.extend([0; 4]);
    tiff.extend(data);
    Some(tiff)
}

fn put_entry(tiff: &mut Vec<u8>, (tag, kind, count): (u16, u16, u32), value: [u8; 4]) {
    tiff.extend(tag.to_be_bytes());
    tiff.extend(kind.to_be_bytes());
    tiff.extend(count.to_be_bytes());
    tiff.extend(value);
}
