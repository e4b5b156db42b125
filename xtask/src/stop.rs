//! Ctrl-C and SIGTERM, turned into a flag: whoever waits looks at it, returns, and so the guards of
//! the servers run as on any other way out.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result, bail};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// Whether the run was asked to end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// A flag that the usual signals set, in place of ending the program at once.
    pub(crate) fn on_signals() -> Result<Self> {
        let stop = Self::default();
        for signal in [SIGHUP, SIGINT, SIGTERM] {
            signal_hook::flag::register(signal, Arc::clone(&stop.0))
                .context("cannot listen for Ctrl-C")?;
        }
        Ok(stop)
    }

    /// Whether a signal came.
    pub(crate) fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// An error when a signal came, so that `?` is enough to leave.
    pub(crate) fn check(&self) -> Result<()> {
        if self.is_asked() {
            bail!("stopped on request");
        }
        Ok(())
    }
}
