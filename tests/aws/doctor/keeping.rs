//! Versions, ownership, and uploads that were never finished.

use super::{Account, BUCKET, NEEDED};
use crate::moto::python;
use crate::support::examination::Report;

/// Has Amazon's own client do something to the bucket.
async fn change(account: &Account, call: &str) {
    let script =
        format!("import boto3, sys\ns3 = boto3.client('s3', endpoint_url=sys.argv[1])\ns3.{call}");
    python(&script, &[&account.moto.endpoint()], &account.admin).await;
}

fn set_versioning(status: &str) -> String {
    format!(
        "put_bucket_versioning(Bucket='{BUCKET}', VersioningConfiguration={{'Status': '{status}'}})"
    )
}

#[tokio::test]
async fn a_versioned_bucket_is_seen_by_everybody_who_puts_and_deletes() {
    let account = Account::open().await;
    let uploader = account.uploader(&NEEDED, "").await;
    let report = Report::of(&account.site(&uploader)).await;
    report.says("versioning", ["a delete leaves nothing", "", ""]);
    change(&account, &set_versioning("Enabled")).await;
    let report = Report::of(&account.site(&uploader)).await;
    report.warns_of(&["versioning"]);
    report.says("versioning", ["on", "old version", "put-bucket-versioning --bucket pics"]);
}

#[tokio::test]
async fn whoever_may_look_is_told_of_versions_that_stay() {
    let account = Account::open().await;
    let site = account.site(&account.admin);
    for (status, got) in [("Enabled", "on"), ("Suspended", "suspended")] {
        change(&account, &set_versioning(status)).await;
        let report = Report::of(&site).await;
        assert!(report.steps("warning").contains(&"versioning"), "{}", report.ended);
        report.says("versioning", [got, "old version", "old versions expire by a lifecycle rule"]);
    }
}

#[tokio::test]
async fn acls_that_count_are_warned_of() {
    let account = Account::open().await;
    let site = account.site(&account.admin);
    for (ownership, warned) in
        [("BucketOwnerEnforced", false), ("BucketOwnerPreferred", true), ("ObjectWriter", true)]
    {
        let rules = format!("{{'Rules': [{{'ObjectOwnership': '{ownership}'}}]}}");
        change(
            &account,
            &format!("put_bucket_ownership_controls(Bucket='{BUCKET}', OwnershipControls={rules})"),
        )
        .await;
        let report = Report::of(&site).await;
        assert_eq!(report.steps("warning").contains(&"ownership"), warned, "{}", report.ended);
        if warned {
            let fix = "put-bucket-ownership-controls --bucket pics";
            report.says("ownership", [ownership, "ACLs count", fix]);
        }
    }
    let uploader = account.uploader(&NEEDED, "").await;
    let report = Report::of(&account.site(&uploader)).await;
    let fix = "aws s3api get-bucket-ownership-controls --bucket pics";
    report.says("ownership", ["403", "may not look", fix]);
}

#[tokio::test]
async fn a_rule_for_unfinished_uploads_is_looked_for() {
    let account = Account::open().await;
    let site = account.site(&account.admin);
    let report = Report::of(&site).await;
    report.says("lifecycle", ["none", "in one piece", "AbortIncompleteMultipartUpload"]);
    for (status, prefix, got) in
        [("Disabled", "", "none"), ("Enabled", "tmp/", "none"), ("Enabled", "", "a rule")]
    {
        let rule = format!(
            "{{'ID': 'x', 'Status': '{status}', 'Filter': {{'Prefix': '{prefix}'}}, \
             'AbortIncompleteMultipartUpload': {{'DaysAfterInitiation': 7}}}}"
        );
        change(
            &account,
            &format!(
                "put_bucket_lifecycle_configuration(Bucket='{BUCKET}', \
                 LifecycleConfiguration={{'Rules': [{rule}]}})"
            ),
        )
        .await;
        assert_eq!(Report::of(&site).await.cell("lifecycle", "got"), got);
    }
    let uploader = account.uploader(&NEEDED, "").await;
    let report = Report::of(&account.site(&uploader)).await;
    let fix = "aws s3api get-bucket-lifecycle-configuration --bucket pics";
    report.says("lifecycle", ["403", "may not look", fix]);
}
