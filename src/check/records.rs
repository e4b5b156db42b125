//! From the catalog to the bucket: does each ready record have its object, and no row lie about?

use std::ops::Range;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use jiff::Timestamp;

use super::report::{Finding, Report};
use super::{Depth, PAGE, PARALLEL};
use crate::app::App;
use crate::bucket::{BucketError, Object, ObjectKey};
use crate::catalog::{CatalogError, Record, Row, State};
use crate::clock;
use crate::digest::Hasher;

pub(super) async fn walk(app: &App, depth: Depth, report: &mut Report) -> Result<(), CatalogError> {
    let mut after = None;
    loop {
        let page = app.catalog.page(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.record.id);
        let now = clock::now();
        let findings = stream::iter(page.iter()).map(|row| look(app, depth, row, now));
        let findings: Vec<_> = findings.buffered(PARALLEL).collect().await;
        report.records += page.iter().filter(|row| row.state == State::Ready).count() as u64;
        for finding in findings {
            if let Some(finding) = finding? {
                report.add(finding);
            }
        }
    }
}

/// How long a row may be due without anybody having looked: far longer than the pause between two
/// passes of a reconciler that runs.
const UNNOTICED: Duration = Duration::from_secs(600);

async fn look(
    app: &App,
    depth: Depth,
    row: &Row,
    now: Timestamp,
) -> Result<Option<Finding>, CatalogError> {
    if row.state != State::Ready {
        let overdue = app.sweep.lease_until(row.due_at) + UNNOTICED < now;
        let (id, due_at) = (row.record.id, row.due_at.to_string());
        return Ok(overdue.then_some(Finding::Overdue { id, due_at }));
    }
    let finding = match depth {
        Depth::Existence => existence(app, &row.record).await,
        Depth::Bytes => bytes(app, &row.record).await,
    };
    // A deletion may have passed by: then there is nothing to report.
    let still_ready = finding.is_some() && app.catalog.find(row.record.id).await?.is_some();
    Ok(finding.filter(|_| still_ready))
}

/// One byte is read, since the least privilege has no HEAD of its own and a GET tells the size too.
async fn existence(app: &App, record: &Record) -> Option<Finding> {
    match read(app, record, Some(0..1)).await {
        Ok(object) => wrong_size(record, object.size),
        Err(error) => Some(absent(record, &error)),
    }
}

async fn bytes(app: &App, record: &Record) -> Option<Finding> {
    let mut object = match read(app, record, None).await {
        Ok(object) => object,
        Err(error) => return Some(absent(record, &error)),
    };
    if let Some(finding) = wrong_size(record, object.size) {
        return Some(finding);
    }
    let mut hasher = Hasher::default();
    while let Some(chunk) = object.body.next().await {
        match chunk {
            Ok(chunk) => hasher.update(&chunk),
            Err(_) => return Some(Finding::Unreadable { id: record.id }),
        }
    }
    let stored = hasher.finish();
    (stored != record.sha256).then(|| Finding::WrongBytes {
        id: record.id,
        recorded: record.sha256.to_string(),
        stored: stored.to_string(),
    })
}

async fn read(
    app: &App,
    record: &Record,
    range: Option<Range<u64>>,
) -> Result<Object, BucketError> {
    let key = ObjectKey::from_catalog(record.key.clone())?;
    app.bucket.get(&key, range).await
}

fn wrong_size(record: &Record, stored: u64) -> Option<Finding> {
    let (id, recorded) = (record.id, record.size);
    (stored != recorded).then_some(Finding::WrongSize { id, recorded, stored })
}

fn absent(record: &Record, error: &BucketError) -> Finding {
    let (id, key) = (record.id, record.key.clone());
    match error {
        BucketError::Missing { .. } => Finding::ObjectMissing { id, key },
        BucketError::Denied { .. } => Finding::ObjectDenied { id, key },
        BucketError::Refused { .. }
        | BucketError::Unavailable { .. }
        | BucketError::DeadlineExceeded { .. } => Finding::Unreadable { id },
    }
}
