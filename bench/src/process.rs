//! What the kernel tells of a process: the CPU time of all its threads and children, and its
//! resident set.

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};

/// The unit of CPU times in /proc: `USER_HZ`, which is 100 on every architecture that Rust's
/// standard library supports on Linux.
const TICK: Duration = Duration::from_millis(10);

/// The CPU time of a process, in user and kernel mode, with all its threads and living children.
pub(crate) fn cpu_time(pid: u32) -> Result<Duration> {
    let own = ticks(&read(pid, "stat")?)?;
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    let children = children.unwrap_or_default();
    let children = children.split_whitespace().filter_map(|child| child.parse().ok());
    children.map(cpu_time).try_fold(own, |sum, child| Ok(sum + child?))
}

/// The CPU time of the threads whose name begins with `prefix`, as long as they live.
pub(crate) fn cpu_time_of_threads(pid: u32, prefix: &str) -> Result<Duration> {
    let mut sum = Duration::ZERO;
    for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
        let thread = thread?.path();
        let name = fs::read_to_string(thread.join("comm")).unwrap_or_default();
        if name.starts_with(prefix) {
            // A thread may end between the two reads.
            let stat = fs::read_to_string(thread.join("stat"));
            sum += stat.map_or(Ok(Duration::ZERO), |stat| ticks(&stat))?;
        }
    }
    Ok(sum)
}

/// The CPU time of the children of this process that have ended and were waited for.
pub(crate) fn cpu_time_of_ended_children() -> Result<Duration> {
    times(&read(std::process::id(), "stat")?, 13)
}

/// User and kernel time, the 14th and 15th field of a `stat`.
fn ticks(stat: &str) -> Result<Duration> {
    times(stat, 11)
}

/// The sum of two times of a `stat`, `skipped` fields behind its second one, which is a name in
/// parentheses that may hold spaces.
fn times(stat: &str, skipped: usize) -> Result<Duration> {
    let (_, fields) = stat.rsplit_once(')').context("a stat without a name")?;
    let mut times = fields.split_whitespace().skip(skipped).map(str::parse::<u32>);
    let mut next = || times.next().context("a stat that is too short")?.context("a time");
    Ok(TICK * (next()? + next()?))
}

/// The resident set in bytes: as it is now, and the most it has ever been.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Resident {
    /// `VmRSS`.
    pub(crate) now: u64,
    /// `VmHWM`.
    pub(crate) peak: u64,
}

/// The resident set of a process and its living children, added up.
pub(crate) fn resident(pid: u32) -> Result<Resident> {
    let status = read(pid, "status")?;
    let field = |name| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kibibytes.map(|kibibytes| kibibytes * 1024).with_context(|| format!("no {name}"))
    };
    let own = Resident { now: field("VmRSS:")?, peak: field("VmHWM:")? };
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    let children = children.unwrap_or_default();
    let children = children.split_whitespace().filter_map(|child| child.parse().ok());
    children.map(resident).try_fold(own, |sum, child| {
        let child = child?;
        Ok(Resident { now: sum.now + child.now, peak: sum.peak + child.peak })
    })
}

fn read(pid: u32, file: &str) -> Result<String> {
    let path = format!("/proc/{pid}/{file}");
    fs::read_to_string(&path).with_context(|| format!("cannot read {path}: has it ended?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_times_after_any_name() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194560 190 0 0 0 250 50 0 0 20 0 1 0 5";
        assert_eq!(ticks(stat).unwrap(), Duration::from_secs(3));
        assert!(ticks("7 (a) S 1").is_err());
    }

    #[test]
    fn sees_itself() {
        let resident = resident(std::process::id()).unwrap();
        assert!(resident.now > 0 && resident.peak >= resident.now);
        cpu_time(std::process::id()).unwrap();
    }
}
