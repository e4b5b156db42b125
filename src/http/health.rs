//! `GET /healthz` and `GET /readyz`.
//!
//! The process is alive when it answers. It is ready when the catalog answers and the bucket took
//! and gave bytes lately: real traffic tells, and where there was none, a probe does.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tokio::sync::Mutex;
use tracing::Instrument as _;

use super::Service;
use crate::bucket::Recent;
use crate::causes::chain;
use crate::{clock, probe};

/// For how long a success speaks for the bucket.
const FRESH: Duration = Duration::from_secs(30);

/// The least time between two probes, however often somebody asks.
const PROBE_INTERVAL: Duration = Duration::from_secs(10);

/// How long an answer may wait for a probe. Balancers give up after a few seconds themselves.
const PATIENCE: Duration = Duration::from_secs(5);

/// The last probe and how it ended. Whoever asks while one runs waits for its outcome.
#[derive(Debug, Default)]
pub(super) struct Probe {
    last: Arc<Mutex<Option<(Instant, bool)>>>,
}

/// `GET /healthz`: the process serves requests.
pub(super) async fn alive() -> Response {
    Json(json!({ "status": "ok" })).into_response()
}

/// `GET /readyz`: an upload that came now would be stored.
pub(super) async fn ready(State(service): State<Service>) -> Response {
    let catalog = service.app.catalog.ping().await.is_ok();
    let bucket = catalog && bucket_ready(&service).await;
    let status = if catalog && bucket { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let word = |up| if up { "ok" } else { "unavailable" };
    let overall = if status == StatusCode::OK { "ready" } else { "not ready" };
    let bucket = if catalog { word(bucket) } else { "unknown" };
    let body = json!({ "status": overall, "catalog": word(catalog), "bucket": bucket });
    (status, Json(body)).into_response()
}

async fn bucket_ready(service: &Service) -> bool {
    match service.app.bucket.recent() {
        Recent::Healthy { age } if age < FRESH => true,
        Recent::Healthy { .. } | Recent::Failing { .. } | Recent::Unknown => {
            tokio::time::timeout(PATIENCE, probed(service)).await.unwrap_or(false)
        }
    }
}

/// The outcome of the last probe, or of a new one. A probe that has begun goes on when nobody waits
/// for it any more, so that a bucket that hangs is not asked again by everyone.
async fn probed(service: &Service) -> bool {
    let mut last = Arc::clone(&service.probe.last).lock_owned().await;
    if let Some((at, outcome)) = *last
        && at.elapsed() < PROBE_INTERVAL
    {
        return outcome;
    }
    let app = Arc::clone(&service.app);
    let probing = async move {
        let outcome = probe::probe(&app, clock::now()).await;
        if let Err(error) = &outcome {
            tracing::warn!(cause = chain(error), "the bucket probe failed");
        }
        *last = Some((Instant::now(), outcome.is_ok()));
        outcome.is_ok()
    };
    service.app.tasks.spawn(probing.in_current_span()).await.unwrap_or(false)
}
