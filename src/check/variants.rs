//! From the variants in the catalog to the bucket: does each ready one have its object?

use futures_util::{StreamExt, stream};
use jiff::Timestamp;

use super::report::{Finding, Report};
use super::stored::{Fault, Stored};
use super::{Depth, PAGE, PARALLEL, is_overdue};
use crate::app::App;
use crate::catalog::{CatalogError, State, Variant, VariantRow};
use crate::clock;

pub(super) async fn walk(app: &App, depth: Depth, report: &mut Report) -> Result<(), CatalogError> {
    let mut after: Option<Variant> = None;
    loop {
        let page = app.catalog.variant_page(after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.variant.clone());
        let now = clock::now();
        let findings = stream::iter(page.iter()).map(|row| look(app, depth, row, now));
        let findings: Vec<_> = findings.buffered(PARALLEL).collect().await;
        report.variants += page.iter().filter(|row| row.state == State::Ready).count() as u64;
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
    row: &VariantRow,
    now: Timestamp,
) -> Result<Option<Finding>, CatalogError> {
    let variant = &row.variant;
    if row.state != State::Ready {
        let (id, due_at) = (variant.image, row.due_at.to_string());
        return Ok(is_overdue(app, row.due_at, now).then_some(Finding::Overdue { id, due_at }));
    }
    let stored = Stored { key: &variant.key, size: variant.size, sha256: variant.sha256 };
    let Some(fault) = stored.fault(app, depth).await else { return Ok(None) };
    // A deletion, of the variant or of its image, may have passed by: then there is nothing to report.
    let now_there = app.catalog.find_variant(variant.image, &variant.name).await?;
    Ok((now_there.as_ref() == Some(variant)).then(|| finding(variant, &fault)))
}

fn finding(variant: &Variant, fault: &Fault) -> Finding {
    let (id, name, key) = (variant.image, variant.name.to_string(), variant.key.clone());
    match fault {
        Fault::Missing => Finding::VariantMissing { id, name, key },
        Fault::Denied => Finding::VariantDenied { id, name, key },
        Fault::WrongSize { .. } | Fault::WrongBytes { .. } => {
            Finding::VariantAltered { id, name, key }
        }
        Fault::Unreadable => Finding::VariantUnreadable { id, name },
    }
}
