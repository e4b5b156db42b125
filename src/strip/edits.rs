//! What is kept of a file, in order, and how the file becomes that in its own memory.

use std::ops::Range;

use super::stripped::{Kind, Stripped};
use crate::inspect::Corruption;

/// The most pieces of one file. A photo comes to ten, an animation with a comment in every frame to a
/// few hundred. The list is in no reservation, so it has to be small beside what an upload reserves.
pub(super) const MAX_PIECES: usize = 4096;

/// The new file as pieces of the old one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Edits {
    pieces: Vec<Piece>,
    stripped: Stripped,
    /// More than [`MAX_PIECES`] were asked for; the list is not whole then.
    is_too_long: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// These bytes of the old file.
    Kept(Range<usize>),
    /// These bytes, which the old file does not have.
    Written(Vec<u8>),
    /// So many zeros.
    Zeros(usize),
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Self::Kept(range) => range.len(),
            Self::Written(bytes) => bytes.len(),
            Self::Zeros(length) => *length,
        }
    }
}

impl Edits {
    /// The edits that leave a file of this length as it is.
    pub(crate) fn none(length: usize) -> Self {
        let mut edits = Self::default();
        edits.keep(0..length);
        edits
    }

    /// What is taken out.
    pub(crate) const fn stripped(&self) -> Stripped {
        self.stripped
    }

    /// Whether a file of this length stays as it is.
    pub(crate) fn is_none(&self, length: usize) -> bool {
        matches!(self.pieces.as_slice(), [Piece::Kept(range)] if *range == (0..length))
    }

    /// Keeps the next bytes of the old file.
    pub(crate) fn keep(&mut self, range: Range<usize>) {
        match self.pieces.last_mut() {
            Some(Piece::Kept(last)) if last.end == range.start => last.end = range.end,
            Some(_) | None if range.is_empty() => {}
            Some(_) | None => self.push(Piece::Kept(range)),
        }
    }

    /// Writes bytes in place of some that go here.
    pub(crate) fn write(&mut self, bytes: Vec<u8>) {
        self.push(Piece::Written(bytes));
    }

    /// Writes zeros over as many bytes.
    pub(super) fn zero(&mut self, length: usize) {
        self.push(Piece::Zeros(length));
    }

    /// Lets the pieces of `later` come next. What it removes is not noted.
    pub(super) fn append(&mut self, later: Self) {
        self.is_too_long |= later.is_too_long;
        later.pieces.into_iter().for_each(|piece| match piece {
            Piece::Kept(range) => self.keep(range),
            Piece::Written(_) | Piece::Zeros(_) => self.push(piece),
        });
    }

    fn push(&mut self, piece: Piece) {
        if self.pieces.len() < MAX_PIECES {
            self.pieces.push(piece);
        } else {
            self.is_too_long = true;
        }
    }

    /// The edits, when the list of them is whole.
    pub(super) fn bounded(self) -> Result<Self, Corruption> {
        if self.is_too_long {
            Err(Corruption::TooManyParts { limit: MAX_PIECES })
        } else {
            Ok(self)
        }
    }

    /// Notes that something of this kind goes.
    pub(super) fn remove(&mut self, kind: Kind) {
        self.stripped.add(kind);
    }

    /// Makes the new file inside the memory of the old one, and says where in it. The largest piece,
    /// which is the coded picture, stays where it is; the others move next to it.
    ///
    /// Nothing when the pieces do not fit, because more is written than went before it or they are
    /// not in the order of the old file; then `bytes` is as before.
    pub(crate) fn apply(&self, bytes: &mut [u8]) -> Option<Range<usize>> {
        if !self.is_in_order() {
            return None;
        }
        let anchor = self.anchor()?;
        let (before, rest) = self.pieces.split_at_checked(anchor)?;
        let (picture, after) = rest.split_first()?;
        let Piece::Kept(picture) = picture else { return None };
        let left = destinations_before(before, picture.start)?;
        let right = destinations_after(after, picture.end..bytes.len())?;
        for (piece, at) in before.iter().zip(&left).rev().chain(after.iter().zip(&right)) {
            place(piece, *at, bytes);
        }
        let start = left.first().copied().unwrap_or(picture.start);
        let end = right.last().zip(after.last()).map(|(at, piece)| at + piece.len());
        Some(start..end.unwrap_or(picture.end))
    }

    /// The new file in memory of its own.
    pub(crate) fn copied(&self, bytes: &[u8]) -> Vec<u8> {
        let mut new = Vec::with_capacity(self.pieces.iter().map(Piece::len).sum());
        for piece in &self.pieces {
            new.extend_from_slice(match piece {
                Piece::Kept(range) => bytes.get(range.clone()).unwrap_or_default(),
                Piece::Written(written) => written,
                Piece::Zeros(length) => {
                    new.resize(new.len() + length, 0);
                    continue;
                }
            });
        }
        new
    }

    /// Whether what is kept comes in the order in which the old file has it.
    fn is_in_order(&self) -> bool {
        let kept = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Kept(range) => Some(range),
            Piece::Written(_) | Piece::Zeros(_) => None,
        });
        kept.clone().zip(kept.skip(1)).all(|(before, after)| before.end <= after.start)
    }

    /// The index of the largest piece that is kept.
    fn anchor(&self) -> Option<usize> {
        let kept = self.pieces.iter().enumerate().filter_map(|(index, piece)| match piece {
            Piece::Kept(range) => Some((range.len(), index)),
            Piece::Written(_) | Piece::Zeros(_) => None,
        });
        kept.max().map(|(_, index)| index)
    }
}

/// Where the pieces in front of offset `end` go, packed towards it. Nothing when one would overwrite
/// another that has not moved yet; they move from the last to the first.
fn destinations_before(pieces: &[Piece], end: usize) -> Option<Vec<usize>> {
    // For each piece, where the nearest one before it that is kept ends.
    let unmoved: Vec<usize> = pieces
        .iter()
        .scan(0, |end, piece| {
            let before = *end;
            *end = source_end(piece).unwrap_or(before);
            Some(before)
        })
        .collect();
    let mut at = end;
    let mut destinations = vec![0; pieces.len()];
    let places = destinations.iter_mut().zip(pieces).zip(unmoved);
    for ((destination, piece), unmoved) in places.rev() {
        at = at.checked_sub(piece.len())?;
        if at < unmoved {
            return None;
        }
        *destination = at;
    }
    Some(destinations)
}

/// Where the pieces go in this free space, packed towards its start; they move from the first to the
/// last.
fn destinations_after(pieces: &[Piece], space: Range<usize>) -> Option<Vec<usize>> {
    // For each piece from the last on, where the nearest one behind it that is kept begins.
    let mut unmoved: Vec<usize> = pieces
        .iter()
        .rev()
        .scan(space.end, |start, piece| {
            let behind = *start;
            *start = source_start(piece).unwrap_or(behind);
            Some(behind)
        })
        .collect();
    unmoved.reverse();
    let mut at = space.start;
    let mut destinations = Vec::with_capacity(pieces.len());
    for (piece, unmoved) in pieces.iter().zip(unmoved) {
        destinations.push(at);
        at = at.checked_add(piece.len())?;
        if at > unmoved {
            return None;
        }
    }
    Some(destinations)
}

fn source_end(piece: &Piece) -> Option<usize> {
    match piece {
        Piece::Kept(range) => Some(range.end),
        Piece::Written(_) | Piece::Zeros(_) => None,
    }
}

fn source_start(piece: &Piece) -> Option<usize> {
    match piece {
        Piece::Kept(range) => Some(range.start),
        Piece::Written(_) | Piece::Zeros(_) => None,
    }
}

fn place(piece: &Piece, at: usize, bytes: &mut [u8]) {
    match piece {
        Piece::Kept(range) => bytes.copy_within(range.clone(), at),
        Piece::Written(written) => {
            if let Some(target) = bytes.get_mut(at..at + written.len()) {
                target.copy_from_slice(written);
            }
        }
        Piece::Zeros(length) => {
            if let Some(target) = bytes.get_mut(at..at + length) {
                target.fill(0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Just, Strategy, any, prop};
    use proptest::{prop_assert_eq, proptest};

    use super::{Edits, Piece};

    /// A file, and pieces of it in order. What is written is no longer than what goes before it, and
    /// something is kept, as the signature of every format is.
    fn edits() -> impl Strategy<Value = (Vec<u8>, Edits)> {
        let step = (0..40_usize, 0..20_usize, any::<bool>());
        let steps = prop::collection::vec(step, 1..20);
        steps.prop_flat_map(|steps| {
            let mut edits = Edits::default();
            edits.keep(0..1);
            let mut at = 1;
            for (kept, gone, is_replaced) in steps {
                edits.keep(at..at + kept);
                at += kept + gone;
                if is_replaced && gone > 0 {
                    edits.write(vec![0xEE; gone - 1]);
                }
            }
            (prop::collection::vec(any::<u8>(), at), Just(edits))
        })
    }

    proptest! {
        #[test]
        fn a_file_becomes_in_place_what_it_becomes_as_a_copy((bytes, edits) in edits()) {
            let mut moved = bytes.clone();
            let range = edits.apply(&mut moved).unwrap();
            prop_assert_eq!(&moved[range], edits.copied(&bytes));
        }

        #[test]
        fn pieces_in_any_order_become_what_they_become_as_a_copy_or_nothing(
            (bytes, pieces) in edits().prop_flat_map(|(bytes, edits)| {
                (Just(bytes), Just(edits.pieces).prop_shuffle())
            }),
        ) {
            let edits = Edits { pieces, ..Edits::default() };
            let mut moved = bytes.clone();
            match edits.apply(&mut moved) {
                Some(range) => prop_assert_eq!(&moved[range], edits.copied(&bytes)),
                None => prop_assert_eq!(moved, bytes),
            }
        }
    }

    #[test]
    fn more_written_than_gone_is_left_to_a_copy() {
        let pieces = vec![Piece::Kept(0..2), Piece::Written(vec![7; 3]), Piece::Kept(4..9)];
        let edits = Edits { pieces, ..Edits::default() };
        let mut bytes = *b"abcdefghi";
        assert_eq!(edits.apply(&mut bytes), None);
        assert_eq!((&bytes, edits.copied(&bytes)), (b"abcdefghi", b"ab\x07\x07\x07efghi".to_vec()));
    }
}
