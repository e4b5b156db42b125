//! What an operator's dashboard asks: counters that the parts keep while they work, and the text in
//! which Prometheus reads them.
//!
//! Each part has a meter of its own and counts into it; an application registers the meters of its
//! parts. Nothing is global, so that two applications in one process do not count each other's work.
//! Every label is an enum or a number of a closed set: whatever clients send, the number of series
//! has a ceiling. This is the only folder that names `prometheus_client`.

mod backlog;
mod bucket;
mod catalog;
mod deletes;
mod exposition;
mod label;
mod memory;
mod process;
mod reconciler;
mod requests;
mod tally;
mod uploads;
mod variants;

use std::sync::Arc;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

pub(crate) use backlog::{Backlog, Looks, MOST_COUNTED};
pub(crate) use bucket::{BucketMeter, Operation, Outcome};
pub(crate) use catalog::{Access, CatalogMeter, Failure};
pub(crate) use deletes::{DeleteMeter, DeleteOutcome, FailedPart};
pub use exposition::Format;
pub(crate) use memory::{MemoryMeter, Purpose};
pub(crate) use reconciler::{Fate, PassOutcome, ReconcilerMeter};
pub(crate) use requests::{Answered, Method, RequestMeter, Route};
pub(crate) use tally::{Present, Tally};
pub(crate) use uploads::{Stage, UploadMeter, UploadOutcome};
pub(crate) use variants::{Keeping, VariantMeter, VariantOutcome, VariantStage};

/// The upper bounds of all durations, in seconds: from a record found in memory to an upload over a
/// bad line. Each bound is a series for each label set, so there are no more of them.
const SECONDS: [f64; 15] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

fn seconds() -> Histogram {
    Histogram::new(SECONDS)
}

/// The meters that the parts of an application brought along.
#[derive(Debug)]
pub(crate) struct Parts<'a> {
    pub(crate) memory: &'a MemoryMeter,
    pub(crate) bucket: &'a BucketMeter,
    pub(crate) catalog: &'a CatalogMeter,
}

/// Everything that one application counts.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    /// Requests, their bodies, and connections.
    pub(crate) requests: Arc<RequestMeter>,
    /// Uploads and their stages.
    pub(crate) uploads: UploadMeter,
    /// Variants: where they come from, and their making.
    pub(crate) variants: VariantMeter,
    /// Deletions that somebody asked for, and failures of all.
    pub(crate) deletes: DeleteMeter,
    /// The passes of the reconciler.
    pub(crate) reconciler: ReconcilerMeter,
    /// Looks at the unfinished rows.
    pub(crate) looks: Looks,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Build {
    version: &'static str,
}

impl Metrics {
    /// Registers the meters of `parts` and those that have no part of their own.
    pub(crate) fn new(parts: &Parts<'_>) -> Self {
        let requests = Arc::<RequestMeter>::default();
        let uploads = UploadMeter::default();
        let variants = VariantMeter::default();
        let deletes = DeleteMeter::default();
        let reconciler = ReconcilerMeter::default();
        let mut registry = Registry::default();
        let ours = registry.sub_registry_with_prefix("tintype");
        register_build(ours);
        requests.register(ours);
        uploads.register(ours);
        variants.register(ours);
        deletes.register(ours);
        parts.memory.register(ours);
        parts.bucket.register(ours);
        parts.catalog.register(ours);
        reconciler.register(ours);
        // These names are the same for every program, so they have no prefix.
        registry.register_collector(Box::new(process::Process));
        let looks = Looks::default();
        Self { registry, requests, uploads, variants, deletes, reconciler, looks }
    }

    /// Everything as it stands, in `format`.
    pub(crate) fn encode(&self, format: Format) -> String {
        exposition::encode(&self.registry, format)
    }
}

fn register_build(registry: &mut Registry) {
    let build = Family::<Build, Gauge>::default();
    build.get_or_create(&Build { version: env!("CARGO_PKG_VERSION") }).set(1);
    registry.register("build_info", "Always 1; the label says which version runs", build);
}
