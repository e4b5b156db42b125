//! Buckets that are elsewhere: the service looks at the region for which a request is signed, and
//! says which one it wants.

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::Visit;
use crate::support::s3_double::{SeenRequest, refusal};

/// The region in `Credential=KEY/DATE/REGION/s3/aws4_request`.
fn signed_for(request: &SeenRequest) -> String {
    request.header("authorization").split('/').nth(2).unwrap_or_default().to_owned()
}

/// Amazon, for a region that is not the bucket's:
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>.
fn malformed() -> Response {
    let body = "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header \
                is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'</Message>\
                <Region>eu-west-1</Region></Error>";
    (StatusCode::BAD_REQUEST, body).into_response()
}

/// Amazon, for a bucket that is asked for at another region's address:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html>.
fn redirect() -> Response {
    let answer =
        refusal(301, "PermanentRedirect", "must be addressed using the specified endpoint");
    ([("x-amz-bucket-region", "eu-west-1")], answer).into_response()
}

/// Garage: <https://garagehq.deuxfleurs.fr/documentation/connect/>.
fn scope() -> Response {
    let message = "Authorization header malformed, unexpected scope: \
                   20261122/us-east-1/s3/aws4_request, expected: 20261122/eu-west-1/s3/aws4_request";
    refusal(400, "AuthorizationHeaderMalformed", message)
}

#[tokio::test]
async fn the_region_is_named_and_proved() {
    for answer in [malformed as fn() -> Response, redirect, scope] {
        let mut visit = Visit::with(move |request| {
            (request.method != "POST" && signed_for(request) != "eu-west-1").then(answer)
        })
        .await;
        let report = visit.report().await;
        let meaning = "pics is in eu-west-1, not in us-east-1; asked for there, it answers";
        report.is_broken("bucket", ["", meaning, "set AWS_REGION=eu-west-1"]);
        visit.site.set("AWS_REGION", "eu-west-1");
        visit.report().await.works();
    }
}

#[tokio::test]
async fn a_region_that_does_not_answer_either_is_not_proved() {
    let visit = Visit::with(|_| Some(malformed())).await;
    let report = visit.report().await;
    report.is_broken("bucket", ["", "is in eu-west-1, not in us-east-1.", "AWS_REGION=eu-west-1"]);
}

#[tokio::test]
async fn a_region_that_is_not_named_is_still_the_reason() {
    let visit = Visit::with(|_| Some(refusal(400, "InvalidRegionName", "not valid"))).await;
    visit.report().await.is_broken("bucket", ["", "us-east-1 is not the one", "set AWS_REGION"]);
}

#[tokio::test]
async fn another_bucket_is_tried_where_it_is() {
    let visit = Visit::with(|request| {
        let is_other = request.path.starts_with("/elsewhere/");
        is_other.then(|| match signed_for(request).as_str() {
            "eu-west-1" => refusal(412, "PreconditionFailed", "no"),
            _ => malformed(),
        })
    })
    .await;
    let report = visit.report_with(&["--other-bucket", "elsewhere"]).await;
    report.says("other_bucket", ["allowed", "into the bucket elsewhere", "make a key"]);
}
