//! Amazon's words about rights that are missing:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>. To whoever may
//! not list the bucket, Amazon denies a missing object too.

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::Visit;
use crate::support::s3_double::{SeenRequest, refusal};

const USER: &str = "User: arn:aws:iam::123456789012:user/tintype is not authorized to perform: ";

/// What Amazon answers when no policy allows an action on an object of the bucket.
fn denies(action: &str) -> Response {
    let resource = "on resource: \"arn:aws:s3:::pics/an/object\"";
    let reason = format!("because no identity-based policy allows the {action} action");
    refusal(403, "AccessDenied", &format!("{USER}{action} {resource} {reason}"))
}

/// What IAM answers to whoever may not ask it:
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>.
fn iam(request: &SeenRequest) -> Option<Response> {
    let body = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code></Error>\
                </ErrorResponse>";
    (request.method == "POST").then(|| (StatusCode::FORBIDDEN, body).into_response())
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
        let fix = format!("allow {action} on arn:aws:s3:::pics/*, or make a key that may read");
        report.is_broken(step, ["403 AccessDenied", &meaning, &fix]);
    }
}

#[tokio::test]
async fn a_service_that_speaks_iam_is_named_in_the_command() {
    let visit = Visit::with(|request| {
        iam(request).or_else(|| is(request, "PUT").then(|| denies("s3:PutObject")))
    })
    .await;
    let endpoint = visit.double.endpoint();
    let fix = format!("`tintype iam setup --bucket pics --endpoint-url {endpoint}`");
    let report = visit.report().await;
    report.is_broken("put", ["403 AccessDenied", "lack s3:PutObject", &fix]);
    report.says("iam", ["denied", "", ""]);
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
            let is_denied = is(request, method);
            iam(request).or_else(|| is_denied.then(|| refusal(403, "AccessDenied", &words)))
        });
        let report = visit.await.report().await;
        let meaning = format!("lack {action} on {KEY}");
        let fix = format!(" --with kms={KEY}`, and the `--with` that it was made with");
        report.is_broken(step, ["403 AccessDenied", &meaning, &fix]);
    }
    let visit = Visit::with(|request| {
        is(request, "PUT").then(|| refusal(400, "KMS.DisabledException", "the key is disabled"))
    });
    let words =
        ["KMS.DisabledException", "encrypts with a key of KMS", "allow kms:GenerateDataKey on"];
    visit.await.report().await.is_broken("put", words);
}
