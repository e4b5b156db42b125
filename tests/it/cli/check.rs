//! `check`: what it tells, its exit codes, and its repairs, which do nothing unless asked twice.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use uuid::Uuid;

use super::pixel;
use crate::support::fault_proxy::{FaultProxy, Outcome, get};
use crate::support::photos::PIXEL;
use crate::support::process::Site;
use crate::support::s3_double::S3Double;

/// Uploads so many images and stops the service; their ids.
async fn with_images(site: &Site, images: usize) -> Vec<String> {
    let service = site.serve().await;
    let mut ids = Vec::new();
    for _ in 0..images {
        ids.push(service.uploaded(pixel()).await["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(service.stop().await.code, Some(0));
    ids
}

/// The key and the file of an image's original.
fn original(site: &Site, id: &str) -> (String, PathBuf) {
    let key = format!("{}/{id}/original.gif", &id[id.len() - 4..]);
    let file = site.bucket_directory().join(&key);
    assert_eq!(fs::read(&file).unwrap(), PIXEL);
    (key, file)
}

/// The codes and findings of a check with `flags`.
async fn findings(site: &Site, flags: &[&str]) -> (Option<i32>, Value) {
    let (ended, mut report) = site.check(flags).await;
    (ended.code, report["findings"].take())
}

#[tokio::test]
async fn a_sound_site_is_told_so() {
    let site = Site::under_test().await;
    with_images(&site, 2).await;
    for flags in [&["check"][..], &["check", "--deep"]] {
        let ended = site.run(flags).await;
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended}");
        assert_eq!(
            ended.stdout,
            "records    2 ready\n\
             variants   0 ready\n\
             unfinished 0 pending, 0 deleting\n\
             objects    2 ours, 0 foreign\n\
             every invariant that was checked holds\n"
        );
    }
    let (ended, report) = site.check(&[]).await;
    let expected = json!({
        "records": 2, "variants": 0, "objects": {"listing": "listed", "ours": 2, "foreign": 0},
        "pending": 0, "deleting": 0, "findings": [], "more_findings": 0,
    });
    assert_eq!((ended.code, report), (Some(0), expected), "{ended}");
}

#[tokio::test]
async fn a_missing_object_is_told_and_its_record_is_forgotten_only_on_request() {
    let site = Site::on_directory().await;
    let ids = with_images(&site, 2).await;
    let (key, file) = original(&site, &ids[0]);
    fs::remove_file(file).unwrap();
    let broken = (Some(1), json!([{"finding": "object_missing", "id": ids[0], "key": key}]));
    assert_eq!(findings(&site, &[]).await, broken);
    let ended = site.run(&["check"]).await;
    assert_eq!(ended.code, Some(1), "{ended}");
    let told = format!("BROKEN     {}: the object {key} is missing\n", ids[0]);
    assert!(ended.stdout.contains(&told), "{ended}");
    assert!(ended.stdout.ends_with("invariants are broken\n"), "{ended}");

    let dry = site.run(&["check", "--repair"]).await;
    assert_eq!(dry.code, Some(1), "{dry}");
    assert!(dry.stdout.contains("is missing -> delete the record\n"), "{dry}");
    assert!(dry.stdout.ends_with("nothing was changed: add --apply to do it\n"), "{dry}");
    assert_eq!(findings(&site, &[]).await, broken);
    assert_eq!(site.run(&["check", "--apply"]).await.code, Some(2));
    assert_eq!(findings(&site, &["--deep"]).await, broken);

    let applied = site.run(&["check", "--repair", "--apply"]).await;
    assert_eq!(applied.code, Some(0), "{applied}");
    let (ended, report) = site.check(&["--deep"]).await;
    assert_eq!((ended.code, &report["records"]), (Some(0), &1.into()), "{ended}");
}

#[tokio::test]
async fn an_object_without_a_record_is_told_and_goes_only_on_request() {
    let site = Site::on_directory().await;
    let ids = with_images(&site, 1).await;
    let stray = Uuid::now_v7().to_string();
    let key = format!("{}/{stray}/original.gif", &stray[stray.len() - 4..]);
    let file = site.bucket_directory().join(&key);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, PIXEL).unwrap();
    fs::write(site.bucket_directory().join("notes.txt"), "not ours").unwrap();
    let broken = (Some(1), json!([{"finding": "object_without_record", "id": stray, "key": key}]));
    assert_eq!(findings(&site, &[]).await, broken);
    assert_eq!(site.run(&["check", "--repair"]).await.code, Some(1));
    assert!(file.exists());

    // As JSON, one report: how things are after the repair.
    let (ended, report) = site.check(&["--repair", "--apply"]).await;
    let left = json!({"listing": "listed", "ours": 1, "foreign": 1});
    assert_eq!((ended.code, &report["objects"]), (Some(0), &left), "{ended}");
    assert!(!file.exists() && site.bucket_directory().join("notes.txt").exists());
    original(&site, &ids[0]);
}

#[tokio::test]
async fn wrong_bytes_are_found_by_a_deep_check_and_left_to_a_person() {
    let site = Site::on_directory().await;
    let ids = with_images(&site, 2).await;
    let (_, file) = original(&site, &ids[0]);
    let mut bytes = PIXEL.to_vec();
    bytes[13] ^= 1;
    fs::write(&file, &bytes).unwrap();
    let (_, short) = original(&site, &ids[1]);
    fs::write(&short, &PIXEL[1..]).unwrap();

    let kinds = async |flags: &[&str]| {
        let (code, findings) = findings(&site, flags).await;
        let kinds = findings.as_array().unwrap().iter().map(|finding| finding["finding"].clone());
        (code, kinds.collect::<Vec<_>>())
    };
    assert_eq!(kinds(&[]).await, (Some(1), vec!["wrong_size".into()]));
    let both = (Some(1), vec!["wrong_bytes".into(), "wrong_size".into()]);
    assert_eq!(kinds(&["--deep"]).await, both);
    assert_eq!(kinds(&["--deep", "--repair", "--apply"]).await, both);
    assert_eq!((fs::read(&file).unwrap(), fs::read(&short).unwrap()), (bytes, PIXEL[1..].to_vec()));
}

#[tokio::test]
async fn what_may_only_be_denied_is_never_repaired_away() {
    let double = S3Double::start().await;
    let proxy = FaultProxy::in_front_of(double.address()).await;
    let site = Site::on_double(&proxy.endpoint()).await;
    let ids = with_images(&site, 2).await;
    let key = double.keys().into_iter().find(|key| key.contains(&ids[0])).unwrap();
    double.remove(&key);
    proxy.missing_as_denied();
    let denied = (Some(1), json!([{"finding": "object_denied", "id": ids[0], "key": key}]));
    assert_eq!(findings(&site, &[]).await, denied);
    assert_eq!(findings(&site, &["--repair", "--apply"]).await, denied);
    let dry = site.run(&["check", "--repair"]).await;
    assert!(dry.stdout.contains("-> nothing: look at it yourself\n"), "{dry}");
    let service = site.serve().await;
    assert_eq!(service.get(&format!("/v1/images/{}", ids[0])).await.status, 200);
    assert_eq!(service.get(&format!("/i/{}", ids[0])).await.outcome(), "502 OBJECT_MISSING");
    assert_eq!(service.stop().await.code, Some(0));
}

#[tokio::test]
async fn a_check_that_cannot_run_says_why() {
    let mut site = Site::embedded();
    site.set("TINTYPE_DATABASE", "postgres://nobody@127.0.0.1:1/nothing");
    for command in ["check", "reconcile", "serve"] {
        let ended = site.run(&[command]).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{ended}");
        assert!(ended.stderr.contains("tintype: the catalog cannot be opened: "), "{ended}");
    }
}

#[tokio::test]
async fn reconcile_once_makes_one_pass() {
    let site = Site::under_test().await;
    let ended = site.run(&["reconcile", "--once"]).await;
    let nothing = "0 finished, 0 due again later, 0 old idempotency keys dropped\n";
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), nothing), "{ended}");
}

#[tokio::test]
async fn a_listing_that_is_denied_is_no_fault_and_one_that_fails_is() {
    let double = S3Double::start().await;
    let proxy = FaultProxy::in_front_of(double.address()).await;
    let site = Site::on_double(&proxy.endpoint()).await;
    for (status, code, listing) in [(403, 0, "not_allowed"), (500, 2, "failed")] {
        proxy.script((0..8).map(|_| get(Outcome::Fail(status))));
        let (ended, report) = site.check(&[]).await;
        assert_eq!((ended.code, &report["objects"]["listing"]), (Some(code), &json!(listing)));
        proxy.forget_script();
    }
}
