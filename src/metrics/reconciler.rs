//! The work of the reconciler as it is counted.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use super::Present;
use super::label::{begin, label};

label! {
    /// How a pass ended.
    PassOutcome {
        /// Everything that was due has been tried.
        Done = "done",
        /// The catalog failed.
        Failed = "failed",
    }
}

label! {
    /// What became of a row that a pass claimed.
    Fate {
        /// It is gone, with its object.
        Forgotten = "forgotten",
        /// It is due again later.
        Postponed = "postponed",
    }
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByOutcome {
    outcome: PassOutcome,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByFate {
    fate: Fate,
}

/// What is counted of the reconciler.
#[derive(Debug)]
pub(crate) struct ReconcilerMeter {
    passes: Family<ByOutcome, Counter>,
    rows: Family<ByFate, Counter>,
    leased: Gauge,
    keys_dropped: Counter,
    last_pass: Gauge,
}

impl Default for ReconcilerMeter {
    fn default() -> Self {
        let passes = Family::<ByOutcome, Counter>::default();
        begin(&passes, PassOutcome::ALL.iter().map(|&outcome| ByOutcome { outcome }));
        let rows = Family::<ByFate, Counter>::default();
        begin(&rows, Fate::ALL.iter().map(|&fate| ByFate { fate }));
        let (leased, keys_dropped, last_pass) = Default::default();
        Self { passes, rows, leased, keys_dropped, last_pass }
    }
}

impl ReconcilerMeter {
    /// Counts a pass that ended at `now`, in seconds since 1970.
    pub(crate) fn passed(&self, outcome: PassOutcome, now: i64) {
        self.passes.get_or_create(&ByOutcome { outcome }).inc();
        if outcome == PassOutcome::Done {
            self.last_pass.set(now);
        }
    }

    /// A row that was claimed and not tried yet, until it is dropped.
    pub(crate) fn lease(&self) -> Present {
        Present::in_(&self.leased)
    }

    /// Counts a row that was claimed and tried.
    pub(crate) fn tried(&self, fate: Fate) {
        self.rows.get_or_create(&ByFate { fate }).inc();
    }

    /// Counts idempotency keys past their lifetime.
    pub(crate) fn keys_dropped(&self, keys: u64) {
        self.keys_dropped.inc_by(keys);
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let reconciler = registry.sub_registry_with_prefix("reconciler");
        let help = "Passes of the reconciler in this process, by how they ended";
        reconciler.register("passes", help, self.passes.clone());
        let help = "Rows that a pass claimed, by what became of them";
        reconciler.register("rows", help, self.rows.clone());
        let help = "Rows that this process has leased and not tried yet";
        reconciler.register("leased_rows", help, self.leased.clone());
        let help = "Idempotency keys past their lifetime that were dropped";
        reconciler.register("keys_dropped", help, self.keys_dropped.clone());
        let help = "When the last pass ended well, since 1970; 0 before the first";
        let last_pass = self.last_pass.clone();
        reconciler.register_with_unit("last_pass_timestamp", help, Unit::Seconds, last_pass);
    }
}
