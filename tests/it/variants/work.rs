//! Who works, who waits, and who is turned away.

use std::num::NonZeroUsize;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::Value;
use tintype::catalog::{VARIANTS_PER_IMAGE, VariantReserved};
use tokio::time::timeout;

use super::{address, count, made, shown, stored};
use crate::support::app::{Setup, TestApp};
use crate::support::fault_proxy::{Outcome, get};
use crate::support::photos::{self, png_chunk};
use crate::support::requests::until;
use crate::support::variants::{id_of, make, planned, reserve};

/// One core: three may be under way, two of which are read while one is computed. There is memory for
/// all of them.
fn one_core(setup: &mut Setup) {
    setup.app.memory.budget = 512 << 20;
    setup.app.variants.workers = NonZeroUsize::MIN;
    setup.app.variants.queue = 1;
}

/// Lets everything pass again that the bucket left without an answer.
fn release(app: &TestApp) {
    app.faults().take_down();
    app.faults().restore();
}

#[tokio::test]
async fn identical_requests_at_the_same_time_are_one() {
    let app = TestApp::behind_faults().await;
    let image = app.uploaded(photos::jpeg(80, 60)).await;
    app.faults().script([get(Outcome::Hang)]);
    let same = ["w=64", "w=64&q=80", "w=64&fit=cover", "w=64&format=jpeg", "w=64&v=2"];
    let asking = join_all((0..40).map(|number| shown(&app, &image, same[number % same.len()])));
    let releasing = async {
        app.faults().hung(1).await;
        until("all have asked", async || {
            count(&app, "tintype_http_requests_in_flight").await >= 40
        })
        .await;
        release(&app);
    };
    let (answers, ()) = futures_util::future::join(asking, releasing).await;
    assert!(answers.iter().all(|(answer, _)| answer.body == answers[0].0.body));
    assert_eq!(made(&app).await, 1);
    assert_eq!(count(&app, "tintype_variants_total{outcome=\"shared\"}").await, 39);
    stored(&app, 1).await;
    let gets = "tintype_bucket_operations_total{operation=\"get\",outcome=\"ok\"}";
    let puts = "tintype_bucket_operations_total{operation=\"put\",outcome=\"ok\"}";
    assert_eq!((count(&app, gets).await, count(&app, puts).await), (1, 2));
    app.finish().await;
}

#[tokio::test]
async fn who_hangs_up_does_not_fail_those_who_wait() {
    let app = TestApp::behind_faults().await;
    let image = app.uploaded(photos::jpeg(80, 60)).await;
    app.faults().script([get(Outcome::Hang)]);
    let path = address(&image, "w=64");
    let impatient = timeout(Duration::from_millis(200), app.get(&path));
    assert!(impatient.await.is_err(), "it was answered");
    app.faults().hung(1).await;
    let releasing = async {
        until("somebody waits", async || count(&app, "tintype_http_requests_in_flight").await >= 2)
            .await;
        release(&app);
    };
    let patient = shown(&app, &image, "w=64");
    futures_util::future::join(patient, releasing).await;
    let gets = "tintype_bucket_operations_total{operation=\"get\",outcome=\"ok\"}";
    assert_eq!(count(&app, gets).await, 1);
    app.finish().await;
}

/// Three makings that wait for their original, for as long as nobody releases them.
async fn three_under_way<'a>(
    app: &'a TestApp,
    image: &'a Value,
) -> impl Future<Output = Vec<u16>> + use<'a> {
    app.faults().script([get(Outcome::Hang), get(Outcome::Hang), get(Outcome::Hang)]);
    let asking = ["w=64", "w=96", "w=128"].map(|query| async move {
        let path = address(image, query);
        app.get(&path).await
    });
    let mut asking = Box::pin(join_all(asking));
    tokio::select! {
        _ = &mut asking => panic!("they were answered"),
        () = app.faults().hung(3) => {}
    }
    async { asking.await.into_iter().map(|answer| answer.status).collect() }
}

#[tokio::test]
async fn who_finds_the_queue_full_is_asked_to_come_back() {
    let app = TestApp::behind_faults_with(one_core).await;
    let image = app.uploaded(photos::jpeg(200, 160)).await;
    let three = three_under_way(&app, &image).await;
    let fourth = address(&image, "w=160");
    let fourth = app.get(&fourth);
    let fifth = async {
        until("the fourth waits", async || count(&app, "tintype_variants_in_flight").await == 4)
            .await;
        let fifth = app.get(&address(&image, "h=64")).await;
        assert_eq!(fifth.outcome(), "503 OVERLOADED");
        assert_ne!(fifth.header("retry-after"), "");
        release(&app);
    };
    let (three, fourth, ()) = futures_util::future::join3(three, fourth, fifth).await;
    assert_eq!((&three[..], fourth.status), (&[200; 3][..], 200));
    assert_eq!(count(&app, "tintype_variants_total{outcome=\"refused\"}").await, 1);
    app.finish().await;
}

#[tokio::test]
async fn who_waits_too_long_for_a_turn_is_asked_to_come_back() {
    let app = TestApp::behind_faults_with(|setup| {
        one_core(setup);
        setup.app.memory.queue_timeout = Duration::from_millis(200);
    })
    .await;
    let image = app.uploaded(photos::jpeg(200, 160)).await;
    let three = three_under_way(&app, &image).await;
    let fourth = async {
        let fourth = app.get(&address(&image, "w=160")).await;
        release(&app);
        fourth
    };
    let (three, fourth) = futures_util::future::join(three, fourth).await;
    assert_eq!(three, [200; 3]);
    assert_eq!(fourth.outcome(), "503 OVERLOADED");
    app.finish().await;
}

#[tokio::test]
async fn who_finds_no_memory_in_time_is_asked_to_come_back() {
    let app = TestApp::start_with(|setup| {
        setup.app.memory.queue_timeout = Duration::from_millis(100);
    })
    .await;
    let image = app.uploaded(photos::jpeg(80, 60)).await;
    let memory = app.app.memory();
    let room = memory.reserve(memory.largest()).await.unwrap();
    let answer = app.get(&address(&image, "w=64")).await;
    assert_eq!(answer.outcome(), "503 OVERLOADED");
    assert_ne!(answer.header("retry-after"), "");
    drop(room);
    shown(&app, &image, "w=64").await;
    app.finish().await;
}

#[tokio::test]
async fn makings_that_do_not_fit_together_wait_for_each_other() {
    let app = TestApp::start_with(|setup| {
        // Each takes more than half of what makings may have.
        setup.app.memory.budget = 96 << 20;
        setup.app.variants.workers = NonZeroUsize::new(8).unwrap();
        setup.app.memory.queue_timeout = Duration::from_secs(60);
    })
    .await;
    let mut images = Vec::new();
    for number in 0..12 {
        images.push(app.uploaded(photos::webp(400 + number, 300)).await);
    }
    let asking = images.iter().map(|image| shown(&app, image, "w=320"));
    join_all(asking).await;
    assert_eq!(made(&app).await, 12);
    let (peak, size) = ("tintype_memory_peak_bytes", "tintype_memory_size_bytes");
    assert!(count(&app, peak).await <= count(&app, size).await);
    app.finish().await;
}

#[tokio::test]
async fn what_can_never_fit_is_refused_at_once() {
    let app = TestApp::start().await;
    let image = app.uploaded(photos::webp(2000, 1400)).await;
    let answer = app.get(&address(&image, "w=320")).await;
    assert_eq!(answer.outcome(), "422 LIMIT_PIXELS");
    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("--memory-budget"), "{detail}");
    app.finish().await;
}

#[tokio::test]
async fn what_takes_too_long_is_given_up() {
    let app = TestApp::start_with(|setup| {
        setup.app.variants.timeout = Duration::from_nanos(1);
    })
    .await;
    let image = app.uploaded(photos::jpeg(80, 60)).await;
    let answer = app.get(&address(&image, "w=64")).await;
    assert_eq!(answer.outcome(), "503 OVERLOADED");
    app.finish().await;
}

#[tokio::test]
async fn an_original_that_does_not_decode_is_told_and_read_once() {
    let app = TestApp::on_double().await;
    let sound = photos::png(80, 60);
    let garbage = png_chunk(*b"IDAT", b"these are no pixels");
    let bytes = [&sound[..photos::PNG_AFTER_HEADER], &garbage, &png_chunk(*b"IEND", b"")].concat();
    let image = app.uploaded(bytes).await;
    for query in ["w=64", "w=64", "w=64&format=webp"] {
        let answer = app.get(&address(&image, query)).await;
        assert_eq!(answer.outcome(), "422 CORRUPT_IMAGE", "{query}");
    }
    assert_eq!(count(&app, "tintype_variants_total{outcome=\"failed\"}").await, 3);
    let gets = "tintype_bucket_operations_total{operation=\"get\",outcome=\"ok\"}";
    assert_eq!(count(&app, gets).await, 1);
    app.finish().await;
}

#[tokio::test]
async fn an_image_has_a_hundred_variants_and_no_more() {
    let app = TestApp::start().await;
    let image = app.uploaded(photos::jpeg(160, 160)).await;
    let sides = [64, 96, 128, 160];
    let qualities = [40, 50, 60, 70, 80, 90];
    let boxes = sides.iter().flat_map(|w| sides.iter().map(move |h| (w, h)));
    let queries = boxes.flat_map(|(w, h)| {
        qualities.iter().map(move |q| format!("w={w}&h={h}&fit=contain&q={q}&format=jpeg"))
    });
    let more = sides.iter().map(|w| format!("w={w}&format=png"));
    let queries: Vec<_> = queries.chain(more).collect();
    assert_eq!(queries.len(), 100);
    for (number, query) in queries.iter().enumerate() {
        shown(&app, &image, query).await;
        stored(&app, number as u64 + 1).await;
    }
    let answer = app.get(&address(&image, "w=64&format=webp")).await;
    assert_eq!(answer.outcome(), "422 LIMIT_VARIANTS");
    shown(&app, &image, &queries[0]).await;
    app.finish().await;
}

#[tokio::test]
async fn strangers_cannot_use_up_the_variants_that_have_names() {
    let app = TestApp::start_with(|setup| {
        setup.app.variants.rules.named = "thumb=64x".parse().unwrap();
    })
    .await;
    let image = app.uploaded(photos::jpeg(160, 160)).await;
    for number in 0..VARIANTS_PER_IMAGE {
        let variant = planned(&app.app, id_of(&image), &format!("w{}.webp", number + 1000));
        assert!(make(&app.app, app.sweep(), &variant).await, "{number}");
    }
    let stranger = app.get(&address(&image, "w=64")).await;
    assert_eq!(stranger.outcome(), "422 LIMIT_VARIANTS");
    assert_eq!(count(&app, "tintype_variants_total{outcome=\"limited\"}").await, 1);
    assert_eq!(count(&app, "tintype_variants_total{outcome=\"refused\"}").await, 0);
    // Both mean the same picture, and one may find the work of the other under way.
    let paths = ["w=64", "variant=thumb"].map(|query| address(&image, query));
    let answers = join_all((0..40).map(|number| app.get(&paths[number % 2]))).await;
    for named in answers.iter().skip(1).step_by(2) {
        assert_eq!(named.outcome(), "200");
    }
    stored(&app, 1).await;
    app.finish().await;
}

/// A bucket that loses objects or fails PUTs leaves rows that wait for the reconciler.
#[tokio::test]
async fn variants_that_are_to_go_are_in_the_way_of_nobody() {
    let app = TestApp::start().await;
    let image = app.uploaded(photos::jpeg(160, 160)).await;
    for number in 0..VARIANTS_PER_IMAGE {
        let variant = planned(&app.app, id_of(&image), &format!("w{}.webp", number + 1000));
        let reserved = reserve(&app.app, app.sweep(), &variant).await;
        assert_eq!(reserved, VariantReserved::New, "{number}");
        assert!(app.app.catalog().abandon_variant(&variant, variant.created_at).await.unwrap());
    }
    shown(&app, &image, "w=64").await;
    until("it is not stored for now", async || {
        count(&app, "tintype_variants_kept_total{outcome=\"skipped\"}").await == 1
    })
    .await;
    app.reconcile().await;
    shown(&app, &image, "w=96").await;
    stored(&app, 1).await;
    app.finish().await;
}
