//! The memory budget as it is counted.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use super::Present;
use super::label::{begin, label};

label! {
    /// What memory was wanted for.
    Purpose {
        /// The bytes of an upload.
        Upload = "upload",
        /// An answer: the bytes of an image, a page of records.
        Read = "read",
        /// The making of a variant.
        Variant = "variant",
        /// The proof of an upload by decoding.
        Proof = "proof",
    }
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByPurpose {
    purpose: Purpose,
}

/// What is counted of a memory budget. Clones count together.
#[derive(Clone, Debug)]
pub(crate) struct MemoryMeter {
    size: Gauge,
    used: Gauge,
    peak: Gauge,
    waiting: Gauge,
    refused: Family<ByPurpose, Counter>,
}

impl Default for MemoryMeter {
    fn default() -> Self {
        let refused = Family::<ByPurpose, Counter>::default();
        begin(&refused, Purpose::ALL.iter().map(|&purpose| ByPurpose { purpose }));
        let (size, used, peak, waiting) = Default::default();
        Self { size, used, peak, waiting, refused }
    }
}

impl MemoryMeter {
    /// Notes how many of `size` bytes are reserved now.
    pub(crate) fn used(&self, used: u64, size: u64) {
        let used = i64::try_from(used).unwrap_or(i64::MAX);
        self.used.set(used);
        self.peak.inner().fetch_max(used, std::sync::atomic::Ordering::Relaxed);
        self.size.set(i64::try_from(size).unwrap_or(i64::MAX));
    }

    /// One who stands in line, until it is dropped.
    pub(crate) fn wait(&self) -> Present {
        Present::in_(&self.waiting)
    }

    /// Counts one who got no memory in time.
    pub(crate) fn refused(&self, purpose: Purpose) {
        self.refused.get_or_create(&ByPurpose { purpose }).inc();
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let memory = registry.sub_registry_with_prefix("memory");
        let help = "Bytes of the memory budget that can be reserved";
        memory.register_with_unit("size", help, Unit::Bytes, self.size.clone());
        let help = "Bytes that are reserved, or set aside for who is first in line";
        memory.register_with_unit("used", help, Unit::Bytes, self.used.clone());
        let help = "The most bytes that were reserved at a time since the start";
        memory.register_with_unit("peak", help, Unit::Bytes, self.peak.clone());
        let help = "Requests that stand in line for memory";
        memory.register("waiting", help, self.waiting.clone());
        let help = "Requests that got no memory in time";
        memory.register("refused", help, self.refused.clone());
    }
}
