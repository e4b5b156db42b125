//! A right, a key or a bucket that is not there.

use crate::moto::Key;

use super::{Account, BUCKET, NEEDED};
use crate::support::examination::Report;

#[tokio::test]
async fn exactly_what_is_needed_is_good_and_leaves_nothing() {
    let account = Account::open().await;
    let key = account.uploader(&NEEDED, "").await;
    let site = account.site(&key);
    assert_eq!(site.run(&["reconcile", "--once"]).await.code, Some(0), "the catalog is there");

    let report = Report::with(&site, &["--other-bucket", "other"]).await;
    report.warns_of(&[]);
    for step in ["list", "other_bucket", "bucket_policy", "iam"] {
        assert_eq!(report.cell(step, "got"), "denied", "{}", report.ended);
    }
    assert_eq!(account.keys().await, [""; 0]);
    let (ended, check) = site.check(&[]).await;
    assert_eq!((&check["pending"], &check["deleting"]), (&0.into(), &0.into()), "{ended}");

    let told = site.run(&["doctor"]).await;
    assert_eq!(told.code, Some(0), "{told}");
    assert!(told.stdout.ends_with("All is good.\n"), "{told}");
    let is_narrow = |line: &str| line.chars().count() <= 80 || line.contains('`');
    assert!(told.stdout.lines().all(is_narrow), "{told}");
}

/// Each of the three rights, the step that fails without it, and what the report says.
#[tokio::test]
async fn each_missing_right_is_named_and_no_other() {
    let account = Account::open().await;
    for (missing, step) in
        [("s3:PutObject", "put"), ("s3:GetObject", "get"), ("s3:DeleteObject", "delete")]
    {
        let left: Vec<_> = NEEDED.into_iter().filter(|action| *action != missing).collect();
        for prefix in ["", "live/"] {
            let key = account.uploader(&left, prefix).await;
            let mut site = account.site(&key);
            site.set("TINTYPE_BUCKET", &format!("s3://{BUCKET}/{prefix}"));
            let report = Report::of(&site).await;
            let resource = format!("{missing} on arn:aws:s3:::{BUCKET}/{prefix}*");
            let key = format!("make a key that may read, write and delete in {BUCKET} alone");
            report.is_broken(step, ["403 AccessDenied", &resource, &key]);
            report.says(step, ["", "", &resource]);
            for other in left.iter().chain(&["s3:ListBucket"]) {
                assert!(!report.ended.stdout.contains(other), "{other}: {}", report.ended);
            }
            let stay = account.keys().await;
            match stay.as_slice() {
                [] => assert_ne!(step, "delete"),
                [probe] => report.says("delete", ["", &format!("The probe {probe} stays"), ""]),
                more => panic!("{more:?}"),
            }
            let bucket = account.moto.s3(BUCKET, &account.admin);
            for probe in stay {
                object_store::ObjectStoreExt::delete(&bucket, &probe.into()).await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn a_probe_that_cannot_be_deleted_is_left_to_the_reconciler() {
    let account = Account::open().await;
    let key = account.uploader(&["s3:PutObject", "s3:GetObject"], "").await;
    let mut site = account.site(&key);
    site.set("TINTYPE_PUT_DEADLINE", "1s").set("TINTYPE_SWEEP_MARGIN", "1s");
    assert_eq!(site.run(&["reconcile", "--once"]).await.code, Some(0));
    let report = Report::of(&site).await;
    report.is_broken("delete", ["403", "The reconciler will go on trying to delete the probe", ""]);
    assert_eq!(account.keys().await.len(), 1);

    site.set("AWS_ACCESS_KEY_ID", &account.admin.id);
    site.set("AWS_SECRET_ACCESS_KEY", &account.admin.secret);
    while !account.keys().await.is_empty() {
        assert_eq!(site.run(&["reconcile", "--once"]).await.code, Some(0));
    }
}

#[tokio::test]
async fn a_key_that_is_not_good_is_told_from_a_right_that_is_missing() {
    let account = Account::open().await;
    let key = account.uploader(&NEEDED, "").await;
    let id = "AKIAIOSFODNN7EXAMPLE".to_owned();
    let wrong = Key { secret: format!("{}x", key.secret), ..key.clone() };
    let quoted = Key { secret: format!("\"{}\"", key.secret), ..key.clone() };
    for (key, words) in [
        (wrong, ["403 SignatureDoesNotMatch", "not the one that goes with", "make a new key"]),
        (quoted, ["403 SignatureDoesNotMatch", "SECRET_ACCESS_KEY has white space", "env-file"]),
        (
            Key { id, ..key.clone() },
            ["403 InvalidAccessKeyId", "no such access key", "to a key of"],
        ),
    ] {
        let report = Report::of(&account.site(&key)).await;
        report.is_broken("credentials", words);
        let all = format!("{}", report.ended);
        assert!(!all.contains(key.secret.trim_matches('"')), "the secret: {all}");
    }
    assert_eq!(account.keys().await, [""; 0]);
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_told() {
    let account = Account::open().await;
    let mut site = account.site(&account.admin);
    site.set("TINTYPE_BUCKET", "s3://pisc");
    let report = Report::of(&site).await;
    let fix = "make the bucket there";
    report.is_broken("bucket", ["404 NoSuchBucket", "has no bucket pisc", fix]);
    assert_eq!(report.cell("put", "got"), "there is no bucket");
}
