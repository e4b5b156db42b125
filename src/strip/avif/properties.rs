//! The properties of items: those that decoding and showing a picture need stay, all others go.

use std::collections::HashSet;

use super::items::Items;
use super::patches::room;
use crate::inspect::Corruption;
use crate::inspect::avif::properties::uses;
use crate::inspect::isobmff::{Atom, Kind};

/// Sizes, samples and colours; how the data is coded and which layer of it is shown; what an
/// auxiliary picture is; how the picture is turned and cut (ISO/IEC 23008-12, sections 6.5 and 7;
/// AV1 Image File Format, section 2). Words, times, cameras and places are not among them.
const KEPT: [&Kind; 26] = [
    b"ispe", b"pixi", b"colr", b"pasp", b"clli", b"mdcv", b"cclv", b"amve", b"reve", b"ndwt",
    b"av1C", b"a1op", b"a1lx", b"av1l", b"lsel", b"hvcC", b"lhvC", b"oinf", b"tols", b"ccst",
    b"auxC", b"irot", b"imir", b"clap", b"rref", b"rloc",
];

/// The boxes of `iprp` that go. A property that becomes `free` keeps its place: items name properties
/// by their number.
///
/// # Errors
/// [`Corruption::EssentialProperty`]: an item that stays is not shown without one of them.
pub(super) fn extras<'a>(iprp: &Atom<'a>, items: &Items<'_>) -> Result<Vec<Atom<'a>>, Corruption> {
    let needed = essential(iprp, items)?;
    let (mut extras, mut has_container) = (Vec::new(), false);
    for atom in iprp.children() {
        let atom = atom?;
        match &atom.kind {
            b"ipco" if !std::mem::replace(&mut has_container, true) => {
                take_properties(&atom, &needed, &mut extras)?;
            }
            b"ipma" => {}
            _ => push(&mut extras, atom)?,
        }
    }
    Ok(extras)
}

/// The numbers of the properties without which an item that stays must not be shown.
fn essential(iprp: &Atom<'_>, items: &Items<'_>) -> Result<HashSet<usize>, Corruption> {
    let mut needed = HashSet::new();
    uses(iprp, |used| {
        if used.is_essential && items.is_kept(used.item) {
            needed.insert(usize::from(used.number));
        }
    })?;
    Ok(needed)
}

fn take_properties<'a>(
    container: &Atom<'a>,
    needed: &HashSet<usize>,
    extras: &mut Vec<Atom<'a>>,
) -> Result<(), Corruption> {
    for (number, property) in (1..).zip(container.children()) {
        let property = property?;
        if KEPT.contains(&&property.kind) {
            continue;
        }
        if needed.contains(&number) {
            return Err(Corruption::EssentialProperty { kind: property.kind });
        }
        push(extras, property)?;
    }
    Ok(())
}

fn push<'a>(extras: &mut Vec<Atom<'a>>, atom: Atom<'a>) -> Result<(), Corruption> {
    room(extras.len())?;
    extras.push(atom);
    Ok(())
}
