//! GIF: keeps the pictures, their timing and the loop, and the colour profile. Comments, text blocks
//! and the data of every other application go.

use std::ops::Range;

use super::Edits;
use super::stripped::Kind;
use crate::inspect::Corruption;
use crate::inspect::gif::{Block, Blocks, GRAPHIC_CONTROL, introducer};

/// The labels of extensions (appendix A of the specification).
mod label {
    pub(super) const PLAIN_TEXT: u8 = 0x01;
    pub(super) const COMMENT: u8 = 0xFE;
    pub(super) const APPLICATION: u8 = 0xFF;
}

/// Applications that say how often the animation is repeated, by their identifier and code.
const LOOPS: [&[u8; 11]; 2] = [b"NETSCAPE2.0", b"ANIMEXTS1.0"];

/// The application whose data is the colour profile (ICC.1, annex B.3).
const PROFILE: &[u8; 11] = b"ICCRGBG1012";

/// The bytes from the introducer to the end of the sub-block that has the number of repetitions.
const LOOP_LENGTH: usize = 3 + LOOPS[0].len() + 4;

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
            Part::Loop => {
                let rest = block.range.start + LOOP_LENGTH..block.range.end;
                let kept = held.next(&mut edits);
                kept.keep(block.range.start..rest.start);
                if rest.len() == 1 {
                    kept.keep(rest);
                } else {
                    kept.write(vec![0]);
                    edits.remove(Kind::Application);
                }
            }
            Part::Kept => held.next(&mut edits).keep(block.range),
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
    /// Where the next block goes that stays.
    fn next<'a>(&'a mut self, edits: &'a mut Edits) -> &'a mut Edits {
        if self.control.is_some() { &mut self.behind } else { edits }
    }

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
    /// The number of repetitions, and maybe something behind it.
    Loop,
    Kept,
    Gone(Kind),
}

fn judge(block: &Block<'_>) -> Part {
    match (block.introducer, block.body.first().copied()) {
        (introducer::IMAGE, _) => Part::Picture,
        (introducer::EXTENSION, Some(GRAPHIC_CONTROL)) => Part::Control,
        (introducer::EXTENSION, Some(label::PLAIN_TEXT)) => Part::Text,
        (introducer::EXTENSION, Some(label::COMMENT)) => Part::Gone(Kind::Comment),
        (introducer::EXTENSION, Some(label::APPLICATION)) => application(block.body),
        (introducer::EXTENSION, _) => Part::Gone(Kind::Application),
        _ => Part::Kept,
    }
}

/// The body: the label, the length of the first sub-block, which is always eleven, and that. Behind
/// the name of a loop comes a sub-block of three bytes: 1, and the number of repetitions.
fn application(body: &[u8]) -> Part {
    let name = body.get(2..13).unwrap_or_default();
    if LOOPS.iter().any(|kept| kept.as_slice() == name) {
        let is_loop = body.get(13..).is_some_and(|data| matches!(data, [3, 1, _, _, ..]));
        return if is_loop { Part::Loop } else { Part::Gone(Kind::Application) };
    }
    if name == PROFILE {
        return Part::Kept;
    }
    Part::Gone(if name.starts_with(b"XMP Data") { Kind::Xmp } else { Kind::Application })
}
