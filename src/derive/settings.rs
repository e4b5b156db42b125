//! How much work variants may be.

use std::num::NonZeroUsize;
use std::thread;
use std::time::Duration;

use super::rules::Rules;

/// The most that are made at a time. The runtime has 512 threads for work that blocks, and the files of
/// a directory bucket need some of them; a job that waits for a thread would hold its core meanwhile.
pub const MOST_WORKERS: usize = 256;

/// The most that may wait for their turn. Each is a request, and so a connection.
pub const MOST_WAITING: usize = 65_536;

/// What the making of variants is set up with. How much memory those that were made may take is a
/// setting of the memory budget.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which variants strangers may ask for.
    pub rules: Rules,
    /// How many are made at a time, [`MOST_WORKERS`] at the most. Default: one for each core.
    pub workers: NonZeroUsize,
    /// How many may wait for their turn, from 1 to [`MOST_WAITING`]. Default 64.
    pub queue: usize,
    /// The longest time for one, from the beginning of the read of its original. Default 30 s.
    pub timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rules: Rules::default(),
            workers: cores(),
            queue: 64,
            timeout: Duration::from_secs(30),
        }
    }
}

fn cores() -> NonZeroUsize {
    let cores = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    NonZeroUsize::new(MOST_WORKERS).map_or(cores, |most| cores.min(most))
}
