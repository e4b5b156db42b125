//! Identical requests at the same time: one of them works, the others wait for its result.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::cache::{Kept, Key};
use super::error::{Vanished, VariantError};
use crate::metrics::VariantOutcome;

/// What comes of a flight.
pub(super) type Outcome = Result<Landed, VariantError>;

/// A variant, and where it came from.
#[derive(Clone, Debug)]
pub(super) struct Landed {
    pub(super) kept: Arc<Kept>,
    pub(super) from: VariantOutcome,
}

type Waiting = watch::Receiver<Option<Outcome>>;

/// The makings under way. There are never more of them than requests.
#[derive(Clone, Debug, Default)]
pub(super) struct Flights(Arc<Mutex<HashMap<Key, Waiting>>>);

/// What somebody who asks has to do.
#[derive(Debug)]
pub(super) enum Part {
    /// To see that it is made, and to wait for it.
    Lead(Flight, Wait),
    /// To wait.
    Follow(Wait),
}

impl Flights {
    /// Takes part in the making of `key`.
    pub(super) fn join(&self, key: &Key) -> Part {
        let mut flights = self.lock();
        if let Some(waiting) = flights.get(key) {
            return Part::Follow(Wait(waiting.clone()));
        }
        let (outcome, waiting) = watch::channel(None);
        flights.insert(key.clone(), waiting.clone());
        let flight = Flight { flights: self.clone(), key: key.clone(), outcome };
        Part::Lead(flight, Wait(waiting))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A making under way. When it is dropped, whatever the reason, the next who asks makes another.
#[derive(Debug)]
pub(super) struct Flight {
    flights: Flights,
    key: Key,
    outcome: watch::Sender<Option<Outcome>>,
}

impl Flight {
    /// Tells the outcome to all who wait, and to those who come while the flight lasts.
    pub(super) fn tell(&self, outcome: Outcome) {
        self.outcome.send_replace(Some(outcome));
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.flights.lock().remove(&self.key);
    }
}

/// Somebody who waits.
#[derive(Debug)]
pub(super) struct Wait(Waiting);

impl Wait {
    /// The outcome, when it is there.
    pub(super) async fn outcome(mut self) -> Outcome {
        match self.0.wait_for(Option::is_some).await {
            Ok(outcome) => outcome.clone().unwrap_or(Err(Vanished.into())),
            Err(_) => Err(Vanished.into()),
        }
    }
}
