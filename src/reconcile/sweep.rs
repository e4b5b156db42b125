//! When an unfinished upload may be taken for abandoned.

use std::time::Duration;

use jiff::Timestamp;

/// The two times that keep a sweeper from taking an object that may still land.
#[derive(Clone, Copy, Debug)]
pub struct SweepRule {
    put_deadline: Duration,
    margin: Duration,
}

/// The longest PUT deadline and the longest margin: an upload that takes longer is none.
pub const LONGEST_TIME: Duration = Duration::from_secs(24 * 60 * 60);

/// The deadline and the margin do not fit together.
#[derive(Debug, thiserror::Error)]
pub enum InvalidSweepRule {
    /// A late PUT could come after the sweep.
    #[error(
        "the sweep margin is {margin:?}, but a PUT that was given up may go on for {least:?}: \
         let the sweep margin be at least that, or the PUT deadline lower"
    )]
    TooShort {
        /// The margin.
        margin: Duration,
        /// The shortest margin that the deadline allows.
        least: Duration,
    },
    /// What was left half done would lie there for days.
    #[error(
        "{longest:?} is too long: the PUT deadline and the sweep margin are at most {LONGEST_TIME:?}"
    )]
    TooLong {
        /// The longer of the two.
        longest: Duration,
    },
}

impl SweepRule {
    /// Checks the two against each other: one try of a PUT lasts less than half of the deadline
    /// ([`crate::bucket::Settings`]), and one that was given up at the last moment may go on at
    /// the bucket for as long.
    ///
    /// # Errors
    ///
    /// [`InvalidSweepRule`] when the margin is shorter than half of the deadline, or one of the two
    /// longer than [`LONGEST_TIME`].
    pub fn new(put_deadline: Duration, margin: Duration) -> Result<Self, InvalidSweepRule> {
        let least = put_deadline / 2;
        if margin < least {
            return Err(InvalidSweepRule::TooShort { margin, least });
        }
        let longest = put_deadline.max(margin);
        if longest > LONGEST_TIME {
            return Err(InvalidSweepRule::TooLong { longest });
        }
        Ok(Self { put_deadline, margin })
    }

    /// The time from which no effect of an upload that began at `start` can come any more.
    #[must_use]
    pub fn sweep_at(&self, start: Timestamp) -> Timestamp {
        start + self.put_deadline + self.margin
    }

    /// How long after the start of an upload its PUT may begin and still be over, with all its late
    /// effects, before the row may be swept. A try lasts four tenths of the deadline.
    #[must_use]
    pub fn latest_start(&self) -> Duration {
        self.margin.saturating_sub(self.put_deadline * 4 / 10)
    }

    /// Until when a deletion that begins now keeps others from the same row. Longer than the tries
    /// of one deletion take.
    #[must_use]
    pub fn lease_until(&self, now: Timestamp) -> Timestamp {
        now + self.put_deadline + self.margin
    }
}
