//! Gone for good, whoever asks and however often.

use futures_util::future::{join, join_all};
use reqwest::Method;
use serde_json::Value;

use crate::support::app::TestApp;
use crate::support::fault_proxy::{Outcome, delete, put};
use crate::support::photos;
use crate::support::requests::{NOTHING, record_of, swept_soon};

async fn pixel(app: &TestApp) -> Value {
    app.uploaded(photos::gif(1, 1)).await
}

#[tokio::test]
async fn a_second_deletion_finds_nothing() {
    let app = TestApp::start().await;
    let record = record_of(&pixel(&app).await);
    let answer = app.delete(&record).await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    assert_eq!(app.delete(&record).await.outcome(), "404 NOT_FOUND");
    for path in ["/v1/images/0192f0c1-2f6a-7c3e-8d11-5a0c9b7e4d20", "/v1/images/x"] {
        assert_eq!(app.delete(path).await.outcome(), "404 NOT_FOUND", "{path}");
    }
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn two_deletions_at_once_are_no_error() {
    let app = TestApp::start().await;
    for round in 0..40 {
        let record = record_of(&pixel(&app).await);
        let (one, other) = join(app.delete(&record), app.delete(&record)).await;
        let mut outcomes = [one.outcome(), other.outcome()];
        outcomes.sort();
        assert!(
            outcomes == ["204", "204"] || outcomes == ["204", "404 NOT_FOUND"],
            "round {round}: {outcomes:?}"
        );
        assert_eq!(app.get(&record).await.outcome(), "404 NOT_FOUND");
    }
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn many_images_may_go_at_once() {
    let app = TestApp::start().await;
    let mut records = Vec::new();
    for _ in 0..30 {
        records.push(record_of(&pixel(&app).await));
    }
    let answers = join_all(records.iter().map(|record| app.delete(record))).await;
    assert!(answers.iter().all(|answer| answer.status == 204));
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn a_deletion_does_not_bend_a_read_that_is_under_way() {
    let app = TestApp::start().await;
    let bytes = photos::weighing(4 << 20);
    let image = app.uploaded(bytes.clone()).await;
    let url = image["url"].as_str().unwrap();
    let mut reading = app.request(Method::GET, url).send().await.unwrap();
    let mut read = reading.chunk().await.unwrap().unwrap().to_vec();
    assert_eq!(app.delete(&record_of(&image)).await.outcome(), "204");
    assert_eq!(app.get(url).await.outcome(), "404 NOT_FOUND");
    let rest = async {
        while let Some(chunk) = reading.chunk().await? {
            read.extend_from_slice(&chunk);
        }
        Ok::<_, reqwest::Error>(())
    };
    let ended_well = rest.await.is_ok();
    assert!(!ended_well || read == bytes, "a read ended well with {} bytes", read.len());
    drop(reading);
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn an_object_that_is_gone_already_is_no_obstacle() {
    let app = TestApp::start().await;
    let image = pixel(&app).await;
    app.app.bucket().delete(&app.key(&image).await).await.unwrap();
    assert_eq!(app.delete(&record_of(&image)).await.outcome(), "204");
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn an_upload_that_may_still_land_is_deleted_until_it_cannot() {
    let app = TestApp::behind_faults_with(swept_soon).await;
    app.faults().script([put(Outcome::ApplyThenClose)]);
    let image = pixel(&app).await;
    let answer = app.delete(&record_of(&image)).await;
    assert_eq!((answer.status, answer.header("location").is_empty()), (202, false));
    assert_eq!(app.get(&record_of(&image)).await.outcome(), "404 NOT_FOUND");
    assert_eq!(app.world().await, "0 ready, 0 pending, 1 deleting; 0 objects");
    app.settle().await;
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn an_upload_that_landed_late_is_swept_up() {
    let app = TestApp::behind_faults_with(swept_soon).await;
    app.faults().script([put(Outcome::ApplyThenClose)]);
    let image = pixel(&app).await;
    let key = app.key(&image).await;
    assert_eq!(app.delete(&record_of(&image)).await.status, 202);
    // What the first try of the upload may do as long as the bucket has not forgotten it.
    let late = photos::gif(1, 1);
    app.app.bucket().put(&key, late, tintype::image::Format::Gif).await.unwrap();
    app.settle().await;
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn a_failed_upload_is_swept_up() {
    for outcome in [Outcome::ApplyThenFail(500), Outcome::Fail(500), Outcome::ApplyThenClose] {
        let app = TestApp::behind_faults_with(swept_soon).await;
        app.faults().script(vec![put(outcome); 20]);
        let answer = app.upload(photos::gif(1, 1)).await;
        assert_eq!(answer.outcome(), "503 BUCKET_UNAVAILABLE", "{outcome:?}");
        assert!(app.world().await.starts_with("0 ready, 1 pending, 0 deleting; "));
        app.settle().await;
        assert_eq!(app.world().await, NOTHING, "{outcome:?}");
        app.finish().await;
    }
}

#[tokio::test]
async fn a_lost_answer_to_a_deletion_is_asked_for_again() {
    for outcome in [Outcome::ApplyThenClose, Outcome::ApplyThenReset, Outcome::ApplyThenFail(503)] {
        let app = TestApp::behind_faults().await;
        let image = pixel(&app).await;
        app.faults().script([delete(outcome)]);
        assert_eq!(app.delete(&record_of(&image)).await.outcome(), "204", "{outcome:?}");
        assert_eq!(app.world().await, NOTHING);
        app.finish().await;
    }
}

#[tokio::test]
async fn the_whole_life_goes_on_where_missing_is_denied() {
    let app = TestApp::behind_faults_with(swept_soon).await;
    app.faults().missing_as_denied();
    let bytes = photos::jpeg(8, 6);
    let image = app.uploaded(bytes.clone()).await;
    let url = image["url"].as_str().unwrap();
    assert_eq!(app.get(url).await.body, bytes);
    assert_eq!(app.delete(&record_of(&image)).await.outcome(), "204");
    assert_eq!(app.get(url).await.outcome(), "404 NOT_FOUND");
    assert_eq!(app.get("/readyz").await.status, 200);
    // Once the object is gone, deleting it again may be denied as well; the row must not stay.
    let image = app.uploaded(bytes).await;
    app.app.bucket().delete(&app.key(&image).await).await.unwrap();
    let status = app.delete(&record_of(&image)).await.status;
    assert!([202, 204].contains(&status), "{status}");
    app.settle().await;
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}
