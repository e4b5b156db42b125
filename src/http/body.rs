//! The body of an upload as it arrives: read only when somebody asks, never slower than the limits
//! allow, and drained within bounds when it is refused.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::{HeaderMap, header};
use futures_util::StreamExt;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::metrics::Tally;

/// How slow a client may be while it holds a reservation.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The longest silence between two pieces of the body. Default 20 s.
    pub idle_timeout: Duration,
    /// The least average rate in bytes per second, asked for once the first idle time-out has
    /// passed. Default 8 KiB/s.
    pub min_rate: u64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { idle_timeout: Duration::from_secs(20), min_rate: 8 * 1024 }
    }
}

impl Pace {
    /// How long the next piece may be waited for, when the pieces so far have `received` bytes and
    /// were `waited` for in all.
    pub(super) fn patience(&self, received: u64, waited: Duration) -> Duration {
        let earned = Duration::from_secs_f64(received as f64 / self.min_rate.max(1) as f64);
        (self.idle_timeout + earned).saturating_sub(waited).min(self.idle_timeout)
    }
}

/// The most of a refused body that is read and thrown away, in bytes.
const DRAIN_BYTES: u64 = 128 * 1024 * 1024;

/// The longest time that is spent on it.
const DRAIN_TIME: Duration = Duration::from_secs(15);

/// How many refused bodies are drained at a time; the ones above that lose their connection.
const DRAINS: usize = 256;

/// Reads refused bodies to their end, so that a client that sends first and reads afterwards, as
/// browsers do, reads the answer and not a reset.
#[derive(Clone, Debug)]
pub(super) struct Drains {
    places: Arc<Semaphore>,
    tasks: TaskTracker,
    stopping: CancellationToken,
}

impl Drains {
    /// Drains as tasks of `tasks`, until the service is `stopping`.
    #[must_use]
    pub(super) fn new(tasks: TaskTracker, stopping: CancellationToken) -> Self {
        Self { places: Arc::new(Semaphore::new(DRAINS)), tasks, stopping }
    }

    fn take(&self, mut stream: BodyDataStream) {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else { return };
        let drain = async move {
            let mut left = DRAIN_BYTES;
            while let Some(Ok(chunk)) = stream.next().await {
                left = left.saturating_sub(chunk.len() as u64);
                if left == 0 {
                    break;
                }
            }
            drop(place);
        };
        let drain = tokio::time::timeout(DRAIN_TIME, drain);
        self.tasks.spawn(self.stopping.clone().run_until_cancelled_owned(drain));
    }
}

/// Why a body ended before its end.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The client was silent for too long, or too slow on average.
    #[error("the body came too slowly: {received} bytes in {elapsed:?}")]
    Slow {
        /// The bytes that had come.
        received: u64,
        /// The time they took.
        elapsed: Duration,
    },
    /// The client went away, or sent what is not HTTP.
    #[error("the body broke off")]
    Aborted(#[source] axum::Error),
}

/// One body on its way in.
#[derive(Debug)]
pub(super) struct Incoming {
    stream: BodyDataStream,
    pace: Pace,
    /// The time spent waiting for the client, and only that: what the service does between two reads
    /// of a batch is not the client's slowness.
    waited: Duration,
    received: Tally,
    begun: bool,
    ended: bool,
    expects_continue: bool,
}

impl Incoming {
    /// A body of which nothing is read yet. The clock of `pace` starts with the first read.
    #[must_use]
    pub(super) fn new(headers: &HeaderMap, body: Body, pace: Pace, received: Tally) -> Self {
        let expect = headers.get(header::EXPECT);
        let expects_continue =
            expect.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"));
        let stream = body.into_data_stream();
        Self {
            stream,
            pace,
            waited: Duration::ZERO,
            received,
            begun: false,
            ended: false,
            expects_continue,
        }
    }

    /// The next piece, or `None` at the end.
    ///
    /// # Errors
    ///
    /// [`ReceiveError`]; the body is at its end then.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, ReceiveError> {
        self.begun = true;
        let asked = Instant::now();
        let patience = self.pace.patience(self.received.counted(), self.waited);
        let piece = tokio::time::timeout(patience, self.stream.next()).await;
        self.waited += asked.elapsed();
        self.ended = !matches!(piece, Ok(Some(Ok(_))));
        match piece {
            Ok(Some(Ok(chunk))) => {
                self.received.add(chunk.len() as u64);
                Ok(Some(chunk))
            }
            Ok(None) => Ok(None),
            Ok(Some(Err(error))) => Err(ReceiveError::Aborted(error)),
            Err(_) => {
                let received = self.received.counted();
                Err(ReceiveError::Slow { received, elapsed: self.waited })
            }
        }
    }

    /// The whole of a small body, or nothing when it has more than `limit` bytes.
    ///
    /// # Errors
    ///
    /// [`ReceiveError`]; the body is at its end then.
    pub(super) async fn whole(&mut self, limit: usize) -> Result<Option<Vec<u8>>, ReceiveError> {
        let mut whole = Vec::new();
        while let Some(chunk) = self.next().await? {
            if chunk.len() > limit - whole.len() {
                return Ok(None);
            }
            whole.extend_from_slice(&chunk);
        }
        Ok(Some(whole))
    }

    /// Leaves the rest of the body, if there is any, to be drained.
    ///
    /// A client that waits for `100 Continue` has not sent anything yet and will not: reading would
    /// only invite it to.
    pub(super) fn leave(self, drains: &Drains) {
        let invited = self.begun || !self.expects_continue;
        if !self.ended && invited {
            drains.take(self.stream);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_is_earned_by_bytes_and_spent_by_waiting() {
        let pace = Pace { idle_timeout: Duration::from_secs(20), min_rate: 1000 };
        for (received, waited, patience) in
            [(0, 0, 20), (0, 5, 15), (0, 20, 0), (4000, 21, 3), (90_000, 30, 20), (1000, 60, 0)]
        {
            let waited = Duration::from_secs(waited);
            assert_eq!(pace.patience(received, waited), Duration::from_secs(patience));
        }
    }
}
