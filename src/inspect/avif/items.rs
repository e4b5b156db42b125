//! The items of a `meta` box: which one is shown, of what type it is and how large.

use super::properties::Properties;
use super::{Pictures, av1, locations, properties, set_once};
use crate::inspect::Found;
use crate::inspect::error::{Coding, Corruption, Fault, InspectError};
use crate::inspect::isobmff::{Atom, Kind};
use crate::inspect::limits::Limits;
use crate::inspect::reader::Reader;
use crate::inspect::size::Size;

/// The file that a `meta` box describes.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) file: &'a [u8],
    pub(super) coding: Pictures,
}

/// The size of the primary item as displayed, after all that is stated about it was checked.
pub(super) fn displayed(
    meta: &Atom<'_>,
    Source { file, coding }: Source<'_>,
    limits: &Limits,
) -> Result<Size, Fault> {
    let meta = Meta::read(meta)?;
    let primary = primary_item(&meta.primary)?;
    let kind = item_kind(&meta.infos, primary)?;
    let Properties { size, aperture, is_turned, has_config } =
        properties::of(&meta.properties, primary, limits)?;
    let sources = locations::Sources { file, data: meta.data };
    let data = locations::data_of(&meta.locations, primary, sources)?;
    match &kind {
        b"av01" if has_config && coding == Pictures::Av1 => {
            limits.admit(av1::stated_size(data)?)?;
        }
        b"av01" if coding == Pictures::Av1 => return Err(Corruption::MissingHeader.into()),
        b"hvc1" | b"hev1" if coding == Pictures::Hevc => {
            if !has_config || data.is_empty() {
                return Err(Corruption::MissingHeader.into());
            }
        }
        b"grid" => check_grid(data, size, meta.properties.range.start)?,
        b"hvc1" | b"hev1" => {
            let (found, accepted) = (Found::Heic, limits.accepted);
            return Err(InspectError::UnsupportedType { found, accepted }.into());
        }
        _ => {
            let coding = Coding::AvifItem { kind };
            return Err(Corruption::UnsupportedCoding { coding }.into());
        }
    }
    let aperture =
        aperture.filter(|aperture| coding == Pictures::Hevc && aperture.fits(size, 0, 0));
    let size = aperture.unwrap_or(size);
    Ok(if is_turned { size.turned() } else { size })
}

/// The boxes of a `meta` box that describe the primary item.
struct Meta<'a> {
    primary: Atom<'a>,
    infos: Atom<'a>,
    locations: Atom<'a>,
    properties: Atom<'a>,
    /// Item data that is kept here rather than in `mdat`.
    data: Option<&'a [u8]>,
}

impl<'a> Meta<'a> {
    fn read(meta: &Atom<'a>) -> Result<Self, Corruption> {
        let (mut primary, mut infos, mut locations) = (None, None, None);
        let (mut properties, mut data) = (None, None);
        for atom in meta.children_after(4)? {
            let atom = atom?;
            match &atom.kind {
                b"pitm" => set_once(&mut primary, atom)?,
                b"iinf" => set_once(&mut infos, atom)?,
                b"iloc" => set_once(&mut locations, atom)?,
                b"iprp" => set_once(&mut properties, atom)?,
                b"idat" => set_once(&mut data, atom)?,
                _ => {}
            }
        }
        let required = |atom: Option<Atom<'a>>| atom.ok_or(Corruption::MissingHeader);
        Ok(Self {
            primary: required(primary)?,
            infos: required(infos)?,
            locations: required(locations)?,
            properties: required(properties)?,
            data: data.map(|atom| atom.payload),
        })
    }
}

/// Reads the `pitm` box.
fn primary_item(pitm: &Atom<'_>) -> Result<u32, Corruption> {
    let (mut reader, version, _) = pitm.full()?;
    read_id(&mut reader, version > 0).map_err(|_| pitm.bad_length())
}

/// Item ids grew from 16 to 32 bits in later versions of each box.
pub(crate) fn read_id(reader: &mut Reader<'_>, is_wide: bool) -> Result<u32, Corruption> {
    if is_wide { reader.be32() } else { reader.be16().map(u32::from) }
}

/// Finds the type of an item in the `iinf` box.
fn item_kind(iinf: &Atom<'_>, id: u32) -> Result<Kind, Corruption> {
    let (_, version, _) = iinf.full()?;
    let count_bytes = if version == 0 { 2 } else { 4 };
    for entry in iinf.children_after(4 + count_bytes)? {
        let entry = entry?;
        if &entry.kind != b"infe" {
            continue;
        }
        let (mut reader, version, _) = entry.full()?;
        // The versions before 2 have no item types, and HEIF does not allow them.
        if version < 2 {
            return Err(entry.bad_header());
        }
        let entry_id = read_id(&mut reader, version > 2).map_err(|_| entry.bad_length())?;
        let _protection = reader.be16().map_err(|_| entry.bad_length())?;
        if entry_id == id {
            return reader.array().map_err(|_| entry.bad_length());
        }
    }
    Err(Corruption::DanglingReference)
}

/// Compares the size in the descriptor of a grid (ISO/IEC 23008-12, section 6.6.2.3) with `ispe`.
fn check_grid(descriptor: &[u8], size: Size, at: usize) -> Result<(), Corruption> {
    let mut reader = Reader::new(descriptor);
    let [_version, flags, _rows, _columns] = reader.array()?;
    let (width, height) = if flags & 1 == 0 {
        (u32::from(reader.be16()?), u32::from(reader.be16()?))
    } else {
        (reader.be32()?, reader.be32()?)
    };
    if (Size { width, height }) == size { Ok(()) } else { Err(Corruption::SizeMismatch { at }) }
}
