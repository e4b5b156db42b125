//! Variants as they are counted: where each came from, how long each stage of a making takes, and what
//! became of what was made.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::label::{begin, label};
use super::uploads::Timer;
use super::{Present, seconds};

label! {
    /// Where a variant came from.
    VariantOutcome {
        /// It was kept in memory.
        Memory = "memory",
        /// It was stored in the bucket.
        Bucket = "bucket",
        /// It was made.
        Made = "made",
        /// Another request had it made or read at the same time.
        Shared = "shared",
        /// There was no turn or no memory.
        Refused = "refused",
        /// The image has as many as it may have.
        Limited = "limited",
        /// The original cannot be decoded, or bucket or catalog failed.
        Failed = "failed",
    }
}

label! {
    /// The stages of a making, in their order.
    VariantStage {
        /// Standing in line for a turn.
        Turn = "turn",
        /// Standing in line for memory.
        Memory = "memory",
        /// Reading the original from the bucket.
        Fetch = "fetch",
        /// Standing in line for a core.
        Core = "core",
        /// Decoding, resizing, encoding.
        Render = "render",
        /// Storing it, after it was answered with.
        Store = "store",
    }
}

label! {
    /// What became of a variant that was made.
    Keeping {
        /// It is in the bucket.
        Stored = "stored",
        /// Another process had stored it, or was about to.
        Another = "another",
        /// The image was deleted meanwhile.
        Deleted = "deleted",
        /// Too many were being stored at the time, or the image has as many as it may have.
        Skipped = "skipped",
        /// Bucket or catalog failed.
        Failed = "failed",
    }
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByOutcome {
    outcome: VariantOutcome,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByStage {
    stage: VariantStage,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByKeeping {
    outcome: Keeping,
}

/// What is counted of variants.
#[derive(Debug)]
pub(crate) struct VariantMeter {
    outcomes: Family<ByOutcome, Counter>,
    stages: Family<ByStage, Histogram>,
    kept: Family<ByKeeping, Counter>,
    making: Gauge,
    cached: Gauge,
}

impl Default for VariantMeter {
    fn default() -> Self {
        let outcomes = Family::<ByOutcome, Counter>::default();
        let stages = Family::new_with_constructor(seconds as fn() -> Histogram);
        let kept = Family::<ByKeeping, Counter>::default();
        begin(&outcomes, VariantOutcome::ALL.iter().map(|&outcome| ByOutcome { outcome }));
        begin(&stages, VariantStage::ALL.iter().map(|&stage| ByStage { stage }));
        begin(&kept, Keeping::ALL.iter().map(|&outcome| ByKeeping { outcome }));
        let (making, cached) = Default::default();
        Self { outcomes, stages, kept, making, cached }
    }
}

impl VariantMeter {
    /// Counts one that was asked for.
    pub(crate) fn asked(&self, outcome: VariantOutcome) {
        self.outcomes.get_or_create(&ByOutcome { outcome }).inc();
    }

    /// A stage that begins now.
    pub(crate) fn start(&self, stage: VariantStage) -> Timer {
        Timer::of(self.stages.get_or_create_owned(&ByStage { stage }))
    }

    /// One that waits to be made or is being made, until it is dropped.
    pub(crate) fn begin(&self) -> Present {
        Present::in_(&self.making)
    }

    /// Counts what became of one that was made.
    pub(crate) fn ended(&self, outcome: Keeping) {
        self.kept.get_or_create(&ByKeeping { outcome }).inc();
    }

    /// Notes how many bytes are kept in memory.
    pub(crate) fn cached(&self, bytes: u64) {
        self.cached.set(i64::try_from(bytes).unwrap_or(i64::MAX));
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Variants that were asked for, by where they came from";
        registry.register("variants", help, self.outcomes.clone());
        let help = "The time that each stage of making a variant takes";
        registry.register_with_unit("variant_stage", help, Unit::Seconds, self.stages.clone());
        let help = "Variants that were made, by what became of them";
        registry.register("variants_kept", help, self.kept.clone());
        let help = "Variants that wait to be made or are being made";
        registry.register("variants_in_flight", help, self.making.clone());
        let help = "Bytes of the variants that are kept in memory";
        registry.register_with_unit("variants_cached", help, Unit::Bytes, self.cached.clone());
    }
}
