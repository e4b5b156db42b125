//! What becomes of a row whose object was asked to go: pure functions of a row, an outcome and a time.

use std::time::Duration;

use jiff::Timestamp;

use crate::catalog::Doomed;

/// The wait after the first failed try.
const BACKOFF_FIRST: Duration = Duration::from_secs(2);

/// The longest wait between two tries, so that a bucket that comes back is noticed.
const BACKOFF_LAST: Duration = Duration::from_secs(300);

/// What happens to a row whose object was asked to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The object is gone and nothing can bring it back: the row may go.
    Forget,
    /// The row stays, and is due again at this time.
    TryAt(Timestamp),
}

/// Decides after the bucket was asked to delete the object of `doomed`.
///
/// An object whose upload needed a second try is deleted again once the first can no longer land.
pub(super) fn after_delete(doomed: &Doomed, object_gone: bool, now: Timestamp) -> Next {
    if !object_gone {
        return Next::TryAt(now + backoff(doomed.attempts));
    }
    if now < doomed.settled_at {
        return Next::TryAt(doomed.settled_at);
    }
    Next::Forget
}

fn backoff(attempts: u64) -> Duration {
    let doublings = u32::try_from(attempts).unwrap_or(u32::MAX).min(16);
    BACKOFF_FIRST.saturating_mul(2_u32.saturating_pow(doublings)).min(BACKOFF_LAST)
}
