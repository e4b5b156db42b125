//! Changes to a file whose every other byte stays where it is.

use std::collections::BTreeMap;
use std::ops::Range;

use super::spans::Spans;
use crate::strip::Edits;
use crate::strip::stripped::Kind;

/// What is written where; ranges do not overlap.
#[derive(Debug, Default)]
pub(super) struct Patches {
    written: BTreeMap<usize, Vec<u8>>,
    zeros: Vec<Range<usize>>,
}

impl Patches {
    /// Writes bytes over as many at `start`.
    pub(super) fn write(&mut self, start: usize, bytes: Vec<u8>) {
        self.written.insert(start, bytes);
    }

    /// Writes zeros over a range.
    pub(super) fn zero(&mut self, range: Range<usize>) {
        self.zeros.push(range);
    }

    /// The edits of a file of this length.
    pub(super) fn into_edits(self, length: usize, kinds: Vec<Kind>) -> Edits {
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
        kinds.into_iter().for_each(|kind| edits.remove(kind));
        edits
    }
}

enum Change {
    Zeros(usize),
    Written(Vec<u8>),
}
