//! After a deed, the figures say so.

use std::time::Duration;

use reqwest::Method;
use tintype::metrics::Format;

use super::scrape::Scrape;
use crate::support::app::TestApp;
use crate::support::fault_proxy::{Outcome, delete, get, put};
use crate::support::photos::PIXEL;
use crate::support::requests::{record_of, until};

const STAGES: [&str; 5] = ["wait", "receive", "inspect", "catalog", "put"];

fn requests(scrape: &Scrape, [route, method, status]: [&str; 3]) -> f64 {
    let labels = [("route", route), ("method", method), ("status", status)];
    scrape.find("tintype_http_requests_total", &labels).unwrap_or_default()
}

fn bucket(scrape: &Scrape, operation: &str, outcome: &str) -> f64 {
    let labels = [("operation", operation), ("outcome", outcome)];
    scrape.value("tintype_bucket_operations_total", &labels)
}

fn uploads(scrape: &Scrape, outcome: &str) -> f64 {
    scrape.value("tintype_uploads_total", &[("outcome", outcome)])
}

#[tokio::test]
async fn a_life_of_an_image_is_counted_from_end_to_end() {
    let app = TestApp::start().await;
    let image = app.uploaded(PIXEL).await;
    assert_eq!(app.get(image["url"].as_str().unwrap()).await.body, PIXEL);
    assert_eq!(app.head(image["url"].as_str().unwrap()).await.status, 200);
    assert_eq!(app.delete(&record_of(&image)).await.status, 204);
    assert_eq!(app.get(image["url"].as_str().unwrap()).await.status, 404);

    // What streams a body out is dropped after the client has read its end.
    until("the bytes are counted", async || {
        let received = Scrape::of(&app).await.value("tintype_bucket_received_bytes_total", &[]);
        received == PIXEL.len() as f64
    })
    .await;
    let scrape = Scrape::of(&app).await;
    for (series, count) in [
        (["/v1/images", "POST", "201"], 1.0),
        (["/i/{name}", "GET", "200"], 1.0),
        (["/i/{name}", "HEAD", "200"], 1.0),
        (["/i/{name}", "GET", "404"], 1.0),
        (["/v1/images/{id}", "DELETE", "204"], 1.0),
    ] {
        assert_eq!(requests(&scrape, series), count, "{series:?}");
    }
    let by_route = [("route", "/v1/images"), ("method", "POST")];
    assert_eq!(scrape.value("tintype_http_request_duration_seconds_count", &by_route), 1.0);
    for stage in STAGES {
        let count = scrape.value("tintype_upload_stage_seconds_count", &[("stage", stage)]);
        assert_eq!(count, 1.0, "{stage}");
    }
    assert_eq!(uploads(&scrape, "stored"), 1.0);
    assert_eq!(scrape.value("tintype_deletes_total", &[("outcome", "gone")]), 1.0);
    for operation in ["put", "get", "delete"] {
        assert_eq!(bucket(&scrape, operation, "ok"), 1.0, "{operation}");
        let labels = [("operation", operation)];
        let count = scrape.value("tintype_bucket_operation_duration_seconds_count", &labels);
        assert_eq!(count, 1.0, "{operation}");
    }
    assert_eq!(scrape.value("tintype_bucket_sent_bytes_total", &[]), PIXEL.len() as f64);
    let read = scrape.value("tintype_http_request_body_bytes_total", &[]);
    assert!(read > PIXEL.len() as f64, "the form around it counts: {read}");
    assert!(scrape.value("tintype_http_response_body_bytes_total", &[]) > PIXEL.len() as f64);
    for access in ["read", "write"] {
        let labels = [("access", access)];
        let calls = scrape.value("tintype_catalog_operation_duration_seconds_count", &labels);
        assert!(calls >= 2.0, "{access}: {calls}");
    }
    assert_eq!(scrape.value("tintype_http_requests_in_flight", &[]), 1.0, "the scrape itself");
    assert!(scrape.value("tintype_http_connections", &[]) >= 1.0);
    app.finish().await;
}

#[tokio::test]
async fn a_batch_passes_the_stages_once_for_each_file() {
    let app = TestApp::start().await;
    let form = crate::support::app::form(PIXEL).part("more", crate::support::app::file(PIXEL));
    let batch = app.request(Method::POST, "/v1/images/batch").multipart(form);
    assert_eq!(app.send(batch).await.status, 200);
    let scrape = Scrape::of(&app).await;
    assert_eq!(uploads(&scrape, "stored"), 2.0);
    for stage in STAGES {
        let count = scrape.value("tintype_upload_stage_seconds_count", &[("stage", stage)]);
        assert_eq!(count, 2.0, "{stage}");
    }
    app.finish().await;
}

#[tokio::test]
async fn refusals_are_counted_by_their_reason() {
    let app = TestApp::start().await;
    assert_eq!(app.upload("no image at all").await.status, 415);
    let key = |request: reqwest::RequestBuilder| request.header("idempotency-key", "one");
    let raw = |body: &'static [u8]| {
        let request = app.request(Method::POST, "/v1/images").header("content-type", "image/gif");
        key(request).body(body)
    };
    assert_eq!(app.send(raw(PIXEL)).await.status, 201);
    assert_eq!(app.send(raw(PIXEL)).await.status, 201);
    let other = crate::support::photos::gif(2, 2);
    let conflict = app.request(Method::POST, "/v1/images").header("content-type", "image/gif");
    assert_eq!(app.send(key(conflict).body(other)).await.status, 422);
    let scrape = Scrape::of(&app).await;
    for outcome in ["refused", "stored", "replayed", "conflict"] {
        assert_eq!(uploads(&scrape, outcome), 1.0, "{outcome}");
    }
    assert_eq!(requests(&scrape, ["/v1/images", "POST", "415"]), 1.0);
    app.finish().await;
}

#[tokio::test]
async fn who_waits_for_memory_is_seen_waiting_and_the_peak_stays() {
    let app = TestApp::start().await;
    let memory = app.app.memory();
    let everything = memory.reserve(memory.largest()).await.unwrap();
    let (waited, ()) = tokio::join!(app.upload(PIXEL), async {
        until("one waits", async || {
            Scrape::of(&app).await.value("tintype_memory_waiting", &[]) == 1.0
        })
        .await;
        drop(everything);
    });
    assert_eq!(waited.outcome(), "201");
    until("the budget is whole again", async || {
        Scrape::of(&app).await.value("tintype_memory_used_bytes", &[]) == 0.0
    })
    .await;
    let scrape = Scrape::of(&app).await;
    assert_eq!(scrape.value("tintype_memory_waiting", &[]), 0.0);
    assert_eq!(scrape.value("tintype_memory_size_bytes", &[]), memory.size() as f64);
    assert!(scrape.value("tintype_memory_peak_bytes", &[]) >= memory.largest() as f64);
    assert_eq!(scrape.value("tintype_memory_refused_total", &[("purpose", "upload")]), 0.0);
    app.finish().await;
}

#[tokio::test]
async fn who_gets_no_memory_is_counted() {
    let hasty = |setup: &mut crate::support::app::Setup| {
        setup.app.memory.queue_timeout = Duration::from_millis(50);
    };
    let app = TestApp::start_with(hasty).await;
    let image = app.uploaded(PIXEL).await;
    let memory = app.app.memory();
    let uploads_share = memory.reserve(memory.largest()).await.unwrap();
    let reads_share = memory.reserve_read(u64::MAX).await.unwrap();
    assert_eq!(app.upload(PIXEL).await.outcome(), "503 OVERLOADED");
    assert_eq!(app.get(image["url"].as_str().unwrap()).await.outcome(), "503 OVERLOADED");
    let scrape = Scrape::of(&app).await;
    for purpose in ["upload", "read"] {
        let refused = scrape.value("tintype_memory_refused_total", &[("purpose", purpose)]);
        assert_eq!(refused, 1.0, "{purpose}");
    }
    drop((uploads_share, reads_share));
    app.finish().await;
}

#[tokio::test]
async fn retries_of_the_bucket_and_their_end_are_counted() {
    let app = TestApp::behind_faults().await;
    app.faults().script([put(Outcome::Fail(500)), put(Outcome::CloseBefore)]);
    let image = app.uploaded(PIXEL).await;
    let scrape = Scrape::of(&app).await;
    assert_eq!(scrape.value("tintype_bucket_retries_total", &[("operation", "put")]), 2.0);
    assert_eq!((bucket(&scrape, "put", "ok"), bucket(&scrape, "put", "unavailable")), (1.0, 0.0));

    app.faults().script([get(Outcome::Fail(403))]);
    assert_eq!(app.get(image["url"].as_str().unwrap()).await.status, 502);
    assert_eq!(bucket(&Scrape::of(&app).await, "get", "denied"), 1.0);
    app.finish().await;
}

#[tokio::test]
async fn a_bucket_that_asks_for_fewer_requests_is_told_from_one_that_is_down() {
    let once = |setup: &mut crate::support::app::Setup| setup.app.bucket.limits.max_retries = 0;
    let app = TestApp::behind_faults_with(once).await;
    app.faults().script([put(Outcome::Fail(503)), put(Outcome::Fail(500))]);
    for _ in 0..2 {
        assert_eq!(app.upload(PIXEL).await.outcome(), "503 BUCKET_UNAVAILABLE");
    }
    let scrape = Scrape::of(&app).await;
    for outcome in ["throttled", "unavailable"] {
        assert_eq!(bucket(&scrape, "put", outcome), 1.0, "{outcome}");
    }
    assert_eq!(uploads(&scrape, "bucket"), 2.0);
    app.finish().await;
}

#[tokio::test]
async fn a_deletion_that_is_left_is_seen_until_the_reconciler_has_done_it() {
    let app = TestApp::behind_faults().await;
    let record = record_of(&app.uploaded(PIXEL).await);
    app.faults().script([delete(Outcome::Fail(403))]);
    assert_eq!(app.delete(&record).await.status, 202);
    let scrape = Scrape::of(&app).await;
    assert_eq!(scrape.value("tintype_deletes_total", &[("outcome", "promised")]), 1.0);
    assert_eq!(scrape.value("tintype_delete_failures_total", &[("part", "bucket")]), 1.0);
    let rows = |scrape: &Scrape, state| {
        scrape.value("tintype_catalog_unfinished_rows", &[("state", state)])
    };
    assert_eq!((rows(&scrape, "pending"), rows(&scrape, "deleting")), (0.0, 1.0));
    assert_eq!(scrape.value("tintype_catalog_overdue_seconds", &[]), 0.0);
    assert_eq!(scrape.value("tintype_reconciler_last_pass_timestamp_seconds", &[]), 0.0);

    app.settle().await;
    let scrape = Scrape::of(&app).await;
    assert!(scrape.value("tintype_reconciler_passes_total", &[("outcome", "done")]) >= 1.0);
    assert!(scrape.value("tintype_reconciler_last_pass_timestamp_seconds", &[]) > 1e9);
    assert_eq!(scrape.value("tintype_reconciler_rows_total", &[("fate", "forgotten")]), 1.0);
    assert_eq!(scrape.value("tintype_reconciler_leased_rows", &[]), 0.0);
    // Scrapes that come together share one look at the rows; another process has its own.
    let replica = app.replica().await;
    let fresh = Scrape::read(&replica.metrics(Format::Text).await, Format::Text);
    assert_eq!((rows(&fresh, "pending"), rows(&fresh, "deleting")), (0.0, 0.0));
    replica.stop(Duration::from_secs(1)).await;
    app.finish().await;
}

#[tokio::test]
async fn a_catalog_that_is_away_is_counted_and_what_it_knows_is_left_out() {
    let app = TestApp::start().await;
    app.app.catalog().close().await;
    assert_eq!(app.get("/v1/images").await.status, 503);
    let scrape = Scrape::of(&app).await;
    assert!(scrape.value("tintype_catalog_errors_total", &[("kind", "unavailable")]) >= 1.0);
    assert_eq!(scrape.find("tintype_catalog_overdue_seconds", &[]), None);
    assert!(!scrape.0.contains_key("tintype_catalog_unfinished_rows"));
    app.finish_without_catalog().await;
}
