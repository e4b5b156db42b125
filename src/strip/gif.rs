//! GIF: keeps the pictures, their timing and the loop, and the colour profile. Comments, text blocks
//! and the data of every other application go.

use std::ops::Range;

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
    let mut held = Held::default();
    for block in blocks {
        let block = block?;
        at = block.range.end;
        match judge(&block) {
            Part::Control => {
                held.drop_into(&mut edits);
                held.control = Some(block.range);
            }
            Part::Text => {
                held.drop_into(&mut edits);
                edits.remove(Kind::Text);
            }
            Part::Gone(kind) => edits.remove(kind),
            Part::Picture => {
                held.keep_in(&mut edits);
                edits.keep(block.range);
            }
            Part::Kept if held.control.is_some() => held.behind.keep(block.range),
            Part::Kept => edits.keep(block.range),
        }
    }
    held.drop_into(&mut edits);
    if at < bytes.len() {
        edits.remove(Kind::Trailing);
    }
    Ok(edits)
}

/// A graphic control and what is kept of the blocks behind it, until it is known whether it stays: it
/// belongs to the picture or the text that comes next, and goes with the text.
#[derive(Default)]
struct Held {
    control: Option<Range<usize>>,
    behind: Edits,
}

impl Held {
    /// The control stays, where it stood.
    fn keep_in(&mut self, edits: &mut Edits) {
        self.control.take().into_iter().for_each(|range| edits.keep(range));
        self.drop_into(edits);
    }

    /// The control goes, and what is behind it stays.
    fn drop_into(&mut self, edits: &mut Edits) {
        self.control = None;
        edits.append(std::mem::take(&mut self.behind));
    }
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
