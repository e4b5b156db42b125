//! PNG: keeps the chunks that a viewer shows the picture and its animation by. Text, times, Exif
//! but for the orientation, and every chunk of an unknown kind go.

use super::exif::{self, Verdict};
use super::stripped::Kind;
use super::{Edits, Rights};
use crate::inspect::Corruption;
use crate::inspect::exif::PREFIX as EXIF;
use crate::inspect::png::SIGNATURE;
use crate::inspect::png::chunks::{Chunk, Chunks};

/// What a viewer needs (W3C PNG, third edition, section 11): the picture, its palette and its
/// transparency; the space of its colours; the size and shape of its pixels; the animation.
const KEPT: [&[u8; 4]; 18] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB",
    b"cICP", b"mDCV", b"cLLI", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

pub(super) fn strip(bytes: &[u8], rights: Rights) -> Result<Edits, Corruption> {
    let mut edits = Edits::default();
    edits.keep(0..SIGNATURE.len());
    let mut at = SIGNATURE.len();
    let mut has_exif = false;
    for chunk in Chunks::new(bytes) {
        let chunk = chunk?;
        at = chunk.range.end;
        if KEPT.contains(&&chunk.kind) {
            edits.keep(chunk.range);
        } else if &chunk.kind == b"eXIf" && !std::mem::replace(&mut has_exif, true) {
            take_exif(&mut edits, &chunk, rights);
        } else {
            edits.remove(kind_of(&chunk));
        }
    }
    if at < bytes.len() {
        edits.remove(Kind::Trailing);
    }
    Ok(edits)
}

fn take_exif(edits: &mut Edits, chunk: &Chunk<'_>, rights: Rights) {
    let tiff = chunk.data.strip_prefix(EXIF).unwrap_or(chunk.data);
    let (verdict, kinds) = exif::judge(tiff, rights);
    match verdict {
        Verdict::Stays => edits.keep(chunk.range.clone()),
        Verdict::Becomes(tiff) => edits.write(written(*b"eXIf", &tiff)),
        Verdict::Goes => {}
    }
    kinds.into_iter().for_each(|kind| edits.remove(kind));
}

fn kind_of(chunk: &Chunk<'_>) -> Kind {
    match &chunk.kind {
        b"iTXt" if chunk.data.starts_with(b"XML:com.adobe.xmp") => Kind::Xmp,
        // ImageMagick puts Exif, IPTC and XMP into text, in hexadecimal digits.
        b"tEXt" | b"zTXt" if chunk.data.starts_with(b"Raw profile type exif") => Kind::Exif,
        b"tEXt" | b"zTXt" if chunk.data.starts_with(b"Raw profile type iptc") => Kind::Iptc,
        b"tEXt" | b"zTXt" if chunk.data.starts_with(b"Raw profile type xmp") => Kind::Xmp,
        b"tEXt" | b"zTXt" | b"iTXt" => Kind::Text,
        b"tIME" => Kind::Time,
        b"eXIf" => Kind::Exif,
        _ => Kind::Application,
    }
}

/// A chunk. Its data is no longer than that of one which was there, so its length fits.
fn written(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    let checksummed = [&kind, data].concat();
    let checksum = crc32fast::hash(&checksummed);
    [&length.to_be_bytes(), &checksummed[..], &checksum.to_be_bytes()].concat()
}
