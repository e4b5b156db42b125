//! The catalog as it is counted: how long it takes, how it fails, and what it holds unfinished.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::label::{begin, label};
use super::{Backlog, seconds};

label! {
    /// What is done with rows.
    Access {
        /// They are read.
        Read = "read",
        /// They are changed, which ends with a commit.
        Write = "write",
    }
}

label! {
    /// How the catalog failed.
    Failure {
        /// It did not answer, or said "not now".
        Unavailable = "unavailable",
        /// It holds a row that this version never writes.
        Corrupt = "corrupt",
        /// It refused a statement.
        Refused = "refused",
    }
}

label! {
    /// Where in its life a row is that is not ready.
    Unready {
        /// Its upload has not been committed yet.
        Pending = "pending",
        /// Its object, and then it, is still to go.
        Deleting = "deleting",
    }
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByAccess {
    access: Access,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByKind {
    kind: Failure,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByState {
    state: Unready,
}

/// A family without labels, which unlike a plain gauge can be absent.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct NoLabels {}

/// What is counted of a catalog. Clones count together.
#[derive(Clone, Debug)]
pub(crate) struct CatalogMeter {
    durations: Family<ByAccess, Histogram>,
    errors: Family<ByKind, Counter>,
    unfinished: Family<ByState, Gauge>,
    variants: Family<NoLabels, Gauge>,
    overdue: Family<NoLabels, Gauge>,
}

impl Default for CatalogMeter {
    fn default() -> Self {
        let durations = Family::new_with_constructor(seconds as fn() -> Histogram);
        begin(&durations, Access::ALL.iter().map(|&access| ByAccess { access }));
        let errors = Family::<ByKind, Counter>::default();
        begin(&errors, Failure::ALL.iter().map(|&kind| ByKind { kind }));
        let (unfinished, variants, overdue) = Default::default();
        Self { durations, errors, unfinished, variants, overdue }
    }
}

impl CatalogMeter {
    /// Counts a call that has ended.
    pub(crate) fn ended(&self, access: Access, failure: Option<Failure>, elapsed: Duration) {
        self.durations.get_or_create(&ByAccess { access }).observe(elapsed.as_secs_f64());
        if let Some(kind) = failure {
            self.errors.get_or_create(&ByKind { kind }).inc();
        }
    }

    /// Notes what is unfinished. What is not known has no series, since an old figure would pass for
    /// a new one.
    pub(crate) fn unfinished(&self, backlog: Option<Backlog>) {
        let Some(Backlog { pending, deleting, variants, overdue }) = backlog else {
            self.unfinished.clear();
            self.variants.clear();
            self.overdue.clear();
            return;
        };
        for &state in Unready::ALL {
            let rows = match state {
                Unready::Pending => pending,
                Unready::Deleting => deleting,
            };
            self.unfinished
                .get_or_create(&ByState { state })
                .set(rows.try_into().unwrap_or(i64::MAX));
        }
        self.variants.get_or_create(&NoLabels {}).set(variants.try_into().unwrap_or(i64::MAX));
        let overdue = i64::try_from(overdue.as_secs()).unwrap_or(i64::MAX);
        self.overdue.get_or_create(&NoLabels {}).set(overdue);
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let catalog = registry.sub_registry_with_prefix("catalog");
        let help = "The time that the catalog takes for a call";
        let durations = self.durations.clone();
        catalog.register_with_unit("operation_duration", help, Unit::Seconds, durations);
        let help = "Calls that the catalog failed";
        catalog.register("errors", help, self.errors.clone());
        let help =
            "Images that are not ready, at most 10000; absent while the catalog does not answer";
        catalog.register("unfinished_rows", help, self.unfinished.clone());
        let help =
            "Variants that are not ready, at most 10000; absent while the catalog does not answer";
        catalog.register("unfinished_variants", help, self.variants.clone());
        let help = "For how long the row that has been due longest has been due; absent while the \
                    catalog does not answer";
        catalog.register_with_unit("overdue", help, Unit::Seconds, self.overdue.clone());
    }
}
