//! What the kernel says of a process's memory.

use std::fs;

use crate::support::process::Service;

/// What the process may take beside its budget, in MiB.
pub(crate) const BESIDE: u64 = 64;

/// A line of `/proc/PID/status`, such as `VmRSS:`, in KiB.
pub(crate) fn kib_of(service: &Service, what: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", service.process.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
