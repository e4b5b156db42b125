//! Ways to count that cost nothing where bytes flow: a sum of one's own that is handed in at the end,
//! and a place in a gauge that is given back whatever happens.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;

/// Bytes that one stream counts for itself. They are added to the shared counter once, on drop, so
/// that a chunk costs an addition and no more.
#[derive(Debug)]
pub(crate) struct Tally {
    counted: u64,
    total: Counter,
}

impl Tally {
    pub(super) fn of(total: &Counter) -> Self {
        Self { counted: 0, total: total.clone() }
    }

    /// Counts so many more bytes.
    pub(crate) const fn add(&mut self, bytes: u64) {
        self.counted += bytes;
    }

    /// The bytes so far.
    pub(crate) const fn counted(&self) -> u64 {
        self.counted
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        self.total.inc_by(self.counted);
    }
}

/// One of those that a gauge counts, for as long as this lives. A future that is dropped in the
/// middle gives its place back too.
#[derive(Debug)]
pub(crate) struct Present(Gauge);

impl Present {
    pub(super) fn in_(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.0.dec();
    }
}
