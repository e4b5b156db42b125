//! `tintype check`: holds bucket and catalog against the invariants and reports what does not hold.
//!
//! It may run beside the service: what looks wrong is looked at again before it is reported, since
//! an upload or a deletion may have passed by in between.

mod objects;
mod records;
mod repair;
mod report;
mod stored;
mod variants;

use std::time::Duration;

use jiff::Timestamp;

use crate::app::App;
use crate::catalog::CatalogError;
use crate::clock;

pub use repair::{Repair, repair};
pub use report::{Finding, Objects, Report};

/// How many rows one page of the walk holds.
const PAGE: u32 = 256;

/// How many objects are looked at side by side.
const PARALLEL: usize = 8;

/// How long a row may be due without anybody having looked: far longer than the pause between two
/// passes of a reconciler that runs.
const UNNOTICED: Duration = Duration::from_secs(600);

/// Whether a row that is not ready should have been finished long ago.
fn is_overdue(app: &App, due_at: Timestamp, now: Timestamp) -> bool {
    app.sweep.lease_until(due_at) + UNNOTICED < now
}

/// How closely objects are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Each ready record, of an image or of a variant, has an object of the right size: one read of one
    /// byte each.
    Existence,
    /// The bytes have the record's SHA-256: one read of every byte stored.
    Bytes,
}

/// Walks the catalog and, where listing is allowed, the bucket.
///
/// # Errors
///
/// When the catalog does not answer. What the bucket does not answer is a finding.
pub async fn check(app: &App, depth: Depth) -> Result<Report, CatalogError> {
    let mut report = Report::default();
    records::walk(app, depth, &mut report).await?;
    variants::walk(app, depth, &mut report).await?;
    objects::walk(app, &mut report).await?;
    let unfinished = app.catalog.unfinished(clock::now()).await?;
    report.pending = unfinished.pending;
    report.deleting = unfinished.deleting;
    Ok(report)
}
