//! Changes to a file whose every other byte stays where it is.

use std::collections::BTreeMap;
use std::ops::Range;

use super::spans::Spans;
use crate::inspect::Corruption;
use crate::strip::Edits;
use crate::strip::edits::MAX_PIECES;
use crate::strip::stripped::Stripped;

/// What is written where; ranges do not overlap.
#[derive(Debug, Default)]
pub(super) struct Patches {
    written: BTreeMap<usize, Vec<u8>>,
    zeros: Vec<Range<usize>>,
}

impl Patches {
    /// Writes bytes over as many at `start`.
    ///
    /// # Errors
    /// [`Corruption::TooManyParts`]: the list would take more memory than an upload reserves.
    pub(super) fn write(&mut self, start: usize, bytes: Vec<u8>) -> Result<(), Corruption> {
        room(self.written.len())?;
        self.written.insert(start, bytes);
        Ok(())
    }

    /// Writes zeros over a range.
    ///
    /// # Errors
    /// As for [`Patches::write`].
    pub(super) fn zero(&mut self, range: Range<usize>) -> Result<(), Corruption> {
        room(self.zeros.len())?;
        self.zeros.push(range);
        Ok(())
    }

    /// The edits of a file of this length.
    pub(super) fn into_edits(self, length: usize, stripped: Stripped) -> Edits {
        let written = Spans::new(self.written.iter().map(|(at, bytes)| *at..at + bytes.len()));
        let zeros = Spans::new(self.zeros).without(&written);
        let mut changes: BTreeMap<usize, Change> = BTreeMap::new();
        changes.extend(zeros.into_iter().map(|range| (range.start, Change::Zeros(range.len()))));
        changes.extend(self.written.into_iter().map(|(at, bytes)| (at, Change::Written(bytes))));
        let mut edits = Edits::default();
        let mut at = 0;
        for (start, change) in changes {
            edits.keep(at..start);
            match change {
                Change::Zeros(count) => {
                    at = start + count;
                    edits.zero(count);
                }
                Change::Written(bytes) => {
                    at = start + bytes.len();
                    edits.write(bytes);
                }
            }
        }
        edits.keep(at..length);
        stripped.kinds().for_each(|kind| edits.remove(kind));
        edits
    }
}

enum Change {
    Zeros(usize),
    Written(Vec<u8>),
}

/// Whether a list of this length may grow.
pub(super) fn room(length: usize) -> Result<(), Corruption> {
    if length < MAX_PIECES { Ok(()) } else { Err(Corruption::TooManyParts { limit: MAX_PIECES }) }
}
