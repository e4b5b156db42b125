//! The gate before the making of variants: how many wait, how many are under way, and how many compute.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use super::error::VariantError;
use super::settings::Settings;

/// For each that computes, so many more may be under way: an original comes from the bucket while
/// others are computed.
const AHEAD: usize = 2;

/// The gate. Who waits for memory holds none and computes nothing, so the three lines cannot lock each
/// other.
#[derive(Debug)]
pub(super) struct Gate {
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
    cores: Arc<Semaphore>,
}

/// A making that is under way.
#[derive(Debug)]
pub(super) struct Turn {
    _place: OwnedSemaphorePermit,
    _turn: OwnedSemaphorePermit,
    /// Until when it may wait for its memory.
    pub(super) patience: Duration,
}

impl Gate {
    pub(super) fn new(settings: &Settings) -> Self {
        let workers = settings.workers.get().min(Semaphore::MAX_PERMITS / 8);
        let turns = workers * (1 + AHEAD);
        let places = settings.queue.saturating_add(turns).min(Semaphore::MAX_PERMITS);
        let semaphore = |permits| Arc::new(Semaphore::new(permits));
        Self { places: semaphore(places), turns: semaphore(turns), cores: semaphore(workers) }
    }

    /// Waits for a turn, at most `patience`, of which the rest is left for the wait for memory.
    ///
    /// # Errors
    ///
    /// [`VariantError::QueueFull`], at once or when the time has passed.
    pub(super) async fn enter(&self, patience: Duration) -> Result<Turn, VariantError> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let _place = place.map_err(|_| VariantError::QueueFull)?;
        let end = Instant::now() + patience;
        match timeout_at(end, Arc::clone(&self.turns).acquire_owned()).await {
            Ok(Ok(_turn)) => {
                let patience = end.saturating_duration_since(Instant::now());
                Ok(Turn { _place, _turn, patience })
            }
            Ok(Err(_)) | Err(_) => Err(VariantError::QueueFull),
        }
    }

    /// Waits for a core, at most until `deadline`.
    ///
    /// # Errors
    ///
    /// [`VariantError::TimedOut`].
    pub(super) async fn core(
        &self,
        deadline: std::time::Instant,
    ) -> Result<OwnedSemaphorePermit, VariantError> {
        let core = Arc::clone(&self.cores).acquire_owned();
        match timeout_at(deadline.into(), core).await {
            Ok(Ok(core)) => Ok(core),
            Ok(Err(_)) | Err(_) => Err(VariantError::TimedOut),
        }
    }
}
