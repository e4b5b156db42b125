//! From the catalog to the bucket: does each ready record have its object, and no row lie about?

use futures_util::{StreamExt, stream};
use jiff::Timestamp;

use super::report::{Finding, Report};
use super::stored::{Fault, Stored};
use super::{Depth, PAGE, PARALLEL, is_overdue};
use crate::app::App;
use crate::catalog::{CatalogError, Record, Row, State};
use crate::clock;

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

async fn look(
    app: &App,
    depth: Depth,
    row: &Row,
    now: Timestamp,
) -> Result<Option<Finding>, CatalogError> {
    let record = &row.record;
    if row.state != State::Ready {
        let (id, due_at) = (record.id, row.due_at.to_string());
        return Ok(is_overdue(app, row.due_at, now).then_some(Finding::Overdue { id, due_at }));
    }
    let stored = Stored { key: &record.key, size: record.size, sha256: record.sha256 };
    let Some(fault) = stored.fault(app, depth).await else { return Ok(None) };
    // A deletion may have passed by: then there is nothing to report.
    let still_ready = app.catalog.find(record.id).await?.is_some();
    Ok(still_ready.then(|| finding(record, &fault)))
}

fn finding(record: &Record, fault: &Fault) -> Finding {
    let (id, key) = (record.id, record.key.clone());
    match *fault {
        Fault::Missing => Finding::ObjectMissing { id, key },
        Fault::Denied => Finding::ObjectDenied { id, key },
        Fault::WrongSize { stored } => Finding::WrongSize { id, recorded: record.size, stored },
        Fault::WrongBytes { stored } => {
            let recorded = record.sha256.to_string();
            Finding::WrongBytes { id, recorded, stored: stored.to_string() }
        }
        Fault::Unreadable => Finding::Unreadable { id },
    }
}
