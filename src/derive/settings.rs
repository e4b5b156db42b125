//! How much work variants may be.

use std::num::NonZeroUsize;
use std::thread;
use std::time::Duration;

use super::rules::Rules;

/// What the making of variants is set up with. How much memory those that were made may take is a
/// setting of the memory budget.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which variants strangers may ask for.
    pub rules: Rules,
    /// How many are made at a time. Default: one for each core.
    pub workers: NonZeroUsize,
    /// How many may wait for their turn. Default 64.
    pub queue: usize,
    /// The longest time for one, from the beginning of the read of its original. Default 30 s.
    pub timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rules: Rules::default(),
            workers: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            queue: 64,
            timeout: Duration::from_secs(30),
        }
    }
}
