//! Examines a set-up the way the service will use it, and says in plain words what is wrong with it:
//! what the service needs and does not have, and what it has and does not need.

mod bucket;
mod diagnosis;
mod local;
mod report;
mod start;
mod table;

use crate::app;
use crate::bucket::BucketName;

pub(crate) use self::report::{Advice, Expectation, Report, Row, Step, Verdict};
pub(crate) use self::start::after_start;

/// How much is examined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// What `tintype serve` looks at when it starts: what the service needs.
    Quick,
    /// Also what the service does not need and should not be able to do.
    Full {
        /// A bucket that is not ours, which a PUT must not reach; found out where it can be.
        other_bucket: Option<BucketName>,
    },
}

/// Examines catalog, machine and bucket with the service's own settings and credentials. Leaves
/// nothing behind; what could not be removed is told in its row.
pub(crate) async fn examine(settings: &app::Settings, scope: &Scope) -> Report {
    let local::Found { mut rows, catalog } = local::examine(settings, scope).await;
    rows.extend(bucket::examine(settings, scope, catalog.as_ref()).await);
    if let Some(catalog) = catalog {
        catalog.close().await;
    }
    Report { rows }
}
