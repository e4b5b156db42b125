//! What an operator wants to know of the unfinished rows, at a price that has a ceiling.

use jiff::Timestamp;

/// Of the unfinished rows that are due first, so many of each kind as were asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Images whose upload has not been committed yet.
    pub pending: u64,
    /// Images whose objects and rows are still to go.
    pub deleting: u64,
    /// Variants that are being made, or are to go.
    pub variants: u64,
    /// The earliest time at which one of them was to be finished, past or to come. Tries that failed
    /// and put a row off do not move it.
    pub first_due: Option<Timestamp>,
}
