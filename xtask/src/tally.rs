//! What libtest writes, read: how many tests passed, failed, were ignored or filtered out, and which
//! lines say that something was left out.

use std::ops::AddAssign;

/// The start of the line with which a test says that it did not run.
const NOT_RUN: &str = "not run:";

/// The numbers of libtest's `test result:` lines, summed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Tally {
    /// Tests that passed.
    pub(crate) passed: u64,
    /// Tests that failed.
    pub(crate) failed: u64,
    /// Tests marked `#[ignore]`.
    pub(crate) ignored: u64,
    /// Tests that a filter left out.
    pub(crate) filtered: u64,
    /// Lines that begin with `not run:`.
    pub(crate) not_run: u64,
}

impl Tally {
    /// Reads the whole output of a test run.
    ///
    /// The run must have had `--show-output`, else what a passing test says is not in it.
    pub(crate) fn of(output: &str) -> Self {
        let mut sum = Self::default();
        for line in output.lines() {
            if let Some((_, counts)) =
                line.strip_prefix("test result: ").and_then(|result| result.split_once(". "))
            {
                sum += Self::of_counts(counts);
            }
            sum.not_run += u64::from(line.starts_with(NOT_RUN));
        }
        sum
    }

    /// `3 passed; 1 failed; 0 ignored; 0 measured; 2 filtered out; finished in 0.01s`
    fn of_counts(counts: &str) -> Self {
        let count = |what: &str| {
            let part = counts.split("; ").find_map(|part| part.strip_suffix(what));
            part.and_then(|number| number.trim().parse().ok()).unwrap_or(0)
        };
        Self {
            passed: count("passed"),
            failed: count("failed"),
            ignored: count("ignored"),
            filtered: count("filtered out"),
            not_run: 0,
        }
    }

    /// What a full run must not have, in words; `None` when all is well.
    pub(crate) fn fault(self) -> Option<String> {
        let faults = [
            (self.failed, "failed"),
            (self.ignored, "ignored"),
            (self.filtered, "filtered out"),
            (self.not_run, "said `not run:`"),
        ];
        let faults = faults.into_iter().filter(|(count, _)| *count > 0);
        let faults: Vec<_> = faults.map(|(count, what)| format!("{count} {what}")).collect();
        (!faults.is_empty()).then(|| faults.join(", "))
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
        self.filtered += other.filtered;
        self.not_run += other.not_run;
    }
}

/// Which part of a test run's output the next line belongs to.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    in_successes: bool,
}

impl Progress {
    /// Whether a person who watches wants this line: not the passing tests, nor what they printed.
    pub(crate) fn is_worth_showing(&mut self, line: &str) -> bool {
        if line == "successes:" {
            self.in_successes = true;
        } else if line == "failures:" || line.starts_with("test result: ") {
            self.in_successes = false;
        }
        let passed = line.starts_with("test ") && line.ends_with(" ... ok");
        let kept = !self.in_successes || line.starts_with(NOT_RUN);
        kept && !passed && !line.is_empty()
    }
}

/// The part of an output that tells why it failed: libtest's section on failures where there is
/// one, else the end; at most `lines` lines.
pub(crate) fn telling_part(output: &str, lines: usize) -> Vec<&str> {
    let all: Vec<&str> = output.lines().collect();
    let failures = all.iter().position(|line| *line == "failures:");
    let start = failures.unwrap_or_else(|| all.len().saturating_sub(lines));
    all.into_iter().skip(start).take(lines).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
running 3 tests
test a ... ok
test b ... ok
test c ... FAILED

successes:

---- a stdout ----
not run: no server
hello

failures:

---- c stdout ----
thread 'c' panicked

test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 4 filtered out; finished in 1.00s

test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s
";

    #[test]
    fn sums_the_results() {
        let tally = Tally::of(OUTPUT);
        let expected = Tally { passed: 7, failed: 1, ignored: 1, filtered: 4, not_run: 1 };
        assert_eq!(tally, expected);
        let fault = "1 failed, 1 ignored, 4 filtered out, 1 said `not run:`";
        assert_eq!(tally.fault().as_deref(), Some(fault));
    }

    #[test]
    fn finds_no_fault_in_passing_tests() {
        assert_eq!(Tally { passed: 2, ..Tally::default() }.fault(), None);
    }

    #[test]
    fn shows_only_what_a_watcher_wants() {
        let mut progress = Progress::default();
        let shown: Vec<_> = OUTPUT.lines().filter(|line| progress.is_worth_showing(line)).collect();
        assert_eq!(shown.len(), 8, "{shown:#?}");
        assert!(!shown.contains(&"hello"));
    }

    #[test]
    fn tells_the_failures_or_the_end() {
        assert_eq!(telling_part(OUTPUT, 3), ["failures:", "", "---- c stdout ----"]);
        assert_eq!(telling_part("1\n2\n3\n", 2), ["2", "3"]);
    }
}
