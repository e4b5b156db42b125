//! Credentials that have run out, are in pieces, or are not there.

use axum::response::IntoResponse as _;

use super::Visit;
use crate::support::examination::Report;
use crate::support::process::Site;
use crate::support::s3_double::refusal;

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>.
#[tokio::test]
async fn what_is_wrong_with_a_key_is_told() {
    for (status, code, words) in [
        (400, "ExpiredToken", ["400 ExpiredToken", "their time is over", "get new ones"]),
        (400, "TokenRefreshRequired", ["400 TokenRefreshRequired", "time is over", "new ones"]),
        (400, "InvalidToken", ["400 InvalidToken", "does not belong to this", "set all three"]),
        (403, "AllAccessDisabled", ["403 AllAccessDisabled", "closed, unpaid", "console"]),
        (403, "InvalidAccessKeyId", ["403 InvalidAccessKeyId", "knows no such", "to a key of"]),
    ] {
        let visit = Visit::with(move |_| Some(refusal(status, code, "no"))).await;
        visit.report().await.is_broken("credentials", words);
    }
}

/// A key id that begins with ASIA is a temporary one:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>.
#[tokio::test]
async fn a_temporary_key_without_its_token_is_told() {
    let mut visit = Visit::with(|request| {
        let has_token = !request.header("x-amz-security-token").is_empty();
        (!has_token).then(|| refusal(403, "InvalidAccessKeyId", "no"))
    })
    .await;
    visit.site.set("AWS_ACCESS_KEY_ID", "ASIADOUBLE");
    let words = ["InvalidAccessKeyId", "its session token is not set", "set AWS_SESSION_TOKEN"];
    visit.report().await.is_broken("credentials", words);
    visit.site.set("AWS_SESSION_TOKEN", "token");
    visit.report().await.works();
}

#[tokio::test]
async fn no_key_is_told_and_half_a_key_too() {
    let mut visit = Visit::begin().await;
    visit.site.unset("AWS_SECRET_ACCESS_KEY");
    let is_half = "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not";
    let words = ["access key cannot", is_half, "correct"];
    visit.report().await.is_broken("settings", words);
    visit.site.unset("AWS_ACCESS_KEY_ID");
    let words = ["none", "No source has any", "make a key that may read, write and delete in pics"];
    visit.report().await.is_broken("credentials", words);

    visit.site.write("credentials", "[default]\naws_access_key_id = AKIDOUBLE\n");
    visit.site.set("AWS_SHARED_CREDENTIALS_FILE", "credentials");
    visit.report().await.is_broken("credentials", ["", "", ""]);

    visit.site.unset("AWS_ENDPOINT_URL").unset("AWS_SHARED_CREDENTIALS_FILE");
    visit.site.set("AWS_CONFIG_FILE", "none").set("AWS_EC2_METADATA_DISABLED", "true");
    let words = ["none", "No source has any", "`tintype iam setup --bucket pics`"];
    visit.report().await.is_broken("credentials", words);
}

#[tokio::test]
async fn amazon_has_to_be_told_the_region() {
    let mut site = Site::embedded();
    site.set("AWS_ACCESS_KEY_ID", "AKIDOUBLE").set("AWS_SECRET_ACCESS_KEY", "the-secret");
    site.set("TINTYPE_BUCKET", "s3://pics");
    let report = Report::of(&site).await;
    report.is_broken("bucket", ["none", "told the region", "curl -sI https://pics.s3.amazonaws"]);
}

#[cfg(feature = "iam")]
#[tokio::test]
async fn the_key_of_the_root_is_warned_of() {
    let visit = Visit::with(|request| {
        let answer = "<GetCallerIdentityResponse \
                      xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
                      <Arn>arn:aws:iam::123456789012:root</Arn><UserId>1</UserId>\
                      <Account>123456789012</Account></GetCallerIdentityResult>\
                      </GetCallerIdentityResponse>";
        (request.method == "POST").then(|| answer.into_response())
    })
    .await;
    let report = visit.report().await;
    report.warns_of(&["credentials"]);
    report.says("credentials", ["the root of the account", "owns the account", "delete it"]);
}

#[tokio::test]
async fn settings_that_cannot_be_used_are_a_row_and_a_broken_env_file_is_told() {
    let mut visit = Visit::begin().await;
    visit.site.set("TINTYPE_BUCKET", "gs://pics");
    let words = ["TINTYPE_BUCKET", "s3://NAME[/PREFIX]", "`tintype settings`"];
    visit.report().await.is_broken("settings", words);
    visit.site.set("TINTYPE_MAX_SIDE", "wide");
    let report = visit.report().await;
    assert_eq!(report.steps("broken"), ["settings", "settings"], "{}", report.ended);
    visit.site.write(".env", "TINTYPE_BUCKET='unclosed the-secret\n");
    let ended = visit.site.run(&["doctor"]).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{ended}");
    assert!(ended.stderr.contains(".env in the working directory cannot be read"), "{ended}");
    assert!(!ended.to_string().contains("the-secret"), "{ended}");
}
