//! Uploads as they are counted: how they end, and how long each stage of one takes.

use std::time::{Duration, Instant};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::label::{begin, label};
use super::seconds;

label! {
    /// The stages that an upload passes, in their order.
    Stage {
        /// Standing in line for memory.
        Wait = "wait",
        /// Reading the body, at the pace of the client.
        Receive = "receive",
        /// Proving that the bytes are an image, and hashing them.
        Inspect = "inspect",
        /// Writing the row, before the PUT and after it, together.
        Catalog = "catalog",
        /// Putting the object, with all tries.
        Put = "put",
    }
}

label! {
    /// How an upload whose bytes had arrived ended.
    UploadOutcome {
        /// A new image is ready.
        Stored = "stored",
        /// The idempotency key had its answer already.
        Replayed = "replayed",
        /// The bytes are not an image that is taken.
        Refused = "refused",
        /// There was no room to decode it for its proof.
        Overloaded = "overloaded",
        /// The idempotency key is at work, or belongs to other content.
        Conflict = "conflict",
        /// The catalog failed.
        Catalog = "catalog",
        /// The bucket failed.
        Bucket = "bucket",
        /// It took so long that the reconciler took it for abandoned.
        Swept = "swept",
    }
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByOutcome {
    outcome: UploadOutcome,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByStage {
    stage: Stage,
}

/// What is counted of uploads.
#[derive(Debug)]
pub(crate) struct UploadMeter {
    outcomes: Family<ByOutcome, Counter>,
    stages: Family<ByStage, Histogram>,
}

impl Default for UploadMeter {
    fn default() -> Self {
        let outcomes = Family::<ByOutcome, Counter>::default();
        let stages = Family::new_with_constructor(seconds as fn() -> Histogram);
        begin(&outcomes, UploadOutcome::ALL.iter().map(|&outcome| ByOutcome { outcome }));
        begin(&stages, Stage::ALL.iter().map(|&stage| ByStage { stage }));
        Self { outcomes, stages }
    }
}

impl UploadMeter {
    /// Counts an upload that has ended.
    pub(crate) fn ended(&self, outcome: UploadOutcome) {
        self.outcomes.get_or_create(&ByOutcome { outcome }).inc();
    }

    /// A stage that begins now.
    pub(crate) fn start(&self, stage: Stage) -> Timer {
        Timer::of(self.stages.get_or_create_owned(&ByStage { stage }))
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Uploads whose bytes had arrived, by how they ended";
        registry.register("uploads", help, self.outcomes.clone());
        let help = "The time that each stage of an upload takes";
        registry.register_with_unit("upload_stage", help, Unit::Seconds, self.stages.clone());
    }
}

/// A stage under way. Its time is noted when this is dropped, however the stage ends.
///
/// It is no wrapper around the work, since each future around a future doubles its size.
#[derive(Debug)]
pub(crate) struct Timer {
    stage: Histogram,
    so_far: Duration,
    since: Option<Instant>,
}

impl Timer {
    /// A stage of which `stage` holds the times, from now on.
    pub(super) fn of(stage: Histogram) -> Self {
        Self { stage, so_far: Duration::ZERO, since: Some(Instant::now()) }
    }

    /// Something else comes between.
    pub(crate) fn pause(&mut self) {
        self.so_far += self.since.take().map_or(Duration::ZERO, |since| since.elapsed());
    }

    /// It goes on.
    pub(crate) fn resume(&mut self) {
        self.since = Some(Instant::now());
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.pause();
        self.stage.observe(self.so_far.as_secs_f64());
    }
}
