//! AVIF (AV1 Image File Format 1.1, on HEIF and the ISO base media file format), and HEIC, which is
//! the same around pictures of another coding: one image out of the items of a `meta` box, a sequence
//! out of a track of a `moov` box, or both.

mod av1;
pub(crate) mod items;
pub(crate) mod locations;
pub(crate) mod properties;
mod track;

use super::error::{Corruption, Fault};
use super::isobmff::{Atom, Boxes, Brands};
use super::{Facts, Limits};
use crate::image::Format;

/// Reads the facts of a file that begins with an `ftyp` box of an AVIF brand.
///
/// The size is that of the primary item as stored in `ispe` and turned by `irot`. A clean aperture
/// (`clap`) counts in a HEIC, whose viewers obey it, and not in an AVIF, whose viewers mostly do not.
/// Where there is no item, the size is that of the track.
pub(super) fn inspect(bytes: &[u8], coding: Pictures, limits: &Limits) -> Result<Facts, Fault> {
    let file = File::read(bytes)?;
    let source = items::Source { file: bytes, coding };
    let still = file.meta.map(|meta| items::displayed(&meta, source, limits)).transpose()?;
    let sequence = file.moov.map(|moov| track::sequence(&moov, limits)).transpose()?;
    let frames = sequence.as_ref().map_or(1, |sequence| sequence.frames);
    let size = still.or(sequence.map(|sequence| sequence.size)).ok_or(Corruption::MissingHeader)?;
    Ok(Facts::new(coding.format(), size, frames))
}

/// How the pictures of a file are coded. The container around them is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pictures {
    /// AV1: AVIF.
    Av1,
    /// HEVC: HEIC.
    Hevc,
}

impl Pictures {
    fn format(self) -> Format {
        match self {
            Self::Av1 => Format::Avif,
            Self::Hevc => Format::Heic,
        }
    }
}

/// The boxes of the file that say what it shows.
struct File<'a> {
    meta: Option<Atom<'a>>,
    /// Left out unless the brand `avis` says that the track is the image: phones put the film of a
    /// "motion photo" there.
    moov: Option<Atom<'a>>,
}

impl<'a> File<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, Corruption> {
        let mut file = Self { meta: None, moov: None };
        for atom in Boxes::new(bytes) {
            let atom = atom?;
            match &atom.kind {
                b"meta" => set_once(&mut file.meta, atom)?,
                b"moov" => set_once(&mut file.moov, atom)?,
                _ => {}
            }
        }
        let is_sequence =
            Brands::read(bytes).is_some_and(|mut brands| brands.any(|b| &b == b"avis"));
        file.moov = file.moov.filter(|_| is_sequence);
        Ok(file)
    }
}

/// Keeps a box that may stand only once.
fn set_once<'a>(place: &mut Option<Atom<'a>>, atom: Atom<'a>) -> Result<(), Corruption> {
    if place.is_some() {
        return Err(Corruption::RepeatedHeader { at: atom.range.start });
    }
    *place = Some(atom);
    Ok(())
}
