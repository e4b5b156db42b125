//! The machine: what it is, and which core does what.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde::Serialize;

/// The core of the service.
pub(crate) const SERVICE_CORE: u32 = 0;
/// The core of everything else: load, sink, database.
pub(crate) const LOAD_CORE: u32 = 1;

/// What figures are to be read against.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    cpu: String,
    cores: usize,
    memory: String,
    kernel: String,
    system: String,
}

impl Machine {
    /// This one.
    pub(crate) fn this() -> Result<Self> {
        let cpu = field("/proc/cpuinfo", "model name")?;
        let kibibytes = field("/proc/meminfo", "MemTotal")?;
        let kibibytes: u64 = kibibytes.trim_end_matches(" kB").parse()?;
        let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease")?.trim().to_owned();
        let system = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
        let system = system.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
        Ok(Self {
            cpu,
            cores: std::thread::available_parallelism()?.get(),
            memory: format!("{:.1} GiB", kibibytes as f64 / f64::from(1 << 20)),
            kernel: format!("Linux {kernel}"),
            system: system.unwrap_or("unknown").trim_matches('"').to_owned(),
        })
    }

    /// One line.
    pub(crate) fn describe(&self) -> String {
        let Self { cpu, cores, memory, kernel, system } = self;
        format!("{cpu}, {cores} cores, {memory}, {system}, {kernel}")
    }
}

/// The value of the first line of a file that begins with `name` and a colon.
fn field(file: &str, name: &str) -> Result<String> {
    let text = std::fs::read_to_string(file)?;
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    let mut values = lines.filter(|(key, _)| key.trim() == name).map(|(_, value)| value.trim());
    Ok(values.next().unwrap_or("unknown").to_owned())
}

/// Moves this process to the core of the load. What it starts from then on stays there too, unless
/// it is pinned otherwise.
pub(crate) fn leave_the_service_alone() -> Result<()> {
    let mut taskset = Command::new("taskset");
    taskset.args(["-a", "-c", "-p", &LOAD_CORE.to_string(), &std::process::id().to_string()]);
    let output = taskset.output().context("taskset of util-linux is needed")?;
    ensure!(output.status.success(), "two cores are needed: {output:?}");
    Ok(())
}

/// Each connection is an open file on both of its ends, and the sink's ends are here too.
pub(crate) fn raise_open_files() -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    Ok(setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit })?)
}
