//! When to try again, and when to stop trying.

use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Client;
use super::error::{Error, Retry};

/// The first pause between two tries; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// The longest pause that nobody asked for.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// For how long a service is asked that was never there.
const FIRST_CONTACT: Duration = Duration::from_secs(3);

/// At least so many tries fit into the patience, whatever pause the service asks for.
const TRIES: u32 = 10;

/// How long to go on trying.
#[derive(Clone, Debug)]
pub(crate) struct Patience {
    /// From the first failure of a request to its last try.
    pub(crate) total: Duration,
    /// Ends every pause, and with it the trying.
    pub(crate) stop: CancellationToken,
}

impl Client {
    /// Makes the request until it is answered for good, fails for good, or patience ends; the last
    /// failure then. `before_pause` is told of each failure that is not the last.
    pub(super) async fn patiently<T>(
        &self,
        patience: &Patience,
        mut before_pause: impl FnMut(&Error),
        mut request: impl AsyncFnMut() -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut failures = Failures::default();
        loop {
            let error = match request().await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let total =
                if self.has_met() { patience.total } else { patience.total.min(FIRST_CONTACT) };
            let Some(pause) = failures.pause_after(error.retry(), total) else {
                return Err(error);
            };
            before_pause(&error);
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = patience.stop.cancelled() => return Err(error),
            }
        }
    }
}

/// The failures of one request so far.
#[derive(Debug, Default)]
struct Failures {
    first: Option<Instant>,
    number: u32,
}

impl Failures {
    /// How long to wait before the next try; nothing when there is none.
    fn pause_after(&mut self, retry: Retry, patience: Duration) -> Option<Duration> {
        let since = self.first.get_or_insert_with(Instant::now).elapsed();
        self.number += 1;
        pause(self.number, retry, patience, patience.checked_sub(since)?)
    }
}

/// The pause after so many failures, with so much of the patience left.
fn pause(failures: u32, retry: Retry, patience: Duration, left: Duration) -> Option<Duration> {
    let own = FIRST_PAUSE.saturating_mul(1 << failures.saturating_sub(1).min(8)).min(LONGEST_PAUSE);
    let own = own.mul_f64(0.5 + random_half());
    let longest = patience / TRIES;
    let wanted = match retry {
        Retry::Never => return None,
        Retry::Later => own.min(longest),
        // Asked for: never earlier, as far as patience allows; a little later, so that not all
        // clients come back together.
        Retry::After(asked) => asked.min(longest) + own.min(longest) / TRIES,
    };
    (left > Duration::ZERO).then(|| wanted.min(left))
}

/// Between 0 and one half.
fn random_half() -> f64 {
    let [byte, ..] = Uuid::new_v4().into_bytes();
    f64::from(byte) / 512.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);
    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn pauses_grow_and_stay_within_their_bounds() {
        for (failures, least, most) in
            [(1, 100, 200), (2, 200, 400), (4, 800, 1600), (99, 2500, 5000)]
        {
            let pause = pause(failures, Retry::Later, MINUTE, MINUTE).unwrap().as_millis();
            assert!((least..=most).contains(&pause), "{pause} ms after {failures} failures");
        }
    }

    #[test]
    fn a_pause_that_was_asked_for_is_kept_within_a_tenth_of_the_patience() {
        let pause = |asked, patience| pause(1, Retry::After(asked), patience, patience).unwrap();
        assert!((2 * SECOND..3 * SECOND).contains(&pause(2 * SECOND, MINUTE)));
        assert!((6 * SECOND..7 * SECOND).contains(&pause(30 * SECOND, MINUTE)));
        assert!((SECOND..2 * SECOND).contains(&pause(1000 * MINUTE, 10 * SECOND)));
    }

    #[test]
    fn the_last_try_is_when_patience_ends() {
        assert_eq!(pause(9, Retry::Later, MINUTE, SECOND), Some(SECOND));
        assert_eq!(pause(9, Retry::Later, MINUTE, Duration::ZERO), None);
        assert_eq!(pause(1, Retry::Never, MINUTE, MINUTE), None);
        let mut failures = Failures::default();
        assert!(failures.pause_after(Retry::Later, MINUTE).is_some());
        assert_eq!(failures.pause_after(Retry::Later, Duration::ZERO), None);
    }
}
