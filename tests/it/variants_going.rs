//! Variants go with their image, or by themselves, and leave nothing.

use futures_util::future::{join, join_all};
use serde_json::Value;
use tintype::bucket::{ObjectKey, ObjectKind};
use tintype::catalog::{Variant, VariantReserved};
use tintype::check::{self, Finding, Repair};
use tintype::reconcile;
use tokio::task::JoinSet;

use crate::support::app::TestApp;
use crate::support::fault_proxy::{Outcome, delete};
use crate::support::photos;
use crate::support::requests::{NOTHING, record_of, swept_soon, until};
use crate::support::variants::{self, RENDITION, id_of, planned};

async fn pixel(app: &TestApp) -> Value {
    app.uploaded(photos::gif(1, 1)).await
}

/// An image with so many ready variants.
async fn with_variants(app: &TestApp, count: usize) -> (Value, Vec<Variant>) {
    let image = pixel(app).await;
    let mut made = Vec::new();
    for number in 0..count {
        let variant = planned(&app.app, id_of(&image), &format!("w{number}.webp"));
        assert!(variants::make(&app.app, app.sweep(), &variant).await);
        made.push(variant);
    }
    (image, made)
}

/// The row and the object of a maker that goes no further.
async fn half_made(app: &TestApp, image: &Value) -> Variant {
    let variant = planned(&app.app, id_of(image), "half.webp");
    let reserved = variants::reserve(&app.app, app.sweep(), &variant).await;
    assert_eq!(reserved, VariantReserved::New);
    variants::put(&app.app, &variant).await;
    variant
}

#[tokio::test]
async fn a_deletion_takes_every_variant() {
    let app = TestApp::start().await;
    let (image, _) = with_variants(&app, 70).await;
    let (other, _) = with_variants(&app, 1).await;
    assert_eq!(app.world().await, "2 ready, 0 pending, 0 deleting; 73 objects");
    assert_eq!(app.delete(&record_of(&image)).await.outcome(), "204");
    assert_eq!(app.world().await, "1 ready, 0 pending, 0 deleting; 2 objects");
    assert_eq!(app.delete(&record_of(&other)).await.outcome(), "204");
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn two_deletions_at_once_leave_nothing_of_the_variants() {
    let app = TestApp::start().await;
    for _ in 0..8 {
        let (image, _) = with_variants(&app, 3).await;
        let record = record_of(&image);
        let (one, other) = join(app.delete(&record), app.delete(&record)).await;
        for answer in [one, other] {
            assert!(["204", "404 NOT_FOUND"].contains(&&*answer.outcome()), "{answer:?}");
        }
    }
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn a_variant_that_may_still_land_keeps_the_row_of_its_image() {
    let app = TestApp::start_with(swept_soon).await;
    let (image, _) = with_variants(&app, 2).await;
    let variant = half_made(&app, &image).await;
    let answer = app.delete(&record_of(&image)).await;
    assert_eq!((answer.status, answer.header("location").is_empty()), (202, false));
    assert_eq!(app.get(&record_of(&image)).await.outcome(), "404 NOT_FOUND");
    assert_eq!(app.world().await, "0 ready, 1 pending, 1 deleting; 0 objects");
    // What the PUT of a maker may do as long as the bucket has not forgotten it.
    variants::put(&app.app, &variant).await;
    app.settle().await;
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

/// The sweep time is two minutes here, and nobody waits for it.
#[tokio::test]
async fn a_maker_that_takes_back_its_variant_lets_the_deletion_end() {
    let app = TestApp::start().await;
    let image = pixel(&app).await;
    let variant = half_made(&app, &image).await;
    assert_eq!(app.delete(&record_of(&image)).await.status, 202);
    assert_eq!(app.reconcile().await, reconcile::Pass::default());
    variants::put(&app.app, &variant).await;
    assert!(!app.app.catalog().commit_variant(&variant, variant.created_at).await.unwrap());
    let key = ObjectKey::from_catalog(variant.key.clone()).unwrap();
    app.app.bucket().delete(&key).await.unwrap();
    let catalog = app.app.catalog();
    assert!(catalog.forget_variant(variant.image, &variant.key, variants::now()).await.unwrap());
    assert_eq!(app.reconcile().await.forgotten, 1);
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

/// The sweep time is two minutes here too, so whatever is left to it would be seen.
#[tokio::test]
async fn a_deletion_amid_makers_leaves_nothing() {
    let app = TestApp::start().await;
    for round in 0..10 {
        let image = pixel(&app).await;
        let mut makers = JoinSet::new();
        for maker in 0..6 {
            let (inner, sweep, id) = (app.app.clone(), app.sweep(), id_of(&image));
            makers.spawn(async move {
                let mut number = 0;
                loop {
                    let variant = planned(&inner, id, &format!("w{maker}-{number}.webp"));
                    if !variants::make(&inner, sweep, &variant).await {
                        return;
                    }
                    number += 1;
                }
            });
        }
        tokio::time::sleep(std::time::Duration::from_millis(round * 3)).await;
        let status = app.delete(&record_of(&image)).await.status;
        assert!([202, 204].contains(&status), "{status}");
        makers.join_all().await;
        app.settle().await;
        assert_eq!(app.world().await, NOTHING, "round {round}");
    }
    app.finish().await;
}

/// The same of the makers that the service has: whoever may not keep its variant takes it back.
#[tokio::test]
async fn a_deletion_amid_requests_for_variants_leaves_nothing() {
    let app = TestApp::start().await;
    for round in 0..10 {
        let image = app.uploaded(photos::png(300, 200)).await;
        let bytes = format!("/i/{}", id_of(&image));
        let asking =
            join_all([64, 96, 128, 160, 240].map(async |width| {
                app.get(&format!("{bytes}?w={width}&format=png")).await.outcome()
            }));
        let deleting = async {
            tokio::time::sleep(std::time::Duration::from_millis(round * 25)).await;
            app.delete(&record_of(&image)).await.status
        };
        let (asked, status) = join(asking, deleting).await;
        let expected = ["200", "404 NOT_FOUND", "502 OBJECT_MISSING"];
        assert!(asked.iter().all(|outcome| expected.contains(&&**outcome)), "{asked:?}");
        assert!([202, 204].contains(&status), "{status}");
        until("nothing is left", async || {
            app.reconcile().await;
            app.world().await == NOTHING
        })
        .await;
    }
    app.finish().await;
}

#[tokio::test]
async fn a_maker_that_vanished_is_swept_and_the_image_stays() {
    let app = TestApp::start_with(swept_soon).await;
    let (image, made) = with_variants(&app, 1).await;
    half_made(&app, &image).await;
    assert_eq!(app.reconcile().await, reconcile::Pass::default());
    assert_eq!(app.world().await, "1 ready, 1 pending, 0 deleting; 3 objects");
    app.settle().await;
    assert_eq!(app.world().await, "1 ready, 0 pending, 0 deleting; 2 objects");
    let found = app.app.catalog().find_variant(id_of(&image), &made[0].name).await.unwrap();
    assert_eq!(found.map(|found| found.key), Some(made[0].key.clone()));
    assert_eq!(app.get(image["url"].as_str().unwrap()).await.status, 200);
    app.finish().await;
}

#[tokio::test]
async fn a_bucket_that_fails_in_the_middle_is_asked_again() {
    let app = TestApp::behind_faults().await;
    let (image, _) = with_variants(&app, 40).await;
    let middle = [Outcome::Pass, Outcome::Pass, Outcome::Fail(403), Outcome::Fail(403)];
    app.faults().script(middle.map(delete));
    assert_eq!(app.delete(&record_of(&image)).await.status, 202);
    assert_eq!(app.get(&record_of(&image)).await.outcome(), "404 NOT_FOUND");
    app.settle().await;
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn a_bucket_that_is_down_is_asked_again_when_it_is_back() {
    let app = TestApp::behind_faults().await;
    let (image, _) = with_variants(&app, 40).await;
    app.faults().take_down();
    assert_eq!(app.delete(&record_of(&image)).await.status, 202);
    app.faults().restore();
    assert_eq!(app.world().await, "0 ready, 0 pending, 1 deleting; 41 objects");
    app.settle().await;
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn two_replicas_finish_what_a_bucket_left() {
    let app = TestApp::behind_faults_with(swept_soon).await;
    let mut images = Vec::new();
    for _ in 0..10 {
        let (image, _) = with_variants(&app, 3).await;
        half_made(&app, &image).await;
        images.push(image);
    }
    app.faults().take_down();
    let answers = join_all(images.iter().map(async |image| app.delete(&record_of(image)).await));
    assert!(answers.await.iter().all(|answer| answer.status == 202));
    app.faults().restore();
    let replica = app.replica().await;
    let unfinished = async || app.app.catalog().unfinished(jiff::Timestamp::MAX).await.unwrap();
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while unfinished().await.overdue > 0 {
        let (here, there) = join(reconcile::pass(&app.app), reconcile::pass(&replica)).await;
        here.and(there).unwrap();
        assert!(std::time::Instant::now() < patience, "{:?}", unfinished().await);
    }
    assert_eq!(app.world().await, NOTHING);
    replica.stop(std::time::Duration::from_secs(1)).await;
    app.finish().await;
}

#[tokio::test]
async fn the_check_finds_what_is_wrong_with_variants_and_mends_it() {
    let app = TestApp::start().await;
    let (image, made) = with_variants(&app, 4).await;
    let bucket = app.app.bucket();
    let key = |variant: &Variant| ObjectKey::from_catalog(variant.key.clone()).unwrap();
    bucket.delete(&key(&made[0])).await.unwrap();
    let other = [0; RENDITION.len()].to_vec();
    bucket.put(&key(&made[1]), other, ObjectKind::Variant(made[1].format)).await.unwrap();
    bucket.put(&key(&made[2]), "short", ObjectKind::Variant(made[2].format)).await.unwrap();
    let stray = planned(&app.app, id_of(&image), "stray.webp");
    variants::put(&app.app, &stray).await;

    let report = app.check().await;
    let (id, name) = (id_of(&image), |at: usize| made[at].name.to_string());
    let altered = |at| Finding::VariantAltered { id, name: name(at), key: made[at].key.clone() };
    let expected = [
        Finding::VariantMissing { id, name: name(0), key: made[0].key.clone() },
        altered(1),
        altered(2),
        Finding::ObjectWithoutRecord { id, key: stray.key.clone() },
    ];
    assert_eq!((report.variants, &report.findings[..]), (4, &expected[..]));
    assert_eq!(Repair::of(&expected[0]), Repair::ForgetVariant);
    assert_eq!(check::repair(&app.app, &report).await.unwrap(), 4);
    let report = app.check().await;
    assert!(report.holds(), "{report}");
    assert_eq!(app.world().await, "1 ready, 0 pending, 0 deleting; 2 objects");
    // The names are free again.
    assert!(variants::make(&app.app, app.sweep(), &planned(&app.app, id, &name(0))).await);
    assert_eq!(app.delete(&record_of(&image)).await.outcome(), "204");
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}
