//! Objects where none should be put, at a service that does not know conditions: what it puts all
//! the same is deleted again, and told where it cannot be.

use super::Visit;
use crate::support::s3_double::refusal;

fn is_outside(path: &str) -> bool {
    !path.starts_with("/pics/live/")
}

#[tokio::test]
async fn what_is_put_against_the_condition_is_deleted_again() {
    let mut visit = Visit::begin().await;
    visit.site.set("TINTYPE_BUCKET", "s3://pics/live");
    let report = visit.report().await;
    let words = ["allowed", "may put objects outside of live/", "in pics alone, in the way of"];
    report.says("other_prefix", words);
    assert_eq!(visit.double.keys(), [""; 0]);
    let requests = visit.double.requests();
    let put = requests.iter().find(|request| request.method == "PUT" && is_outside(&request.path));
    assert_eq!(put.unwrap().header("if-match"), "\"tintype-doctor\"");
}

#[tokio::test]
async fn what_cannot_be_deleted_is_told() {
    let mut visit = Visit::with(|request| {
        let is_denied = request.method == "DELETE" && is_outside(&request.path);
        is_denied.then(|| refusal(403, "AccessDenied", "Access Denied"))
    })
    .await;
    visit.site.set("TINTYPE_BUCKET", "s3://pics/live");
    let report = visit.report().await;
    let keys = visit.double.keys();
    let [key] = keys.as_slice() else { panic!("{keys:?}") };
    report.says("other_prefix", ["allowed", key, ""]);
}

/// To whoever may put but not list, Amazon denies the listing that a condition on a missing object
/// needs: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html>.
#[tokio::test]
async fn a_denial_of_another_right_is_no_denial_of_putting() {
    for (action, verdict, got) in [
        ("s3:ListBucket", "not_examined", "only s3:ListBucket was denied"),
        ("s3:GetObject", "not_examined", "only s3:GetObject was denied"),
        ("s3:PutObject", "good", "denied"),
    ] {
        let words = format!(
            "User: arn:aws:iam::123456789012:user/tintype is not authorized to perform: {action} \
             on resource: \"arn:aws:s3:::pics/a\""
        );
        let mut visit = Visit::with(move |request| {
            let is_attempt = request.method == "PUT" && is_outside(&request.path);
            is_attempt.then(|| refusal(403, "AccessDenied", &words))
        })
        .await;
        visit.site.set("TINTYPE_BUCKET", "s3://pics/live");
        let report = visit.report().await;
        assert_eq!(report.cell("other_prefix", "verdict"), verdict, "{}", report.ended);
        report.says("other_prefix", [got, "", ""]);
    }
}

/// A policy of `tintype iam policy --prefix live --with list` allows this listing and no other.
#[tokio::test]
async fn listing_what_is_ours_is_no_privilege_too_much() {
    let mut visit = Visit::with(|request| {
        let is_ours = request.query.contains("prefix=live%2F");
        (request.is_list() && !is_ours).then(|| refusal(403, "AccessDenied", "Access Denied"))
    })
    .await;
    visit.site.set("TINTYPE_BUCKET", "s3://pics/live");
    let report = visit.report().await;
    assert_eq!(report.cell("list", "verdict"), "good", "{}", report.ended);
    report.says("list", ["allowed", "Only `tintype check` uses it", ""]);
}
