//! What other services do not take, in their own words.

use axum::http::StatusCode;
use axum::response::IntoResponse as _;

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
    for (status, code, message, words) in [
        (
            400,
            "AccessControlListNotSupported",
            "The bucket does not allow ACLs",
            ["400 AccessControlListNotSupported", "takes no ACL", "x-amz-acl"],
        ),
        (
            403,
            "QuotaExceeded",
            "The quota set for the bucket is exceeded",
            ["403 QuotaExceeded", "takes no more", "quota"],
        ),
        (
            403,
            "AccessDenied",
            "Cannot upload files, storage cap exceeded",
            ["403 AccessDenied", "takes no more", "quota"],
        ),
        (
            503,
            "SlowDown",
            "Please reduce your request rate.",
            ["503 SlowDown", "fewer requests", "later"],
        ),
        (
            500,
            "InternalError",
            "We encountered an internal error.",
            ["500 InternalError", "a fault of its own", "later"],
        ),
        (
            400,
            "Whatever",
            "Nobody has heard of this.",
            ["400 Whatever", "The service says: Nobody has heard of this.", ""],
        ),
    ] {
        let visit = Visit::with(move |request| {
            (request.method == "PUT").then(|| refusal(status, code, message))
        });
        visit.await.report().await.is_broken("put", words);
    }
}

#[tokio::test]
async fn what_is_read_is_what_was_put() {
    let visit = Visit::with(|request| {
        (request.method == "GET" && request.path.ends_with(".gif"))
            .then(|| refusal(404, "NoSuchKey", "The specified key does not exist."))
    });
    let report = visit.await.report().await;
    report.is_broken("get", ["404 NoSuchKey", "What was put a moment ago is not there", ""]);

    let other = |status: StatusCode| {
        let headers = [("etag", "\"0\""), ("last-modified", "Fri, 02 Jan 2026 03:04:05 GMT")];
        (status, headers, vec![b'x'; 43]).into_response()
    };
    let visit = Visit::with(move |request| {
        (request.method == "GET" && request.path.ends_with(".gif")).then(|| other(StatusCode::OK))
    });
    let report = visit.await.report().await;
    report.is_broken("get", ["not S3's", "not what was put", "a cache or a proxy"]);

    let visit = Visit::with(move |request| {
        (!request.header("range").is_empty()).then(|| other(StatusCode::OK))
    });
    let report = visit.await.report().await;
    report.is_broken("get_range", ["not S3's", "not the part", "ranges"]);
}
