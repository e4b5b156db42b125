//! The bucket as it is counted: operations, how they end, how long they take, and what they move.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::label::{begin, label};
use super::{Tally, seconds};

label! {
    /// What is asked of a bucket.
    Operation {
        /// Storing an object.
        Put = "put",
        /// Reading one, up to the beginning of its bytes.
        Get = "get",
        /// Deleting one.
        Delete = "delete",
        /// Reading a page of the listing.
        List = "list",
    }
}

label! {
    /// How an operation ended, after all its tries.
    Outcome {
        /// As it should.
        Ok = "ok",
        /// There is no such object. For a delete that is a success.
        Missing = "missing",
        /// The credentials do not allow it, or the object is missing and they may not list.
        Denied = "denied",
        /// It will be refused each time until an operator changes something.
        Refused = "refused",
        /// The service asks for fewer requests.
        Throttled = "throttled",
        /// The service is down or broken, the connection broke, the disk failed.
        Unavailable = "unavailable",
        /// No answer came in time.
        Timeout = "timeout",
    }
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByOutcome {
    operation: Operation,
    outcome: Outcome,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByOperation {
    operation: Operation,
}

/// What is counted of a bucket. Clones count together.
#[derive(Clone, Debug)]
pub(crate) struct BucketMeter {
    outcomes: Family<ByOutcome, Counter>,
    durations: Family<ByOperation, Histogram>,
    retries: Family<ByOperation, Counter>,
    sent: Counter,
    received: Counter,
    broken_reads: Counter,
}

impl Default for BucketMeter {
    fn default() -> Self {
        let outcomes = Family::<ByOutcome, Counter>::default();
        let durations = Family::new_with_constructor(seconds as fn() -> Histogram);
        let retries = Family::<ByOperation, Counter>::default();
        let operations = || Operation::ALL.iter().map(|&operation| ByOperation { operation });
        begin(&durations, operations());
        begin(&retries, operations());
        for &outcome in Outcome::ALL {
            let each = Operation::ALL.iter();
            begin(&outcomes, each.map(|&operation| ByOutcome { operation, outcome }));
        }
        let (sent, received, broken_reads) = Default::default();
        Self { outcomes, durations, retries, sent, received, broken_reads }
    }
}

impl BucketMeter {
    /// Counts an operation that has ended.
    pub(crate) fn ended(&self, operation: Operation, outcome: Outcome, elapsed: Duration) {
        self.outcomes.get_or_create(&ByOutcome { operation, outcome }).inc();
        let durations = self.durations.get_or_create(&ByOperation { operation });
        durations.observe(elapsed.as_secs_f64());
    }

    /// Counts the requests of an operation beyond its first.
    pub(crate) fn retried(&self, operation: Operation, requests: u32) {
        let more = u64::from(requests.saturating_sub(1));
        self.retries.get_or_create(&ByOperation { operation }).inc_by(more);
    }

    /// Counts the bytes of an object that was put.
    pub(crate) fn sent(&self, bytes: u64) {
        self.sent.inc_by(bytes);
    }

    /// For the bytes of an object that is read.
    pub(crate) fn received(&self) -> Tally {
        Tally::of(&self.received)
    }

    /// Counts a read that ended before its end for the bucket's part.
    pub(crate) fn broken_read(&self) {
        self.broken_reads.inc();
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let bucket = registry.sub_registry_with_prefix("bucket");
        let help = "Operations on the bucket, by how they ended after all tries";
        bucket.register("operations", help, self.outcomes.clone());
        let help = "The time of an operation with all its tries; a get ends where its bytes begin";
        let durations = self.durations.clone();
        bucket.register_with_unit("operation_duration", help, Unit::Seconds, durations);
        let help = "Requests beyond the first of an operation";
        bucket.register("retries", help, self.retries.clone());
        let help = "Bytes of objects that were put";
        bucket.register_with_unit("sent", help, Unit::Bytes, self.sent.clone());
        let help = "Bytes of objects that were read";
        bucket.register_with_unit("received", help, Unit::Bytes, self.received.clone());
        let help = "Reads that broke off after their beginning for the bucket's part";
        bucket.register("broken_reads", help, self.broken_reads.clone());
    }
}
