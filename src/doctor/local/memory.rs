//! The memory that the process may have, against the memory that it promises to stay within.

use std::path::Path;

use super::limits::{Kernel, Limit, Source};
use crate::doctor::{Advice, Row, Step};
use crate::memory::{BESIDE_THE_BUDGET, Settings};

const MEBIBYTE: u64 = 1 << 20;

/// Examines the limits of this process.
pub(super) fn examine(settings: &Settings) -> Row {
    let kernel = Kernel { proc: Path::new("/proc"), groups: Path::new("/sys/fs/cgroup") };
    judge(settings, &kernel.limits())
}

/// The service works below what it promises to stay within, until there is much to do, so a limit
/// there is a warning.
fn judge(settings: &Settings, limits: &[Limit]) -> Row {
    let needed = settings.budget.saturating_add(BESIDE_THE_BUDGET);
    let row = Row::of(Step::Memory, format!("room for {}", told(needed)));
    let slows = |limit: &Limit| matches!(limit.source, Source::Slows(_));
    // What ends the process is told before what slows it down.
    let short = limits.iter().filter(|limit| limit.bytes < needed);
    if let Some(limit) = short.min_by_key(|limit| (slows(limit), limit.bytes)) {
        return row.warning(told(limit.bytes), advice(settings, needed, limit));
    }
    match limits.iter().min_by_key(|limit| limit.bytes) {
        Some(Limit { bytes, source: Source::Machine }) => {
            row.good(format!("the machine's {}", told(*bytes)))
        }
        Some(limit) => row.good(told(limit.bytes)),
        None => row.good("no limit"),
    }
}

fn advice(settings: &Settings, needed: u64, limit: &Limit) -> Advice {
    let (allowed, needed) = (told(limit.bytes), told(needed));
    let (who, then, raise) = match &limit.source {
        Source::Kills(file) => {
            let raise = format!("raise the limit to {needed}");
            (file.display().to_string(), "killed", raise)
        }
        Source::Slows(file) => {
            let raise = format!("raise the limit to {needed}");
            (file.display().to_string(), "slowed down", raise)
        }
        Source::AddressSpace => {
            let raise = "raise `ulimit -v`, or LimitAS= of the systemd unit".to_owned();
            ("`ulimit -v`".to_owned(), "ended", raise)
        }
        Source::Machine => {
            let raise = format!("take a machine with more than {needed}");
            ("The machine".to_owned(), "killed", raise)
        }
    };
    let meaning = format!(
        "{who} allows {allowed}. The service may take its budget and 64 MiB under load, and would \
         be {then}."
    );
    Advice::new(meaning, format!("{raise}{}", or_lower(settings, limit)))
}

/// The budget that fits under the limit, where one does, and what fits into it.
fn or_lower(settings: &Settings, limit: &Limit) -> String {
    let budget = limit.bytes.saturating_sub(BESIDE_THE_BUDGET) / MEBIBYTE * MEBIBYTE;
    let largest = Settings { budget, ..*settings }.largest();
    if largest < MEBIBYTE {
        return String::new();
    }
    let (flag, largest) = (budget / MEBIBYTE, told(largest));
    format!(", or lower the budget: --memory-budget={flag}MiB, for images of at most {largest}")
}

/// In whole mebibytes, downwards.
fn told(bytes: u64) -> String {
    format!("{} MiB", bytes / MEBIBYTE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;

    fn row(limits: &[(u64, Source)]) -> Row {
        let limits = limits.iter().cloned();
        let limits = limits.map(|(mebibytes, source)| Limit { bytes: mebibytes << 20, source });
        judge(&Settings::default(), &limits.collect::<Vec<_>>())
    }

    fn kills() -> Source {
        Source::Kills("/g/memory.max".into())
    }

    fn slows() -> Source {
        Source::Slows("/g/memory.high".into())
    }

    #[test]
    fn room_for_the_budget_and_what_is_beside_it_is_good() {
        let table: [(&[(u64, Source)], &str); 4] = [
            (&[], "no limit"),
            (&[(4096, Source::Machine)], "the machine's 4096 MiB"),
            (&[(4096, Source::Machine), (320, kills())], "320 MiB"),
            (&[(512, kills()), (320, slows())], "320 MiB"),
        ];
        for (limits, got) in table {
            let row = row(limits);
            assert_eq!((row.verdict, row.got.as_str()), (Verdict::Good, got));
            assert_eq!(row.expected, "room for 320 MiB");
        }
    }

    #[test]
    fn less_is_a_warning_that_names_the_limit_and_both_ways_out() {
        let row = row(&[(4096, Source::Machine), (319, kills()), (100, slows())]);
        assert_eq!((row.verdict, row.got.as_str()), (Verdict::Warning, "319 MiB"));
        assert!(row.meaning.unwrap().starts_with("/g/memory.max allows 319 MiB."));
        let fix = "raise the limit to 320 MiB, or lower the budget: \
                   --memory-budget=255MiB, for images of at most 116 MiB";
        assert_eq!(row.fix.as_deref(), Some(fix));
    }

    #[test]
    fn what_happens_depends_on_the_limit() {
        let table = [
            (100, kills(), "killed"),
            (100, slows(), "slowed"),
            (100, Source::AddressSpace, "ended"),
            (100, Source::Machine, "killed"),
        ];
        for (mebibytes, source, word) in table {
            let row = row(&[(mebibytes, source)]);
            assert_eq!(row.verdict, Verdict::Warning);
            assert!(row.meaning.unwrap().contains(word));
            // No budget fits beside so many connections.
            assert!(!row.fix.unwrap().contains("--memory-budget"));
        }
    }
}
