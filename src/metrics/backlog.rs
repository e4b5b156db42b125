//! The look at the unfinished rows: the one figure that costs a question to the catalog.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio::time::timeout;

/// The least time between two looks, however often somebody asks for metrics.
const LOOK_INTERVAL: Duration = Duration::from_secs(10);

/// How long a look may take. A scraper gives up after ten seconds, and wants the other figures most
/// when the catalog hangs.
const LOOK_TIME: Duration = Duration::from_secs(2);

/// The most rows that a look counts, so that a long outage does not make it dear.
pub(crate) const MOST_COUNTED: u32 = 10_000;

/// What a look at the unfinished rows found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backlog {
    pub(crate) pending: u64,
    pub(crate) deleting: u64,
    pub(crate) variants: u64,
    /// For how long the row that has been due longest has been due.
    pub(crate) overdue: Duration,
}

/// When the last look was.
#[derive(Debug, Default)]
pub(crate) struct Looks(Mutex<Option<Instant>>);

impl Looks {
    /// Looks again, when it is time to: tells `meter` what `look` finds, or that it is not known.
    pub(crate) async fn again(
        &self,
        meter: &super::CatalogMeter,
        look: impl Future<Output = Option<Backlog>>,
    ) {
        let mut last = self.0.lock().await;
        if last.is_none_or(|last| last.elapsed() >= LOOK_INTERVAL) {
            meter.unfinished(timeout(LOOK_TIME, look).await.ok().flatten());
            *last = Some(Instant::now());
        }
    }
}
