//! GIF: keeps the pictures, their timing and the loop, and the colour profile. Comments, text blocks
//! and the data of every other application go.

use super::Edits;
use super::stripped::Kind;
use crate::inspect::Corruption;
use crate::inspect::gif::{Block, Blocks, introducer};

/// The labels of extensions (appendix A of the specification).
mod label {
    pub(super) const PLAIN_TEXT: u8 = 0x01;
    pub(super) const GRAPHIC_CONTROL: u8 = 0xF9;
    pub(super) const COMMENT: u8 = 0xFE;
    pub(super) const APPLICATION: u8 = 0xFF;
}

/// Applications whose data viewers read: how often the animation is repeated, under two names, and
/// the colour profile (ICC.1, annex B.3). Each is eleven bytes: an identifier and a code.
const KEPT: [&[u8; 11]; 3] = [b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"];

pub(super) fn strip(bytes: &[u8]) -> Result<Edits, Corruption> {
    let mut edits = Edits::default();
    let blocks = Blocks::new(bytes)?;
    let mut at = blocks.start();
    edits.keep(0..at);
    // A graphic control belongs to the picture or the text that comes next, and goes with the text.
    let mut control = None;
    for block in blocks {
        let block = block?;
        at = block.range.end;
        match judge(&block) {
            Part::Control => control = Some(block.range),
            Part::Text => {
                control = None;
                edits.remove(Kind::Text);
            }
            Part::Gone(kind) => edits.remove(kind),
            Part::Picture => {
                control.take().into_iter().for_each(|range| edits.keep(range));
                edits.keep(block.range);
            }
            Part::Kept => edits.keep(block.range),
        }
    }
    if at < bytes.len() {
        edits.remove(Kind::Trailing);
    }
    Ok(edits)
}

enum Part {
    Picture,
    Control,
    Text,
    Kept,
    Gone(Kind),
}

fn judge(block: &Block<'_>) -> Part {
    match (block.introducer, block.body.first().copied()) {
        (introducer::IMAGE, _) => Part::Picture,
        (introducer::EXTENSION, Some(label::GRAPHIC_CONTROL)) => Part::Control,
        (introducer::EXTENSION, Some(label::PLAIN_TEXT)) => Part::Text,
        (introducer::EXTENSION, Some(label::COMMENT)) => Part::Gone(Kind::Comment),
        (introducer::EXTENSION, Some(label::APPLICATION)) => application(block.body),
        (introducer::EXTENSION, _) => Part::Gone(Kind::Application),
        _ => Part::Kept,
    }
}

/// The body: the label, the length of the first sub-block, which is always eleven, and that.
fn application(body: &[u8]) -> Part {
    let name = body.get(2..13).unwrap_or_default();
    if KEPT.iter().any(|kept| kept.as_slice() == name) {
        return Part::Kept;
    }
    Part::Gone(if name.starts_with(b"XMP Data") { Kind::Xmp } else { Kind::Application })
}
