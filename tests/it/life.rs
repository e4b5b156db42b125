//! The life of an image, from form to nothing, as a client sees it.

use crate::support::app::{TestApp, form};
use crate::support::photos::PIXEL;

#[tokio::test]
async fn a_photo_comes_in_is_served_and_goes() {
    let app = TestApp::start().await;
    let image = app.uploaded(PIXEL).await;
    let url = image["url"].as_str().unwrap();
    assert_eq!(app.world().await, "1 ready, 0 pending, 0 deleting; 1 object");
    assert_eq!(app.get(url).await.body, PIXEL);

    let record = format!("/v1/images/{}", image["id"].as_str().unwrap());
    assert_eq!(app.delete(&record).await.outcome(), "204");
    assert_eq!(app.get(url).await.outcome(), "404 NOT_FOUND");
    assert_eq!(app.get(&record).await.outcome(), "404 NOT_FOUND");
    assert_eq!(app.delete(&record).await.outcome(), "404 NOT_FOUND");
    assert_eq!(app.world().await, "0 ready, 0 pending, 0 deleting; 0 objects");
    app.finish().await;
}

#[tokio::test]
async fn a_bucket_that_is_down_delays_a_deletion_but_does_not_lose_it() {
    let app = TestApp::behind_faults().await;
    let image = app.uploaded(PIXEL).await;
    let record = format!("/v1/images/{}", image["id"].as_str().unwrap());
    app.faults().take_down();
    let answer = app.delete(&record).await;
    assert_eq!((answer.status, answer.header("location").ends_with(&record)), (202, true));
    assert_eq!(app.get(&record).await.outcome(), "404 NOT_FOUND");
    app.faults().restore();
    assert_eq!(app.world().await, "0 ready, 0 pending, 1 deleting; 1 object");
    assert_eq!(app.delete(&record).await.outcome(), "204");
    assert_eq!(app.world().await, "0 ready, 0 pending, 0 deleting; 0 objects");
    app.finish().await;
}

#[tokio::test]
async fn a_bucket_that_is_down_refuses_an_upload_and_keeps_a_row_for_what_may_have_landed() {
    let app = TestApp::behind_faults().await;
    app.faults().take_down();
    assert_eq!(app.post(form(PIXEL)).await.outcome(), "503 BUCKET_UNAVAILABLE");
    app.faults().restore();
    assert_eq!(app.world().await, "0 ready, 1 pending, 0 deleting; 0 objects");
    app.finish().await;
}

#[tokio::test]
async fn a_query_that_cannot_be_read_is_a_problem_like_any_other() {
    let app = TestApp::start().await;
    for query in ["limit=1&limit=2", "limit=0", "limit=201", "limit=many", "cursor=newest"] {
        let answer = app.get(&format!("/v1/images?{query}")).await;
        assert_eq!(answer.outcome(), "400 INVALID_REQUEST", "{query}");
    }
    app.finish().await;
}
