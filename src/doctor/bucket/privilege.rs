//! What the service never does, and its credentials should not be able to do.

use super::attempt::Attempt;
use super::row;
use super::service::Service;
use crate::bucket::{BucketName, Question};
use crate::doctor::diagnosis::{Permission, Seen};
use crate::doctor::{Advice, Expectation, Row, Step};

/// What IAM said when it was asked for the users of the account.
#[derive(Debug)]
pub(super) struct IamAnswer {
    /// Whether these credentials may have them.
    pub(super) permission: Permission,
    /// Whether it was IAM that answered: a service that knows S3 alone denies in other words.
    pub(super) is_proved: bool,
}

/// Asks IAM.
#[cfg(feature = "iam")]
pub(super) async fn iam(service: &Service) -> IamAnswer {
    super::principal::list_users(service).await
}

/// Nobody is asked.
#[cfg(not(feature = "iam"))]
pub(super) async fn iam(_: &Service) -> IamAnswer {
    let permission = Permission::Unknown("this build cannot ask IAM".to_owned());
    IamAnswer { permission, is_proved: false }
}

/// Examines what should be denied.
pub(super) async fn examine(
    service: &Service,
    iam: IamAnswer,
    other: Option<&BucketName>,
) -> Vec<Row> {
    vec![
        list(service).await,
        other_prefix(service).await,
        other_bucket(service, other).await,
        bucket_policy(service).await,
        may_ask_iam(service, iam),
    ]
}

/// A policy that allows listing may be on purpose, as `tintype iam policy --with list` makes it, so
/// there is nothing to warn of, unless it reaches beyond the prefix.
async fn list(service: &Service) -> Row {
    let row = row(Step::List);
    let prefix = service.facts.prefix.as_str();
    let everything = "list-type=2&max-keys=1";
    if prefix.is_empty() {
        return may_be_listed(row, Permission::of(&service.ask_for(everything).await));
    }
    match Permission::of(&service.ask_for(everything).await) {
        Permission::Allowed => {
            let may = format!("may list what is outside of {prefix}/");
            Permission::Allowed.judge(row, &may, &service.facts)
        }
        Permission::Denied | Permission::Unknown(_) => {
            let ours = format!("{everything}&prefix={}%2F", prefix.replace('/', "%2F"));
            may_be_listed(row, Permission::of(&service.ask_for(&ours).await))
        }
    }
}

fn may_be_listed(row: Expectation, permission: Permission) -> Row {
    match permission {
        Permission::Denied => row.good("denied"),
        Permission::Allowed => row.noted(
            "allowed",
            Advice::of("Only `tintype check` uses it, to find objects without a record."),
        ),
        Permission::Unknown(got) => row.not_examined(got),
    }
}

async fn other_prefix(service: &Service) -> Row {
    let row = row(Step::OtherPrefix);
    let prefix = service.facts.prefix.as_str();
    if prefix.is_empty() {
        return row.not_examined("all of the bucket is ours");
    }
    let attempt = Attempt::make(service, &service.facts.bucket).await;
    attempt.row(row, &format!("outside of {prefix}/"), service)
}

async fn other_bucket(service: &Service, named: Option<&BucketName>) -> Row {
    let row = row(Step::OtherBucket);
    let found = match named {
        Some(named) => Some(named.clone()),
        None => find_another(service).await,
    };
    match found {
        Some(bucket) if bucket == service.facts.bucket => row.not_examined("it is the same"),
        Some(bucket) => {
            let attempt = Attempt::make(service, &bucket).await;
            attempt.row(row, &format!("into the bucket {bucket}"), service)
        }
        None => row.left_open(
            "none is known",
            Advice::new(
                "These credentials may not list buckets, as they should not, or there is no other.",
                "name one of yours: `tintype doctor --other-bucket NAME`",
            ),
        ),
    }
}

/// Another bucket of the account, where these credentials may list buckets.
async fn find_another(service: &Service) -> Option<BucketName> {
    let buckets = Question { bucket: None, ..Question::of_bucket(&service.facts.bucket, "") };
    let Seen::Done(Some(answer)) = service.ask(&buckets).await else { return None };
    let names = answer.body.split("<Name>").skip(1);
    let mut names = names.filter_map(|rest| rest.split_once("</Name>")?.0.parse().ok());
    names.find(|name| *name != service.facts.bucket)
}

async fn bucket_policy(service: &Service) -> Row {
    let row = row(Step::BucketPolicy);
    let seen = service.ask_for("policy").await;
    // A service without policies may take the question for one about the bucket's objects.
    match seen.answer() {
        Some(answer) if answer.body.contains("<ListBucketResult") => {
            row.not_examined("the service has none")
        }
        Some(_) | None => {
            Permission::of(&seen).judge(row, "may read the bucket's policy", &service.facts)
        }
    }
}

fn may_ask_iam(service: &Service, iam: IamAnswer) -> Row {
    let may = "may ask IAM for all users of the account";
    iam.permission.judge(row(Step::Iam), may, &service.facts)
}
