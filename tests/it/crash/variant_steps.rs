//! Kills at each step of a variant that the bucket can see, with and without a deletion of its image
//! beside it.

use crate::support::app::{Answer, form};
use crate::support::fault_proxy::{Outcome, Scripted, delete, put};
use crate::support::photos;
use crate::support::process::Service;
use crate::support::requests::until;

use super::steps::Stage;

/// An image with so many variants in the bucket, and the paths of its record and of its bytes.
async fn with_variants(stage: &Stage, count: usize) -> (Service, String, String) {
    let service = stage.site.serve().await;
    let id = service.uploaded(form(photos::png(200, 150))).await["id"].as_str().unwrap().to_owned();
    let (record, bytes) = (format!("/v1/images/{id}"), format!("/i/{id}"));
    for width in [64, 96, 128].iter().take(count) {
        assert_eq!(variant(&service, &bytes, *width).await.status, 200);
    }
    objects(stage, 1 + count).await;
    (service, record, bytes)
}

async fn variant(service: &Service, bytes: &str, width: u32) -> Answer {
    service.get(&format!("{bytes}?w={width}&format=png")).await
}

/// Waits until the bucket holds so many objects, each with a row that is ready.
async fn objects(stage: &Stage, number: usize) {
    until("the objects are there", async || {
        let (_, report) = stage.site.check(&[]).await;
        (&report["objects"]["ours"], &report["pending"]) == (&number.into(), &0.into())
    })
    .await;
}

/// Kills while the maker of a variant waits for the bucket: nothing of it is left, and it can be made
/// again.
async fn making_killed_at(outcome: Outcome) {
    let stage = Stage::set().await;
    let (service, _, bytes) = with_variants(&stage, 0).await;
    stage.proxy.script([put(outcome)]);
    let first = variant(&service, &bytes, 64).await;
    assert_eq!(first.status, 200);
    stage.proxy.hung(1).await;
    service.kill().await;
    let service = stage.restarted(1).await;
    assert_eq!(variant(&service, &bytes, 64).await.body, first.body);
    objects(&stage, 2).await;
    service.kill().await;
    let service = stage.site.serve().await;
    assert_eq!(variant(&service, &bytes, 64).await.body, first.body);
    stage.end(service).await;
}

/// Kills a deletion of an image with three variants when so many of its DELETEs hang.
async fn deletion_killed_at(script: &[Scripted], hung: usize) {
    let stage = Stage::set().await;
    let (service, record, _) = with_variants(&stage, 3).await;
    stage.proxy.script(script.iter().cloned());
    tokio::select! {
        answer = service.delete(&record) => panic!("answered before the kill: {answer:?}"),
        () = stage.proxy.hung(hung) => {}
    }
    service.kill().await;
    let service = stage.restarted(0).await;
    assert_eq!(service.get(&record).await.outcome(), "404 NOT_FOUND");
    stage.end(service).await;
}

/// Kills when an image has been deleted whose variant is on its way into the bucket.
async fn deletion_amid_a_making_killed_at(outcome: Outcome) {
    let stage = Stage::set().await;
    let (service, record, bytes) = with_variants(&stage, 1).await;
    stage.proxy.script([put(outcome)]);
    assert_eq!(variant(&service, &bytes, 96).await.status, 200);
    stage.proxy.hung(1).await;
    assert_eq!(service.delete(&record).await.status, 202);
    assert_eq!(variant(&service, &bytes, 96).await.outcome(), "404 NOT_FOUND");
    service.kill().await;
    let service = stage.restarted(0).await;
    stage.end(service).await;
}

#[tokio::test]
async fn killed_before_the_bucket_has_the_variant() {
    making_killed_at(Outcome::Hang).await;
}

#[tokio::test]
async fn killed_after_the_bucket_has_the_variant_and_before_the_commit() {
    making_killed_at(Outcome::ApplyThenHang).await;
}

#[tokio::test]
async fn killed_before_the_bucket_has_let_anything_go() {
    deletion_killed_at(&[0; 4].map(|_| delete(Outcome::Hang)), 4).await;
}

#[tokio::test]
async fn killed_after_the_bucket_has_let_everything_go_and_before_the_rows_went() {
    deletion_killed_at(&[0; 4].map(|_| delete(Outcome::ApplyThenHang)), 4).await;
}

#[tokio::test]
async fn killed_after_the_bucket_has_let_some_variants_go() {
    let script = [Outcome::Pass, Outcome::Hang, Outcome::ApplyThenHang].map(delete);
    deletion_killed_at(&script, 2).await;
}

#[tokio::test]
async fn killed_after_a_deletion_and_before_the_bucket_has_the_variant() {
    deletion_amid_a_making_killed_at(Outcome::Hang).await;
}

#[tokio::test]
async fn killed_after_a_deletion_and_after_the_bucket_has_the_variant() {
    deletion_amid_a_making_killed_at(Outcome::ApplyThenHang).await;
}

/// Kills the reconciler over a variant that a killed maker left, before and after its DELETE.
#[tokio::test]
async fn killed_while_the_reconciler_clears_a_variant_away() {
    for outcome in [Outcome::Hang, Outcome::ApplyThenHang] {
        let stage = Stage::set().await;
        let (service, _, bytes) = with_variants(&stage, 1).await;
        stage.proxy.script([put(Outcome::ApplyThenHang)]);
        assert_eq!(variant(&service, &bytes, 96).await.status, 200);
        stage.proxy.hung(1).await;
        service.kill().await;
        let service = stage.site.serve().await;
        stage.proxy.script([delete(outcome)]);
        stage.proxy.hung(2).await;
        service.kill().await;
        let service = stage.site.serve().await;
        super::settled(&stage.site).await;
        objects(&stage, 2).await;
        stage.end(service).await;
    }
}
