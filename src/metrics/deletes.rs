//! Deletions as they are counted.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

use super::label::{begin, label};

label! {
    /// How far a deletion that was asked for came at once.
    DeleteOutcome {
        /// Neither record nor object exists.
        Gone = "gone",
        /// The rest is written down; the reconciler does it.
        Promised = "promised",
    }
}

label! {
    /// What kept a deletion from its end.
    FailedPart {
        /// The object could not be deleted.
        Bucket = "bucket",
        /// The row could not be changed.
        Catalog = "catalog",
    }
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByOutcome {
    outcome: DeleteOutcome,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByPart {
    part: FailedPart,
}

/// What is counted of deletions.
#[derive(Debug)]
pub(crate) struct DeleteMeter {
    outcomes: Family<ByOutcome, Counter>,
    failures: Family<ByPart, Counter>,
}

impl Default for DeleteMeter {
    fn default() -> Self {
        let outcomes = Family::<ByOutcome, Counter>::default();
        begin(&outcomes, DeleteOutcome::ALL.iter().map(|&outcome| ByOutcome { outcome }));
        let failures = Family::<ByPart, Counter>::default();
        begin(&failures, FailedPart::ALL.iter().map(|&part| ByPart { part }));
        Self { outcomes, failures }
    }
}

impl DeleteMeter {
    /// Counts a deletion that was asked for.
    pub(crate) fn ended(&self, outcome: DeleteOutcome) {
        self.outcomes.get_or_create(&ByOutcome { outcome }).inc();
    }

    /// Counts a try that failed, of a request or of the reconciler.
    pub(crate) fn failed(&self, part: FailedPart) {
        self.failures.get_or_create(&ByPart { part }).inc();
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Deletions that were asked for, by how far they came at once";
        registry.register("deletes", help, self.outcomes.clone());
        let help = "Tries of a deletion that failed, the reconciler's too";
        registry.register("delete_failures", help, self.failures.clone());
    }
}
