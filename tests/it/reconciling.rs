//! The reconciler: what it finishes, when, and beside whom.

use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;
use tintype::reconcile::{self, Pass};
use tokio::time::Instant;

use crate::support::app::{Setup, TestApp};
use crate::support::fault_proxy::{Outcome, delete, put};
use crate::support::photos::PIXEL;
use crate::support::requests::swept_soon;

/// Uploads count as abandoned after a moment.
fn hasty(setup: &mut Setup) {
    setup.app.bucket.limits.put_deadline = Duration::from_millis(600);
    setup.app.sweep =
        reconcile::SweepRule::new(Duration::from_millis(600), Duration::from_millis(300)).unwrap();
}

/// Makes passes until nothing is unfinished.
async fn reconciled(app: &TestApp) -> Pass {
    let started = Instant::now();
    let mut total = Pass::default();
    loop {
        let pass = app.reconcile().await;
        total.forgotten += pass.forgotten;
        total.postponed += pass.postponed;
        let unfinished = app.app.catalog().unfinished(Timestamp::MAX).await.unwrap();
        if unfinished.pending + unfinished.deleting == 0 {
            return total;
        }
        assert!(started.elapsed() < Duration::from_secs(30), "still unfinished: {unfinished:?}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn sweeps_an_upload_whose_answer_was_lost() {
    let app = TestApp::behind_faults_with(hasty).await;
    app.faults().script([put(Outcome::ApplyThenHang), put(Outcome::ApplyThenHang)]);
    assert_eq!(app.upload(PIXEL).await.outcome(), "503 BUCKET_UNAVAILABLE");
    assert_eq!(app.world().await, "0 ready, 1 pending, 0 deleting; 1 object");
    assert_eq!(reconciled(&app).await.forgotten, 1);
    assert_eq!(app.world().await, "0 ready, 0 pending, 0 deleting; 0 objects");
    app.finish().await;
}

#[tokio::test]
async fn leaves_an_upload_alone_that_may_still_be_at_work() {
    let app = TestApp::behind_faults().await;
    app.faults().script([put(Outcome::Fail(403))]);
    assert_eq!(app.upload(PIXEL).await.outcome(), "503 BUCKET_UNAVAILABLE");
    assert_eq!(app.reconcile().await, Pass::default());
    assert_eq!(app.world().await, "0 ready, 1 pending, 0 deleting; 0 objects");
    app.finish().await;
}

#[tokio::test]
async fn keeps_the_row_until_a_lost_first_try_can_no_longer_land() {
    let app = TestApp::behind_faults_with(swept_soon).await;
    app.faults().script([put(Outcome::ApplyThenClose)]);
    let image = app.uploaded(PIXEL).await;
    let record = format!("/v1/images/{}", image["id"].as_str().unwrap());
    assert_eq!(app.delete(&record).await.outcome(), "202");
    assert_eq!(app.world().await, "0 ready, 0 pending, 1 deleting; 0 objects");
    reconciled(&app).await;
    app.finish().await;
}

#[tokio::test]
async fn two_replicas_never_take_the_same_row() {
    let app = TestApp::behind_faults().await;
    let mut records = Vec::new();
    for _ in 0..40 {
        let image = app.uploaded(PIXEL).await;
        records.push(format!("/v1/images/{}", image["id"].as_str().unwrap()));
    }
    app.faults().take_down();
    let deletions = join_all(records.iter().map(|record| app.delete(record))).await;
    assert!(deletions.iter().all(|answer| answer.status == 202));
    app.faults().restore();
    let replica = app.replica().await;
    let mut forgotten = 0;
    let started = Instant::now();
    while forgotten < 40 {
        let (here, there) = tokio::join!(reconcile::pass(&app.app), reconcile::pass(&replica));
        forgotten += here.unwrap().forgotten + there.unwrap().forgotten;
        assert!(started.elapsed() < Duration::from_secs(60), "{forgotten} of 40");
    }
    assert_eq!(forgotten, 40, "each row is finished once");
    replica.stop(Duration::from_secs(1)).await;
    app.finish().await;
}

#[tokio::test]
async fn tries_again_later_when_the_bucket_refuses() {
    let app = TestApp::behind_faults().await;
    let image = app.uploaded(PIXEL).await;
    let record = format!("/v1/images/{}", image["id"].as_str().unwrap());
    app.faults().script((0..8).map(|_| delete(Outcome::Fail(403))));
    assert_eq!(app.delete(&record).await.outcome(), "202");
    assert_eq!(app.reconcile().await, Pass::default(), "it is not due yet");
    assert_eq!(app.world().await, "0 ready, 0 pending, 1 deleting; 1 object");
    app.finish().await;
}
