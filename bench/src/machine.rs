//! The machine: which core does what.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// The core of the service.
pub(crate) const SERVICE_CORE: u32 = 0;
/// The core of everything else: load, sink, database.
pub(crate) const LOAD_CORE: u32 = 1;

/// Moves this process to the core of the load. What it starts from then on stays there too, unless
/// it is pinned otherwise.
pub(crate) fn leave_the_service_alone() -> Result<()> {
    let mut taskset = Command::new("taskset");
    taskset.args(["-a", "-c", "-p", &LOAD_CORE.to_string(), &std::process::id().to_string()]);
    let output = taskset.output().context("taskset of util-linux is needed")?;
    ensure!(output.status.success(), "two cores are needed: {output:?}");
    Ok(())
}
