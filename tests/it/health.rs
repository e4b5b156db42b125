//! Is it alive, is it ready?

use serde_json::json;

use crate::support::app::TestApp;
use crate::support::fault_proxy::{Outcome, put};
use crate::support::photos;
use crate::support::requests::{NOTHING, swept_soon};

#[tokio::test]
async fn a_process_that_answers_is_alive() {
    let app = TestApp::start().await;
    let answer = app.get("/healthz").await;
    assert_eq!((answer.status, answer.json()), (200, json!({"status": "ok"})));
    app.finish().await;
}

#[tokio::test]
async fn catalog_and_bucket_make_it_ready() {
    let app = TestApp::start().await;
    let ready = json!({"status": "ready", "catalog": "ok", "bucket": "ok"});
    let answer = app.get("/readyz").await;
    assert_eq!((answer.status, answer.json()), (200, ready));
    app.finish().await;
}

#[tokio::test]
async fn the_probe_leaves_nothing() {
    let app = TestApp::start_with(swept_soon).await;
    assert_eq!(app.get("/readyz").await.status, 200);
    assert_eq!(app.world().await, "0 ready, 1 pending, 0 deleting; 0 objects");
    assert_eq!(app.get("/v1/images").await.json()["images"], json!([]));
    app.settle().await;
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn the_probe_is_rare_and_needs_no_more_than_the_policy_allows() {
    let app = TestApp::on_double().await;
    for _ in 0..20 {
        assert_eq!(app.get("/readyz").await.status, 200);
    }
    let requests = app.double().requests();
    let methods: Vec<_> = requests.iter().map(|request| request.method.as_str()).collect();
    assert_eq!(methods, ["PUT", "DELETE"]);
    app.finish().await;
}

#[tokio::test]
async fn real_traffic_speaks_for_the_bucket() {
    let app = TestApp::on_double().await;
    app.uploaded(photos::gif(1, 1)).await;
    assert_eq!(app.get("/readyz").await.status, 200);
    assert_eq!((app.double().requests().len(), app.double().count("PUT")), (1, 1));
    app.finish().await;
}

#[tokio::test]
async fn a_bucket_that_is_down_is_not_ready_until_it_is_back() {
    let app = TestApp::behind_faults().await;
    app.uploaded(photos::gif(1, 1)).await;
    app.faults().take_down();
    assert_eq!(app.upload(photos::gif(1, 1)).await.status, 503);
    let answer = app.get("/readyz").await;
    let expected = json!({"status": "not ready", "catalog": "ok", "bucket": "unavailable"});
    assert_eq!((answer.status, answer.json()), (503, expected));
    assert_eq!(app.get("/healthz").await.status, 200);
    app.faults().restore();
    app.uploaded(photos::gif(1, 1)).await;
    assert_eq!(app.get("/readyz").await.status, 200);
    app.finish().await;
}

#[tokio::test]
async fn a_catalog_that_is_closed_is_not_ready() {
    let app = TestApp::start().await;
    app.app.catalog().close().await;
    let answer = app.get("/readyz").await;
    let expected = json!({"status": "not ready", "catalog": "unavailable", "bucket": "unknown"});
    assert_eq!((answer.status, answer.json()), (503, expected));
    assert_eq!(app.get("/healthz").await.status, 200);
    app.finish_without_catalog().await;
}

#[tokio::test]
async fn a_bucket_that_hangs_is_asked_once_and_nobody_waits_for_long() {
    let app = TestApp::behind_faults().await;
    app.faults().script([put(Outcome::Hang), put(Outcome::Hang), put(Outcome::Hang)]);
    let unread = app.faults().unread().len();
    let (first, second) = tokio::join!(app.get("/readyz"), app.get("/readyz"));
    assert_eq!((first.status, second.status), (503, 503));
    assert_eq!(app.faults().unread().len(), unread - 1, "the probe goes on, and is the only one");
    app.faults().take_down();
    app.finish().await;
}
