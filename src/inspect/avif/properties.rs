//! The `iprp` box: properties, and which item each belongs to.

use super::items::read_id;
use crate::inspect::error::{Corruption, Fault};
use crate::inspect::isobmff::Atom;
use crate::inspect::limits::Limits;
use crate::inspect::reader::Reader;
use crate::inspect::size::Size;

/// An association has 15 bits for the number of its property, so that no later one can be meant.
const MAX_PROPERTIES: usize = 0x7FFF;

/// The use of a property by an item.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Use {
    /// The item.
    pub(crate) item: u32,
    /// The property, counted from 1.
    pub(crate) number: u16,
    /// Who does not know the property must not show the item.
    pub(crate) is_essential: bool,
}

/// Tells every use of a property by an item.
pub(crate) fn uses(iprp: &Atom<'_>, mut tell: impl FnMut(Use)) -> Result<(), Corruption> {
    each_item(iprp, |item, associations| {
        for (number, is_essential) in associations.entries() {
            tell(Use { item, number, is_essential });
        }
        false
    })
}

/// What is stated about one item.
pub(super) struct Properties {
    pub(super) size: Size,
    /// The part that `clap` leaves to be shown.
    pub(super) aperture: Option<Size>,
    /// `irot` asks for an odd number of quarter turns.
    pub(super) is_turned: bool,
    /// There is an `av1C` or `hvcC`, without which the data cannot be decoded.
    pub(super) has_config: bool,
}

/// Collects the properties of an item, and holds the size of every item to the limits: a decoder
/// also unpacks the transparency and the tiles.
pub(super) fn of(iprp: &Atom<'_>, item: u32, limits: &Limits) -> Result<Properties, Fault> {
    let container = iprp.children().find_kind(b"ipco")?.ok_or(Corruption::MissingHeader)?;
    for property in container.children() {
        let property = property?;
        if &property.kind == b"ispe" {
            limits.admit(extent(&property)?)?;
        }
    }
    Ok(collect(&container, associations(iprp, item)?)?)
}

fn collect(container: &Atom<'_>, wanted: Associations<'_>) -> Result<Properties, Corruption> {
    let (mut size, mut aperture, mut is_turned, mut has_config) = (None, None, false, false);
    let mut missing = wanted.numbers().filter(|number| *number != 0).count();
    for (index, property) in container.children().take(MAX_PROPERTIES).enumerate() {
        let property = property?;
        let uses = wanted.numbers().filter(|number| usize::from(*number) == index + 1).count();
        if uses == 0 {
            continue;
        }
        missing -= uses;
        match &property.kind {
            b"ispe" if size.is_some() => {
                return Err(Corruption::RepeatedHeader { at: property.range.start });
            }
            b"ispe" => size = Some(extent(&property)?),
            b"clap" => aperture = Some(clean_aperture(&property)?),
            b"irot" => is_turned = quarter_turns(&property)? % 2 == 1,
            b"av1C" | b"hvcC" => has_config = true,
            _ => {}
        }
    }
    if missing > 0 {
        return Err(Corruption::DanglingReference);
    }
    let size = size.ok_or(Corruption::MissingHeader)?;
    Ok(Properties { size, aperture, is_turned, has_config })
}

/// Reads an `ispe` box.
fn extent(ispe: &Atom<'_>) -> Result<Size, Corruption> {
    let (mut reader, _, _) = ispe.full()?;
    let width = reader.be32().map_err(|_| ispe.bad_length())?;
    let height = reader.be32().map_err(|_| ispe.bad_length())?;
    Size::new(width, height)
}

/// Reads the width and height of a `clap` box, which are fractions; where in the picture the aperture
/// lies does not matter here.
fn clean_aperture(clap: &Atom<'_>) -> Result<Size, Corruption> {
    let mut reader = Reader::new(clap.payload);
    let mut fraction = || {
        let (dividend, divisor) = (reader.be32(), reader.be32());
        dividend.ok()?.checked_div(divisor.ok()?)
    };
    let size = fraction().zip(fraction());
    let (width, height) = size.ok_or(clap.bad_length())?;
    Size::new(width, height)
}

/// Reads an `irot` box.
fn quarter_turns(irot: &Atom<'_>) -> Result<u8, Corruption> {
    irot.payload.first().map(|angle| angle & 0x03).ok_or(irot.bad_length())
}

/// The property numbers of one item, as an `ipma` box holds them.
#[derive(Clone, Copy)]
struct Associations<'a> {
    entries: &'a [u8],
    is_wide: bool,
}

impl Associations<'_> {
    /// Numbers count from 1; 0 stands for no property.
    fn numbers(&self) -> impl Iterator<Item = u16> {
        self.entries().map(|(number, _)| number)
    }

    /// The numbers, and whether the property is essential, which the highest bit of an entry says.
    fn entries(&self) -> impl Iterator<Item = (u16, bool)> {
        let width = if self.is_wide { 2 } else { 1 };
        self.entries.chunks_exact(width).map(|entry| match *entry {
            [high, low] => (u16::from_be_bytes([high & 0x7F, low]), high & 0x80 != 0),
            [number] => (u16::from(number & 0x7F), number & 0x80 != 0),
            _ => (0, false),
        })
    }
}

/// Finds the properties of an item.
fn associations<'a>(iprp: &Atom<'a>, wanted: u32) -> Result<Associations<'a>, Corruption> {
    let mut found = None;
    each_item(iprp, |item, associations| {
        found = Some(associations).filter(|_| item == wanted);
        found.is_some()
    })?;
    found.ok_or(Corruption::MissingHeader)
}

/// Goes through the `ipma` boxes, of which there may be several, until the visitor says that it is
/// enough.
fn each_item<'a>(
    iprp: &Atom<'a>,
    mut is_enough: impl FnMut(u32, Associations<'a>) -> bool,
) -> Result<(), Corruption> {
    for atom in iprp.children() {
        let atom = atom?;
        if &atom.kind != b"ipma" {
            continue;
        }
        let (mut reader, version, flags) = atom.full()?;
        let is_wide = flags & 1 == 1;
        let count = reader.be32().map_err(|_| atom.bad_length())?;
        for _ in 0..count {
            let entry = read_entry(&mut reader, version > 0, is_wide);
            let (item, entries) = entry.map_err(|_| atom.bad_length())?;
            if is_enough(item, Associations { entries, is_wide }) {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// One entry of an `ipma` box: the item and its packed property numbers.
fn read_entry<'a>(
    reader: &mut Reader<'a>,
    has_wide_id: bool,
    is_wide: bool,
) -> Result<(u32, &'a [u8]), Corruption> {
    let id = read_id(reader, has_wide_id)?;
    let count = usize::from(reader.u8()?);
    let entries = reader.take(if is_wide { 2 * count } else { count })?;
    Ok((id, entries))
}
