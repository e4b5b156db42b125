//! MP4 and QuickTime (ISO/IEC 14496-12): a `moov` box with a picture track, and the data it describes.

use crate::image::Format;
use crate::inspect::error::{Corruption, Fault};
use crate::inspect::isobmff::{Atom, Boxes, Kind};
use crate::inspect::size::Size;
use crate::inspect::{Facts, Limits};

/// Reads the facts of a film.
pub(in crate::inspect) fn inspect(
    bytes: &[u8],
    format: Format,
    limits: &Limits,
) -> Result<Facts, Fault> {
    let (mut movie, mut has_data) = (None, false);
    for atom in Boxes::new(bytes) {
        let atom = atom?;
        match &atom.kind {
            b"moov" if movie.is_some() => {
                return Err(Corruption::RepeatedHeader { at: atom.range.start }.into());
            }
            b"moov" => movie = Some(atom),
            b"mdat" => has_data = true,
            _ => {}
        }
    }
    let movie = movie.ok_or(Corruption::MissingHeader)?;
    if !has_data {
        return Err(Corruption::MissingImageData.into());
    }
    let size = largest_picture(&movie)?.ok_or(Corruption::MissingHeader)?;
    limits.admit(size)?;
    Ok(Facts { duration: duration(&movie)?, ..Facts::new(format, size, 1) })
}

/// The duration of the `mvhd` box in milliseconds; nothing for a film that grows, whose duration
/// stands elsewhere or nowhere.
fn duration(movie: &Atom<'_>) -> Result<Option<u64>, Corruption> {
    let header = child(movie, b"mvhd")?.ok_or(Corruption::MissingHeader)?;
    let (mut reader, version, _) = header.full()?;
    let short = |_| header.bad_length();
    let (scale, units, unknown) = if version == 1 {
        reader.take(16).map_err(short)?;
        (reader.be32().map_err(short)?, reader.be64().map_err(short)?, u64::MAX)
    } else {
        reader.take(8).map_err(short)?;
        let scale = reader.be32().map_err(short)?;
        (scale, u64::from(reader.be32().map_err(short)?), u64::from(u32::MAX))
    };
    if scale == 0 {
        return Err(header.bad_header());
    }
    let milliseconds = u128::from(units) * 1000 / u128::from(scale);
    let is_known = units != 0 && units != unknown;
    Ok(u64::try_from(milliseconds).ok().filter(|_| is_known))
}

/// The size of the largest picture track, as displayed.
fn largest_picture(movie: &Atom<'_>) -> Result<Option<Size>, Corruption> {
    let mut largest: Option<Size> = None;
    for atom in movie.children() {
        let atom = atom?;
        if &atom.kind == b"trak" && shows_pictures(&atom)? {
            let size = displayed(&atom)?;
            largest = Some(largest.filter(|known| known.area() >= size.area()).unwrap_or(size));
        }
    }
    Ok(largest)
}

fn shows_pictures(track: &Atom<'_>) -> Result<bool, Corruption> {
    let Some(media) = child(track, b"mdia")? else { return Ok(false) };
    let handler = child(&media, b"hdlr")?;
    Ok(handler.is_some_and(|handler| handler.payload.get(8..12) == Some(b"vide")))
}

/// The size in a `tkhd` box, in 16.16 numbers at its end, behind the nine numbers of a matrix. A
/// matrix whose first and fifth numbers are zero makes a quarter turn.
fn displayed(track: &Atom<'_>) -> Result<Size, Corruption> {
    let header = child(track, b"tkhd")?.ok_or(Corruption::MissingHeader)?;
    let (mut reader, version, _) = header.full()?;
    let short = |_| header.bad_length();
    reader.take(if version == 1 { 48 } else { 36 }).map_err(short)?;
    let mut matrix = [0; 9];
    for number in &mut matrix {
        *number = reader.be32().map_err(short)?;
    }
    let width = reader.be32().map_err(short)? >> 16;
    let height = reader.be32().map_err(short)? >> 16;
    let size = Size::new(width, height)?;
    let [across, .., down, _, _, _, _] = matrix;
    Ok(if across == 0 && down == 0 { size.turned() } else { size })
}

fn child<'a>(parent: &Atom<'a>, kind: &Kind) -> Result<Option<Atom<'a>>, Corruption> {
    parent.children().find_kind(kind)
}
