//! What `tintype serve` examines after it has started, and how the log tells of it.

use std::sync::Arc;

use super::{Report, Row, Scope, Verdict, bucket, local};
use crate::app::{App, Settings};

/// Examines what the service needs, with the catalog that it has open, and logs what is not as it
/// should be. Nothing waits for it and nothing fails by it; it ends when the service is stopped. A
/// probe that is cut off then has its row, by which the reconciler removes it.
pub(crate) async fn after_start(app: Arc<App>, settings: Settings) {
    let examined = Box::pin(examine(&app, &settings));
    if let Some(report) = app.stopping.run_until_cancelled(examined).await {
        tell(&report);
    }
}

async fn examine(app: &App, settings: &Settings) -> Report {
    let (catalog, scope) = (app.catalog(), Scope::Quick);
    let mut rows = local::examine_open(catalog, settings, &scope).await;
    rows.extend(bucket::examine(settings, &scope, Some(catalog)).await);
    Report { rows }
}

fn tell(report: &Report) {
    for row in &report.rows {
        tell_row(row);
    }
    if report.verdict() < Verdict::Warning {
        tracing::info!("examined: all good");
    }
}

fn tell_row(row: &Row) {
    // As the report as JSON has it.
    let step = serde_json::to_value(row.step).unwrap_or_default();
    let step = step.as_str();
    let Row { expected, got, .. } = row;
    let (meaning, fix) = (row.meaning.as_deref(), row.fix.as_deref());
    match row.verdict {
        Verdict::Broken => {
            tracing::error!(step, expected, got, meaning, fix, "examined: the service cannot work");
        }
        Verdict::Warning => {
            tracing::warn!(
                step,
                expected,
                got,
                meaning,
                fix,
                "examined: something should be changed"
            );
        }
        Verdict::Good | Verdict::NotExamined => {}
    }
}
