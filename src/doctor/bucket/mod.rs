//! What is examined of the bucket: whether it is reached, whether it does what the service needs,
//! and what else these credentials may do.

mod attempt;
mod entry;
mod ground;
mod keeping;
mod made;
#[cfg(feature = "iam")]
mod principal;
mod privilege;
mod proof;
mod roots;
mod rows;
mod service;
mod trial;

use crate::app;
use crate::bucket::{Bucket, Location};
use crate::catalog::Catalog;

use self::ground::Ground;
use self::made::Made;
use self::service::Service;
use self::trial::Trial;
use super::diagnosis::{Facts, judge_connect};
use super::{Expectation, Row, Scope, Step, Verdict};

/// The steps that every examination has, in the order of the table, with what is expected.
const QUICK: [(Step, &str); 8] = [
    (Step::Endpoint, "an S3 service"),
    (Step::Clock, "as the service's"),
    (Step::Credentials, "accepted"),
    (Step::Bucket, "there"),
    (Step::Put, "stored"),
    (Step::Get, "the same bytes"),
    (Step::GetRange, "a part of them"),
    (Step::Delete, "deleted"),
];

/// Those that only a full one has.
const FULL: [(Step, &str); 8] = [
    (Step::List, "denied, or for `check`"),
    (Step::OtherPrefix, "denied"),
    (Step::OtherBucket, "denied"),
    (Step::BucketPolicy, "denied"),
    (Step::Iam, "denied"),
    (Step::Versioning, "off"),
    (Step::Ownership, "the bucket owner's"),
    (Step::Lifecycle, "a rule"),
];

/// Examines the bucket. The probe's row is in `catalog` before its object is in the bucket, if
/// there is a catalog.
pub(super) async fn examine(
    settings: &app::Settings,
    scope: &Scope,
    catalog: Option<&Catalog>,
) -> Vec<Row> {
    let (rows, reason) = match &settings.bucket.location {
        Location::S3 { bucket, prefix } => match Service::open((bucket, prefix), settings).await {
            // The clients that it asks with make it large.
            Ok(service) => (Box::pin(service.examine(scope, catalog)).await, None),
            Err(error) => {
                let facts = Facts::of_settings((bucket, prefix), &settings.bucket.s3);
                (vec![judge_connect(&error, Some(&facts))], None)
            }
        },
        Location::Directory { .. } => {
            (local(settings, catalog).await, Some("a directory has none"))
        }
        Location::Memory => (local(settings, catalog).await, Some("the memory has none")),
    };
    complete(rows, scope, reason)
}

/// A bucket without a service behind it.
async fn local(settings: &app::Settings, catalog: Option<&Catalog>) -> Vec<Row> {
    let made = Made::before(&settings.bucket.location);
    let bucket = match Bucket::connect(&settings.bucket).await {
        Ok(bucket) => bucket,
        Err(error) => return vec![judge_connect(&error, None)],
    };
    let trial = Trial::run(&bucket, catalog, settings.sweep, |_| false).await;
    let mut rows = vec![row(Step::Bucket).good("there")];
    rows.extend(rows::of_trial(&trial, Ground::Local));
    made.undo();
    rows
}

/// Begins the row of a step of the bucket.
fn row(step: Step) -> Expectation {
    let found = QUICK.iter().chain(&FULL).find(|(other, _)| *other == step);
    Row::of(step, found.map_or("", |(_, expected)| *expected))
}

/// Brings the rows into their order. A step without one has nothing to look at, for this `reason`
/// or because an earlier one is broken.
fn complete(mut rows: Vec<Row>, scope: &Scope, reason: Option<&str>) -> Vec<Row> {
    let broken = rows.iter().find(|row| row.verdict == Verdict::Broken).map(|row| row.step);
    let dependence = [
        (Step::Endpoint, "there is no service to ask"),
        (Step::Clock, "no signature holds"),
        (Step::Credentials, "the credentials do not work"),
        (Step::Bucket, "there is no bucket"),
        (Step::Put, "nothing was stored"),
    ];
    let dependence = dependence.iter().find(|(step, _)| broken == Some(*step));
    let reason = reason.or(dependence.map(|(_, reason)| *reason)).unwrap_or("there is none");
    let full = match scope {
        Scope::Quick => &[][..],
        Scope::Full { .. } => &FULL,
    };
    let steps = QUICK.iter().chain(full).map(|(step, _)| *step);
    let found = |step| {
        let place = rows.iter().position(|row| row.step == step);
        place.map_or_else(|| row(step).not_examined(reason), |place| rows.swap_remove(place))
    };
    steps.map(found).collect()
}
