//! How long work on one picture may take.

use std::time::Instant;

/// Until when work on pixels may go on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline(pub(crate) Instant);

/// The deadline has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it took too long")]
pub(crate) struct TimedOut;

impl Deadline {
    /// Work that goes on in rows or blocks asks at each of them: a thread cannot be stopped from outside.
    ///
    /// # Errors
    ///
    /// [`TimedOut`] once the deadline has passed.
    pub(crate) fn check(&self) -> Result<(), TimedOut> {
        if Instant::now() < self.0 { Ok(()) } else { Err(TimedOut) }
    }
}
