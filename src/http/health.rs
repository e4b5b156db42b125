//! `GET /healthz` and `GET /readyz`.
//!
//! The process is alive when it answers. It is ready when the catalog answers and the bucket took
//! and gave bytes lately: real traffic tells, and where there was none, a probe does.

use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tokio::sync::Mutex;

use super::Service;
use crate::bucket::Recent;
use crate::causes::chain;
use crate::{clock, probe};

/// For how long a success speaks for the bucket.
const FRESH: Duration = Duration::from_secs(30);

/// The least time between two probes, however often somebody asks.
const PROBE_INTERVAL: Duration = Duration::from_secs(10);

/// The last probe and how it ended. Whoever asks while one runs waits for its outcome.
#[derive(Debug, Default)]
pub(super) struct Probe {
    last: Mutex<Option<(Instant, bool)>>,
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
        Recent::Healthy { age } if age < FRESH => return true,
        Recent::Healthy { .. } | Recent::Failing { .. } | Recent::Unknown => {}
    }
    let mut last = service.probe.last.lock().await;
    if let Some((at, outcome)) = *last
        && at.elapsed() < PROBE_INTERVAL
    {
        return outcome;
    }
    let outcome = probe::probe(&service.app, clock::now()).await;
    if let Err(error) = &outcome {
        let cause = chain(error);
        tracing::warn!(cause, "the bucket probe failed");
    }
    *last = Some((Instant::now(), outcome.is_ok()));
    outcome.is_ok()
}
