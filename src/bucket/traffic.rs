//! What the bucket knows of its own health from the requests that were made anyway, so that
//! readiness needs neither HEAD nor List, which the least-privilege policy does not allow.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::error::BucketError;

/// How the bucket fared lately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recent {
    /// The last request was answered.
    Healthy {
        /// How long ago.
        age: Duration,
    },
    /// The last request failed for the bucket's part.
    Failing {
        /// How long ago.
        age: Duration,
        /// How many failed since the last that did not.
        in_a_row: u32,
    },
    /// Nothing was asked of the bucket yet.
    Unknown,
}

#[derive(Debug, Default)]
pub(super) struct Traffic(Mutex<Option<Last>>);

#[derive(Clone, Copy, Debug)]
struct Last {
    at: Instant,
    failures: u32,
}

impl Traffic {
    /// A refusal counts as a failure, because an operator has to act. An answer that may concern
    /// the one object alone does not.
    pub(super) fn note<T>(&self, outcome: &Result<T, BucketError>) {
        match outcome {
            Ok(_) | Err(BucketError::Missing { .. }) => self.answered(),
            Err(BucketError::Denied { .. }) => {}
            Err(
                BucketError::Refused { .. }
                | BucketError::Unavailable { .. }
                | BucketError::DeadlineExceeded { .. },
            ) => self.failed(),
        }
    }

    pub(super) fn failed(&self) {
        let failures = self.last().map_or(0, |last| last.failures);
        self.set(failures.saturating_add(1));
    }

    fn answered(&self) {
        self.set(0);
    }

    pub(super) fn recent(&self) -> Recent {
        match self.last() {
            None => Recent::Unknown,
            Some(Last { at, failures: 0 }) => Recent::Healthy { age: at.elapsed() },
            Some(Last { at, failures }) => {
                Recent::Failing { age: at.elapsed(), in_a_row: failures }
            }
        }
    }

    fn last(&self) -> Option<Last> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, failures: u32) {
        let last = Last { at: Instant::now(), failures };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(last);
    }
}
