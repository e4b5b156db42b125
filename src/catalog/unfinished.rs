//! What the reconciler and the check read of the catalog: rows with their state, not only records.

use jiff::Timestamp;

use super::record::{Record, State};
use crate::image::ImageId;

/// A row that is `deleting`: its object is to be deleted, then the row to be forgotten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doomed {
    /// The id of the image, also where the row is that of a variant.
    pub id: ImageId,
    /// Where the object is in the bucket, if it ever got there.
    pub key: String,
    /// The time from which no late effect of the PUT can land any more. An object deleted before
    /// it may come back, so the row may only be forgotten after a delete that began later.
    pub settled_at: Timestamp,
    /// How often the row was claimed, this time included; the measure for backing off.
    pub attempts: u64,
}

/// What came of removing the row of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgotten {
    /// The row is gone.
    Gone,
    /// There is no row that is deleting: another removed it, or it never was.
    Absent,
    /// There are rows of variants, and so the row stays. It is due when the last of them is settled,
    /// or earlier, when those that are not settled go.
    Waits,
}

/// An image's row in any state.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What the row says of the image. In a row made by
    /// [`Catalog::adopt`](super::Catalog::adopt) the facts mean nothing.
    pub record: Record,
    /// Where in its life the image is.
    pub state: State,
    /// As [`Doomed::settled_at`].
    pub settled_at: Timestamp,
    /// The time from which the reconciler may take the row; means nothing when it is ready.
    pub due_at: Timestamp,
    /// As [`Doomed::attempts`].
    pub attempts: u64,
}

/// How much is unfinished, images and variants together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unfinished {
    /// Rows whose object has not been committed yet.
    pub pending: u64,
    /// Rows whose objects and rows are still to go.
    pub deleting: u64,
    /// Those of both whose time had come.
    pub overdue: u64,
    /// The earliest time at which any of them is due, past or to come.
    pub oldest_due: Option<Timestamp>,
}
