//! What the bucket does with what is deleted, with whose objects are in it, and with uploads that
//! were never finished. Least privilege may not look at these settings; then the trial may have
//! shown what they are.

use super::row;
use super::service::Service;
use super::trial::Trial;
use crate::bucket::{Answer, LifecycleRules, element};
use crate::doctor::diagnosis::Seen;
use crate::doctor::{Advice, Row, Step};

/// Examines the settings of the bucket that deletes and strangers depend on.
pub(super) async fn examine(service: &Service, trial: &Trial) -> Vec<Row> {
    vec![versioning(service, trial).await, ownership(service).await, lifecycle(service).await]
}

async fn versioning(service: &Service, trial: &Trial) -> Row {
    let row = row(Step::Versioning);
    let delete = trial.after.as_ref().map(|after| &after.delete);
    let both = [Some(&trial.put), delete].map(|seen| seen.and_then(Seen::answer));
    let is_versioned = both.iter().flatten().any(|answer| answer.is_versioned);
    let is_plain = trial.put.is_done() && delete.is_some_and(Seen::is_done);
    let seen = service.ask_for("versioning").await;
    let told = seen.answer().filter(|answer| answer.body.contains("Versioning"));
    match told.and_then(|answer| element(&answer.body, "Status")) {
        Some("Enabled") => row.warning("on", versions_stay(service)),
        _ if is_versioned => row.warning("on", versions_stay(service)),
        Some(_) => row.warning("suspended", old_versions_stay()),
        None if told.is_some() => row.good("off"),
        // Only a versioned bucket names a version when it takes an object, or leaves a marker:
        // <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html>.
        None if is_plain => row.good("a delete leaves nothing"),
        None => row.left_open(seen.in_short(), look_yourself(service, "get-bucket-versioning")),
    }
}

fn versions_stay(service: &Service) -> Advice {
    Advice::new(
        "A delete leaves the bytes behind as an old version, the probe's of this examination too. \
         They cost, and deleted images can still be read by whoever may read versions.",
        format!(
            "suspend it, and have old versions expire by a lifecycle rule: `{} \
             --versioning-configuration Status=Suspended`",
            service.facts.aws("put-bucket-versioning")
        ),
    )
}

fn old_versions_stay() -> Advice {
    Advice::new(
        "What was put before versioning was suspended stays behind as an old version.",
        "have old versions expire by a lifecycle rule with NoncurrentVersionExpiration",
    )
}

async fn ownership(service: &Service) -> Row {
    let row = row(Step::Ownership);
    let seen = service.ask_for("ownershipControls").await;
    let own = seen.answer().and_then(|answer| element(&answer.body, "ObjectOwnership"));
    let is_unset = is_code(&seen, "OwnershipControlsNotFoundError");
    match own {
        Some("BucketOwnerEnforced") => row.good("the bucket owner's"),
        Some(other) => row.warning(other, acls_count(service)),
        // Buckets of before April 2023 have no such setting, and ACLs count in them:
        // <https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html>.
        None if is_unset && service.facts.is_amazon() => {
            row.warning("not set", acls_count(service))
        }
        None if is_unset || seen.is_done() => row.not_examined("the service has no such setting"),
        None => {
            row.left_open(seen.in_short(), look_yourself(service, "get-bucket-ownership-controls"))
        }
    }
}

fn acls_count(service: &Service) -> Advice {
    Advice::new(
        "ACLs count in this bucket: an object that another account puts is that account's, and one \
         header can make an object public. Tintype sends none.",
        format!(
            "let only the owner count: `{} --ownership-controls Rules=[{{ObjectOwnership=BucketOwnerEnforced}}]`",
            service.facts.aws("put-bucket-ownership-controls")
        ),
    )
}

/// Tintype puts each object in one piece, so a missing rule costs nothing of its own, and is told
/// without a warning.
async fn lifecycle(service: &Service) -> Row {
    let row = row(Step::Lifecycle);
    let seen = service.ask_for("lifecycle").await;
    let is_none = is_code(&seen, "NoSuchLifecycleConfiguration");
    let told = seen.answer().filter(|answer| answer.body.contains("LifecycleConfiguration"));
    match told {
        Some(answer) if clears_away(answer) => row.good("a rule"),
        Some(_) if is_none || seen.is_done() => row.noted("none", unfinished_stays()),
        Some(_) | None => row.left_open(
            seen.in_short(),
            look_yourself(service, "get-bucket-lifecycle-configuration"),
        ),
    }
}

fn clears_away(answer: &Answer) -> bool {
    LifecycleRules::read(&answer.body).is_ok_and(|rules| rules.abort_uploads())
}

fn unfinished_stays() -> Advice {
    Advice::new(
        "Uploads in parts that other programs leave unfinished stay, unseen and paid for. Tintype \
         uploads in one piece.",
        "add a lifecycle rule for the whole bucket with AbortIncompleteMultipartUpload",
    )
}

fn look_yourself(service: &Service, command: &str) -> Advice {
    Advice::new(
        "The service's credentials may not look, as they should not.",
        format!("with an administrator's: `{}`", service.facts.aws(command)),
    )
}

fn is_code(seen: &Seen, code: &str) -> bool {
    seen.answer().is_some_and(|answer| answer.code.as_deref() == Some(code))
}
