//! What these credentials should not be able to do.

use serde_json::json;

use super::{Account, BUCKET, NEEDED};
use crate::support::examination::Report;

#[tokio::test]
async fn an_administrator_is_too_much() {
    let account = Account::open().await;
    let mut site = account.site(&account.admin);
    site.set("TINTYPE_BUCKET", &format!("s3://{BUCKET}/live"));
    let report = Report::of(&site).await;
    let fix = "`tintype iam setup --bucket pics --prefix live --endpoint-url http";
    report.warns_of(&["list", "other_prefix", "other_bucket", "bucket_policy", "iam"]);
    report.says("list", ["allowed", "list what is outside of live/", fix]);
    report.says("other_prefix", ["allowed", "outside of live/", fix]);
    report.says("other_bucket", ["allowed", "into the bucket other", fix]);
    report.says("bucket_policy", ["allowed", "read the bucket's policy", fix]);
    report.says("iam", ["allowed", "all users of the account", fix]);
    report.says("credentials", ["user/admin", "", ""]);
    assert_eq!(account.keys().await, [""; 0]);
}

/// A policy of `tintype iam policy --with list` is made on purpose.
#[tokio::test]
async fn listing_is_told_and_not_warned_of() {
    let account = Account::open().await;
    let key = account.user(json!([
        { "Effect": "Allow", "Action": NEEDED, "Resource": format!("arn:aws:s3:::{BUCKET}/*") },
        { "Effect": "Allow", "Action": "s3:ListBucket", "Resource": format!("arn:aws:s3:::{BUCKET}") },
    ]));
    let report = Report::of(&account.site(&key.await)).await;
    report.warns_of(&[]);
    report.says("list", ["allowed", "Only `tintype check` uses it", ""]);
}

#[tokio::test]
async fn the_rest_of_the_bucket_is_out_of_reach_or_warned_of() {
    let account = Account::open().await;
    for (policy, warned) in [("live/", &[][..]), ("", &["other_prefix"])] {
        let key = account.uploader(&NEEDED, policy).await;
        let mut site = account.site(&key);
        site.set("TINTYPE_BUCKET", &format!("s3://{BUCKET}/live"));
        Report::of(&site).await.warns_of(warned);
    }
    assert_eq!(account.keys().await, [""; 0]);
}

#[tokio::test]
async fn another_bucket_is_looked_for_or_asked_for() {
    let account = Account::open().await;
    let key = account.uploader(&NEEDED, "").await;
    let site = account.site(&key);
    let report = Report::of(&site).await;
    report.says("other_bucket", ["none is known", "may not list buckets", "--other-bucket NAME"]);
    let report = Report::with(&site, &["--other-bucket", "no-such"]).await;
    assert_ne!(report.steps("broken"), ["other_bucket"], "{}", report.ended);
    let report = Report::with(&site, &["--other-bucket", BUCKET]).await;
    report.says("other_bucket", ["it is the same", "", ""]);
    report.warns_of(&[]);
}
