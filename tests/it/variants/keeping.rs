//! Where a variant is between two requests: in memory, in the bucket, and nowhere once the image is
//! deleted.

use std::sync::Arc;

use futures_util::TryStreamExt as _;
use tintype::bucket::ObjectKey;
use tintype::http;

use super::{address, count, made, shown, stored};
use crate::support::app::TestApp;
use crate::support::fault_proxy::{Outcome, get, put};
use crate::support::photos;
use crate::support::requests::{NOTHING, record_of};

/// The key of the one variant that is stored.
async fn key_of_a_variant(app: &TestApp) -> ObjectKey {
    let listed: Vec<_> = app.app.bucket().list().try_collect().await.unwrap();
    let mut keys = listed.into_iter().map(|object| object.key);
    let key = keys.find(|key| !key.contains("/original.")).expect("a variant");
    ObjectKey::from_catalog(key).unwrap()
}

#[tokio::test]
async fn a_variant_is_made_once_and_kept_in_memory() {
    let app = TestApp::on_double().await;
    let image = app.uploaded(photos::jpeg(80, 60)).await;
    let (first, _) = shown(&app, &image, "w=64").await;
    stored(&app, 1).await;
    let before = app.double().requests().len();
    for query in ["w=64", "fit=cover&w=64", "w=64&h=240&q=80", "format=jpeg&w=64"] {
        let (again, _) = shown(&app, &image, query).await;
        assert_eq!(again.body, first.body, "{query}");
    }
    assert_eq!(app.double().requests().len(), before, "the bucket was asked again");
    assert_eq!(made(&app).await, 1);
    app.finish().await;
}

#[tokio::test]
async fn a_stored_variant_outlives_the_process() {
    let app = TestApp::on_double().await;
    let image = app.uploaded(photos::jpeg(80, 60)).await;
    let (first, _) = shown(&app, &image, "w=64").await;
    stored(&app, 1).await;
    assert_eq!(app.world().await, "1 ready, 0 pending, 0 deleting; 2 objects");
    let original = app.key(&image).await;
    let replica = app.replica().await;
    let router = http::standalone(Arc::clone(&replica), app.http());
    let host = app.serve_beside(router).await;
    let path = format!("{host}{}", address(&image, "w=64"));
    let gets_of_the_original = || {
        let requests = app.double().requests();
        let of_it = |path: &str| path.ends_with(original.as_str());
        requests.iter().filter(|seen| seen.method == "GET" && of_it(&seen.path)).count()
    };
    let read_so_far = gets_of_the_original();
    // Its head is known from the catalog alone.
    let before = app.double().requests().len();
    let known = app.get_with(&path, &[("if-none-match", first.header("etag"))]).await;
    assert_eq!((known.status, app.head(&path).await.status), (304, 200));
    assert_eq!(app.double().requests().len(), before);
    for _ in 0..3 {
        let again = app.get(&path).await;
        assert_eq!((again.status, &again.body), (200, &first.body));
        assert_eq!(again.header("etag"), first.header("etag"));
    }
    assert_eq!(gets_of_the_original(), read_so_far);
    assert_eq!(app.double().requests().len(), before + 1, "once from the bucket, then from memory");
    assert_eq!(app.delete(&record_of(&image)).await.status, 204);
    assert_eq!(app.get(&path).await.outcome(), "404 NOT_FOUND", "it is still in memory there");
    replica.stop(std::time::Duration::from_secs(5)).await;
    app.finish().await;
}

#[tokio::test]
async fn a_deleted_image_has_no_variants_at_once() {
    let app = TestApp::start().await;
    let image = app.uploaded(photos::jpeg(80, 60)).await;
    for query in ["w=64", "h=64&fit=cover&format=webp"] {
        shown(&app, &image, query).await;
    }
    stored(&app, 2).await;
    assert_eq!(app.world().await, "1 ready, 0 pending, 0 deleting; 3 objects");
    assert_eq!(app.delete(&record_of(&image)).await.outcome(), "204");
    for query in ["w=64", "h=64&fit=cover&format=webp", "w=96"] {
        let answer = app.get(&address(&image, query)).await;
        assert_eq!(answer.outcome(), "404 NOT_FOUND", "{query}");
    }
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn a_variant_whose_object_is_lost_is_made_again() {
    let app = TestApp::start_with(|setup| setup.app.memory.variant_cache = Some(0)).await;
    let image = app.uploaded(photos::jpeg(80, 60)).await;
    let (first, _) = shown(&app, &image, "w=64").await;
    stored(&app, 1).await;
    let key = key_of_a_variant(&app).await;
    app.app.bucket().delete(&key).await.unwrap();
    let (again, _) = shown(&app, &image, "w=64").await;
    assert_eq!(again.body, first.body);
    assert_eq!(made(&app).await, 2);
    stored(&app, 2).await;
    assert_ne!(key_of_a_variant(&app).await, key);
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn a_variant_that_may_not_be_read_for_a_while_stays() {
    let app = TestApp::behind_faults_with(|setup| setup.app.memory.variant_cache = Some(0)).await;
    let image = app.uploaded(photos::jpeg(80, 60)).await;
    let (first, _) = shown(&app, &image, "w=64").await;
    stored(&app, 1).await;
    let key = key_of_a_variant(&app).await;
    // Neither the variant, as a stream and as a whole, nor its original.
    app.faults().script([(); 3].map(|()| get(Outcome::Fail(403))));
    let answer = app.get(&address(&image, "w=64")).await;
    assert_eq!(answer.outcome(), "502 OBJECT_MISSING");
    assert!(app.faults().unread().is_empty());
    let (again, _) = shown(&app, &image, "w=64").await;
    assert_eq!(again.body, first.body);
    assert_eq!(made(&app).await, 1);
    assert_eq!(key_of_a_variant(&app).await, key);
    app.finish().await;
}

#[tokio::test]
async fn a_variant_that_is_not_kept_in_memory_is_made_once_while_it_is_stored() {
    let app = TestApp::behind_faults_with(|setup| setup.app.memory.variant_cache = Some(0)).await;
    let image = app.uploaded(photos::jpeg(80, 60)).await;
    app.faults().script([put(Outcome::Hang)]);
    let (first, _) = shown(&app, &image, "w=64").await;
    app.faults().hung(1).await;
    let (again, _) = shown(&app, &image, "w=64").await;
    assert_eq!(again.body, first.body);
    assert_eq!(made(&app).await, 1);
    app.faults().take_down();
    app.faults().restore();
    stored(&app, 1).await;
    app.finish().await;
}

#[tokio::test]
async fn a_bucket_that_takes_nothing_does_not_fail_the_answer() {
    let app = TestApp::behind_faults().await;
    let image = app.uploaded(photos::jpeg(80, 60)).await;
    app.faults().script([put(Outcome::Fail(403))]);
    let (first, _) = shown(&app, &image, "w=64").await;
    crate::support::requests::until("the store has failed", async || {
        count(&app, "tintype_variants_kept_total{outcome=\"failed\"}").await == 1
    })
    .await;
    let (again, _) = shown(&app, &image, "w=64").await;
    assert_eq!(again.body, first.body);
    assert_eq!(made(&app).await, 1, "it is in memory");
    app.faults().take_down();
    let (once_more, _) = shown(&app, &image, "w=64").await;
    assert_eq!(once_more.body, first.body);
    app.faults().restore();
    assert_eq!(app.delete(&record_of(&image)).await.status / 100, 2);
    app.finish().await;
}

#[tokio::test]
async fn the_answer_does_not_wait_for_the_bucket_and_the_row_comes_first() {
    let app = TestApp::behind_faults().await;
    let image = app.uploaded(photos::jpeg(80, 60)).await;
    app.faults().script([put(Outcome::Hang)]);
    shown(&app, &image, "w=64").await;
    app.faults().hung(1).await;
    let id = image["id"].as_str().unwrap().parse().unwrap();
    let rows = app.app.catalog().variants_of(id, None, 10).await.unwrap();
    assert_eq!(rows.len(), 1, "the row is there before the object");
    assert_eq!(rows[0].state, tintype::catalog::State::Pending);
    app.faults().take_down();
    app.faults().restore();
    stored(&app, 1).await;
    app.finish().await;
}

#[tokio::test]
async fn an_image_deleted_while_its_variant_is_stored_leaves_nothing() {
    let app = TestApp::behind_faults_with(crate::support::requests::swept_soon).await;
    let image = app.uploaded(photos::jpeg(80, 60)).await;
    app.faults().script([put(Outcome::ApplyThenHang)]);
    shown(&app, &image, "w=64").await;
    app.faults().hung(1).await;
    let deleted = app.delete(&record_of(&image)).await.status;
    assert!([202, 204].contains(&deleted), "{deleted}");
    assert_eq!(app.get(&address(&image, "w=64")).await.outcome(), "404 NOT_FOUND");
    app.faults().take_down();
    app.faults().restore();
    app.settle().await;
    crate::support::requests::until("nothing is left", async || {
        app.reconcile().await;
        app.world().await == NOTHING
    })
    .await;
    app.finish().await;
}

#[tokio::test]
async fn an_image_deleted_while_its_variant_is_made_is_not_found() {
    let app = TestApp::behind_faults().await;
    for (number, query) in [(1, "w=64"), (2, "")] {
        let image = app.uploaded(photos::jpeg(80, 60)).await;
        app.faults().script([get(Outcome::Hang)]);
        let path = address(&image, query);
        let deleting = async {
            app.faults().hung(number).await;
            assert_eq!(app.delete(&record_of(&image)).await.outcome(), "204");
            app.faults().take_down();
            app.faults().restore();
        };
        let (answer, ()) = futures_util::future::join(app.get(&path), deleting).await;
        assert_eq!(answer.outcome(), "404 NOT_FOUND", "{query}");
    }
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn an_original_that_cannot_be_read_is_told() {
    let app = TestApp::behind_faults().await;
    let image = app.uploaded(photos::jpeg(80, 60)).await;
    app.faults().take_down();
    let answer = app.get(&address(&image, "w=64")).await;
    assert_eq!(answer.outcome(), "503 BUCKET_UNAVAILABLE");
    assert_ne!(answer.header("retry-after"), "");
    app.faults().restore();
    shown(&app, &image, "w=64").await;
    app.app.bucket().delete(&app.key(&image).await).await.unwrap();
    let answer = app.get(&address(&image, "w=96")).await;
    assert_eq!(answer.outcome(), "502 OBJECT_MISSING");
    stored(&app, 1).await;
    app.delete(&record_of(&image)).await;
    app.settle().await;
    app.finish().await;
}

#[tokio::test]
async fn the_first_variant_leaves_a_placeholder() {
    let app = TestApp::start().await;
    let image = app.uploaded(photos::jpeg(80, 60)).await;
    assert_eq!(app.record(&image).await.placeholder, None);
    shown(&app, &image, "w=64&h=64&fit=cover").await;
    crate::support::requests::until("the placeholder is noted", async || {
        let record = app.record(&image).await;
        record.placeholder.is_some() && record.color.is_some()
    })
    .await;
    app.finish().await;
}
