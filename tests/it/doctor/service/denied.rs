//! Amazon's words about rights that are missing:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>. To whoever may
//! not list the bucket, Amazon denies a missing object too.

use axum::response::Response;

use super::Visit;
use crate::support::s3_double::{SeenRequest, refusal};

const USER: &str = "User: arn:aws:iam::123456789012:user/tintype is not authorized to perform: ";

/// What Amazon answers when no policy allows an action on an object of the bucket.
fn denies(action: &str) -> Response {
    let resource = "on resource: \"arn:aws:s3:::pics/an/object\"";
    let reason = format!("because no identity-based policy allows the {action} action");
    refusal(403, "AccessDenied", &format!("{USER}{action} {resource} {reason}"))
}

fn is(request: &SeenRequest, method: &str) -> bool {
    request.method == method && request.path.ends_with("original.gif")
}

#[tokio::test]
async fn what_amazon_names_is_named() {
    for (method, action, step) in [
        ("PUT", "s3:PutObject", "put"),
        ("GET", "s3:GetObject", "get"),
        ("DELETE", "s3:DeleteObject", "delete"),
    ] {
        let visit = Visit::with(move |request| is(request, method).then(|| denies(action))).await;
        let report = visit.report().await;
        let meaning = format!("lack {action} on arn:aws:s3:::pics/*: no identity-based policy");
        report.is_broken(step, ["403 AccessDenied", &meaning, "`tintype iam setup --bucket pics`"]);
    }
}

#[tokio::test]
async fn a_missing_object_that_is_denied_says_whether_it_could_be_read() {
    for (answer, verdict, got) in [
        (denies as fn(&str) -> Response, "good", "allowed"),
        (|_| refusal(403, "AccessDenied", "Access Denied"), "not_examined", "nothing to read"),
        (|_| denies("s3:GetObject"), "broken", "403 AccessDenied"),
    ] {
        let visit = Visit::with(move |request| match request.method.as_str() {
            "PUT" => Some(denies("s3:PutObject")),
            "GET" => Some(answer("s3:ListBucket")),
            _ => None,
        });
        let report = visit.await.report().await;
        assert_eq!(report.cell("get", "verdict"), verdict, "{}", report.ended);
        report.says("get", [got, "", ""]);
        report.says("delete", ["allowed", "", ""]);
    }
}

/// A bucket policy that wants an ACL, as many that were written for other programs do.
#[tokio::test]
async fn a_deny_is_not_answered_with_allowing() {
    let words = "s3:PutObject on resource: \"arn:aws:s3:::pics/a\" with an explicit deny in a \
                 resource-based policy";
    let visit = Visit::with(move |request| {
        is(request, "PUT").then(|| refusal(403, "AccessDenied", &format!("{USER}{words}")))
    });
    let words =
        ["403", "explicit deny in a resource-based policy forbids it", "take the deny away"];
    visit.await.report().await.is_broken("put", words);
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html>.
#[tokio::test]
async fn a_bucket_that_encrypts_with_kms_needs_two_rights_more() {
    const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd";
    for (method, action, step) in
        [("PUT", "kms:GenerateDataKey", "put"), ("GET", "kms:Decrypt", "get")]
    {
        let visit = Visit::with(move |request| {
            let reason = format!("because no identity-based policy allows the {action} action");
            let words = format!("{USER}{action} on resource: {KEY} {reason}");
            is(request, method).then(|| refusal(403, "AccessDenied", &words))
        });
        let report = visit.await.report().await;
        let meaning = format!("lack {action} on {KEY}");
        let fix = format!("`tintype iam setup --bucket pics --with kms={KEY}`");
        report.is_broken(step, ["403 AccessDenied", &meaning, &fix]);
    }
    let visit = Visit::with(|request| {
        is(request, "PUT").then(|| refusal(400, "KMS.DisabledException", "the key is disabled"))
    });
    let words =
        ["KMS.DisabledException", "encrypts with a key of KMS", "--with kms=ARN-OF-THE-KEY"];
    visit.await.report().await.is_broken("put", words);
}
