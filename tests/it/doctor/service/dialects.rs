//! What other services do not take, in their own words.

use axum::response::{IntoResponse as _, Response};

use super::Visit;
use crate::support::s3_double::refusal;

/// Cloudflare R2: <https://developers.cloudflare.com/r2/examples/aws/boto3/>, and Backblaze B2:
/// <https://github.com/aws/aws-sdk-js-v3/issues/6810>.
#[tokio::test]
async fn a_checksum_that_is_refused_can_be_left_out() {
    for (status, code, message) in [
        (501, "NotImplemented", "Header 'x-amz-checksum-crc64nvme' with value 'x' not implemented"),
        (400, "InvalidArgument", "Unsupported header 'x-amz-checksum-crc64nvme' received"),
    ] {
        let mut visit = Visit::with(move |request| {
            let has_one = !request.header("x-amz-checksum-crc64nvme").is_empty();
            has_one.then(|| refusal(status, code, message))
        })
        .await;
        visit.site.set("TINTYPE_S3_CHECKSUM", "crc64nvme");
        let report = visit.report().await;
        report.is_broken("put", [code, "does not take the checksum", "TINTYPE_S3_CHECKSUM=off"]);
        visit.site.set("TINTYPE_S3_CHECKSUM", "off");
        visit.report().await.works();
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html>.
#[tokio::test]
async fn a_checksum_that_is_required_can_be_sent_and_a_lock_is_named() {
    let wanted = "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests \
                  with Object Lock parameters";
    let mut visit = Visit::with(move |request| match request.method.as_str() {
        "PUT" if request.header("x-amz-checksum-sha256").is_empty() => {
            Some(refusal(400, "InvalidRequest", wanted))
        }
        "DELETE" => Some(refusal(
            403,
            "AccessDenied",
            "Access Denied because object protected by object lock.",
        )),
        _ => None,
    })
    .await;
    let report = visit.report().await;
    report.says("put", ["400 InvalidRequest", "no body without", "TINTYPE_S3_CHECKSUM=sha256"]);
    visit.site.set("TINTYPE_S3_CHECKSUM", "sha256");
    let report = visit.report().await;
    report.is_broken("delete", ["403", "An object lock keeps", "without a default retention"]);
}

#[tokio::test]
async fn what_the_service_cannot_do_is_told_from_what_it_may_not() {
    for (status, code, message, meaning, fix) in [
        (400, "AccessControlListNotSupported", "no ACLs", "takes no ACL", "x-amz-acl"),
        (403, "QuotaExceeded", "The quota is exceeded", "takes no more", "quota"),
        (403, "AccessDenied", "storage cap exceeded", "takes no more", "quota"),
        (503, "SlowDown", "Please reduce your rate.", "fewer requests", "later"),
        (500, "InternalError", "We are at fault.", "a fault of its own", "later"),
        (400, "Whatever", "Who knows.", "The service says: Who knows.", ""),
    ] {
        let visit = Visit::with(move |request| {
            (request.method == "PUT").then(|| refusal(status, code, message))
        });
        let got = format!("{status} {code}");
        visit.await.report().await.is_broken("put", [&got, meaning, fix]);
    }
}

#[tokio::test]
async fn what_is_read_is_what_was_put() {
    let lost = || refusal(404, "NoSuchKey", "The specified key does not exist.");
    let is_lost = "What was put a moment ago is not there";
    for (is_range, answer, step, words) in [
        (false, lost as fn() -> Response, "get", ["404 NoSuchKey", is_lost, ""]),
        (false, other, "get", ["not S3's", "not what was put", "a cache or a proxy"]),
        (true, other, "get_range", ["not S3's", "not the part", "ranges"]),
    ] {
        let visit = Visit::with(move |request| {
            let is_get = request.method == "GET" && request.path.ends_with(".gif");
            (is_get && is_range != request.header("range").is_empty()).then(answer)
        });
        visit.await.report().await.is_broken(step, words);
    }
}

/// An object that nobody put.
fn other() -> Response {
    let headers = [("etag", "\"0\""), ("last-modified", "Fri, 02 Jan 2026 03:04:05 GMT")];
    (headers, [b'x'; 43]).into_response()
}
