//! The process as the system sees it, under the names that every Prometheus client uses
//! (<https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics>). It is read from
//! Linux's `/proc` when somebody asks; elsewhere, and for what cannot be read, there are no series.

use std::fs;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;

/// Linux tells times to programs in hundredths of a second, whatever its own tick is (`USER_HZ`, in
/// time(7)).
const TICKS_A_SECOND: f64 = 100.0;

/// Reads `/proc` on each scrape.
#[derive(Debug)]
pub(super) struct Process;

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let status = read("/proc/self/status");
        let times = Times::read();
        let bytes = Some(Unit::Bytes);
        let resident = kibibytes(&status, "VmRSS:");
        let mut out = Out { encoder: &mut encoder };
        out.gauge(("process_resident_memory", bytes.as_ref()), "Resident memory", resident)?;
        let help = "The most resident memory since the start";
        let peak = kibibytes(&status, "VmHWM:");
        out.gauge(("process_resident_memory_peak", bytes.as_ref()), help, peak)?;
        let seconds = Some(Unit::Seconds);
        if let Some(Times { cpu, start }) = times {
            out.cpu_seconds(cpu)?;
            let help = "When the process started, since 1970";
            out.gauge(("process_start_time", seconds.as_ref()), help, Some(start))?;
        }
        out.gauge(("process_open_fds", None), "Open file descriptors", open_files())?;
        let help = "The most file descriptors that may be open";
        out.gauge(("process_max_fds", None), help, most_open_files())
    }
}

struct Out<'a, 'b> {
    encoder: &'a mut DescriptorEncoder<'b>,
}

impl Out<'_, '_> {
    fn gauge(
        &mut self,
        (name, unit): (&str, Option<&Unit>),
        help: &str,
        value: Option<f64>,
    ) -> Result<(), std::fmt::Error> {
        let Some(value) = value else { return Ok(()) };
        let gauge = ConstGauge::new(value);
        let help = format!("{help}.");
        gauge.encode(self.encoder.encode_descriptor(name, &help, unit, gauge.metric_type())?)
    }

    fn cpu_seconds(&mut self, seconds: f64) -> Result<(), std::fmt::Error> {
        let counter = ConstCounter::new(seconds);
        let kind = counter.metric_type();
        let help = "CPU time in the process and in the kernel for it.";
        let unit = Some(&Unit::Seconds);
        counter.encode(self.encoder.encode_descriptor("process_cpu", help, unit, kind)?)
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// A value such as that of `VmRSS:      1234 kB`, in bytes.
fn kibibytes(status: &str, name: &str) -> Option<f64> {
    let rest = status.lines().find_map(|line| line.strip_prefix(name))?;
    rest.trim().strip_suffix("kB")?.trim().parse::<f64>().ok().map(|kibibytes| kibibytes * 1024.0)
}

/// Seconds of CPU time, and the start in seconds since 1970.
struct Times {
    cpu: f64,
    start: f64,
}

impl Times {
    fn read() -> Option<Self> {
        let boot = read("/proc/stat").lines().find_map(|line| line.strip_prefix("btime "))?.parse();
        Self::of(&read("/proc/self/stat"), boot.ok()?)
    }

    /// `proc_pid_stat(5)`: of the fields after the command, which may hold spaces, the 12th and 13th
    /// are the times of the process and of the kernel for it, the 20th is the start since `boot`.
    fn of(stat: &str, boot: f64) -> Option<Self> {
        let (_, fields) = stat.rsplit_once(") ")?;
        let fields: Vec<&str> = fields.split(' ').collect();
        let seconds = |at: usize| Some(fields.get(at)?.parse::<f64>().ok()? / TICKS_A_SECOND);
        Some(Self { cpu: seconds(11)? + seconds(12)?, start: boot + seconds(19)? })
    }
}

fn open_files() -> Option<f64> {
    // The directory that is being read is open too.
    let open = fs::read_dir("/proc/self/fd").ok()?.count().saturating_sub(1);
    Some(open as f64)
}

fn most_open_files() -> Option<f64> {
    let limits = read("/proc/self/limits");
    let rest = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    rest.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_behind_a_name_with_spaces() {
        let stat = "7 (a b) c) S 1 2 3 4 5 6 7 8 9 10 250 50 13 14 15 16 1 18 1000 20";
        let times = Times::of(stat, 5.0).unwrap();
        assert_eq!((times.cpu, times.start), (3.0, 15.0));
    }

    #[test]
    fn a_size_is_told_in_bytes() {
        assert_eq!(kibibytes("Name:\ta\nVmRSS:\t    12 kB\n", "VmRSS:"), Some(12288.0));
        assert_eq!(kibibytes("Name:\ta\n", "VmRSS:"), None);
    }
}
