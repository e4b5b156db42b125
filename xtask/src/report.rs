//! What a run came to: one row for each step, the telling end of what failed, and the sum that
//! decides.

use std::time::{Duration, Instant};

use crate::run::Finished;
use crate::tally::{Tally, telling_part};

/// How many lines of a failed step's output the report repeats.
const TAIL_LINES: usize = 120;

/// What became of one step.
#[derive(Clone, Debug, PartialEq)]
enum Verdict {
    /// It found nothing wrong; the words say what it looked at, where that is not plain.
    Passed(String),
    /// It found something, or could not be done.
    Failed(String),
    /// It could not be done here, and a person may go on without it.
    NotChecked(String),
}

/// One row of the report.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The step's name.
    step: String,
    /// Its tests, where it has any.
    tests: Option<Tally>,
    /// What became of it.
    verdict: Verdict,
    /// How long it took.
    took: Duration,
    /// The end of its output and where all of it is, for a failed step.
    evidence: Option<String>,
}

impl Outcome {
    /// Whether the step found something, or could not be done.
    pub(crate) fn is_failure(&self) -> bool {
        matches!(self.verdict, Verdict::Failed(_))
    }
}

/// A step that has begun; each of its ends makes the row.
#[derive(Debug)]
pub(crate) struct Begun {
    step: String,
    at: Instant,
}

impl Begun {
    /// Starts the clock of a step.
    pub(crate) fn step(step: impl Into<String>) -> Self {
        Self { step: step.into(), at: Instant::now() }
    }

    /// It found nothing wrong.
    pub(crate) fn passed(self, note: impl Into<String>) -> Outcome {
        self.end(Verdict::Passed(note.into()))
    }

    /// It could not be done.
    pub(crate) fn failed(self, reason: impl Into<String>) -> Outcome {
        self.end(Verdict::Failed(reason.into()))
    }

    /// It could not be done here, which may be right.
    pub(crate) fn not_checked(self, reason: impl Into<String>) -> Outcome {
        self.end(Verdict::NotChecked(reason.into()))
    }

    /// It was one command without tests.
    pub(crate) fn command(self, finished: &Finished) -> Outcome {
        if finished.succeeded() {
            self.passed("")
        } else {
            Outcome { evidence: Some(evidence(finished)), ..self.failed(finished.reason()) }
        }
    }

    /// It was a test run; `fault` is what else was wrong.
    pub(crate) fn tests(self, finished: &Finished, tests: Tally, fault: Option<String>) -> Outcome {
        let exit = || (!finished.succeeded()).then(|| finished.reason());
        let outcome = match tests.fault().or_else(exit).or(fault) {
            None => self.passed(""),
            Some(fault) => Outcome { evidence: Some(evidence(finished)), ..self.failed(fault) },
        };
        Outcome { tests: Some(tests), ..outcome }
    }

    fn end(self, verdict: Verdict) -> Outcome {
        Outcome { step: self.step, tests: None, verdict, took: self.at.elapsed(), evidence: None }
    }
}

/// The telling part of what a command wrote, and where all of it is.
fn evidence(finished: &Finished) -> String {
    let part = telling_part(&finished.output, TAIL_LINES).join("\n    ");
    format!("{part}\n  all of it: {}", finished.log.display())
}

/// The rows so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    outcomes: Vec<Outcome>,
}

impl Report {
    /// Adds a row and says at once how the step went.
    pub(crate) fn add(&mut self, outcome: Outcome) {
        println!("  {}", row(&outcome));
        self.outcomes.push(outcome);
    }

    /// Whether the step of this name failed.
    pub(crate) fn has_failed(&self, step: &str) -> bool {
        let mut failed = self.outcomes.iter().filter(|outcome| outcome.is_failure());
        failed.any(|outcome| outcome.step == step)
    }

    /// Prints the evidence, the table and the sum; whether nothing failed.
    ///
    /// In the sum a step without tests counts as one, so that `0 failed` means what it says.
    pub(crate) fn finish(&self, narrowed: Option<&str>) -> bool {
        for outcome in &self.outcomes {
            if let Some(evidence) = &outcome.evidence {
                println!("\n-- {} failed --\n    {evidence}", outcome.step);
            }
        }
        println!("\n-- summary --");
        self.outcomes.iter().for_each(|outcome| println!("{}", row(outcome)));
        for outcome in &self.outcomes {
            if let Verdict::NotChecked(reason) = &outcome.verdict {
                println!("{}: NOT CHECKED ({reason})", outcome.step);
            }
        }
        if let Some(narrowed) = narrowed {
            println!("this was a NARROWED run: {narrowed}");
        }
        let (passed, failed) = self.sum();
        println!("{passed} passed, {failed} failed");
        failed == 0
    }

    fn sum(&self) -> (u64, u64) {
        let (mut passed, mut failed) = (0, 0);
        for outcome in &self.outcomes {
            let tests = outcome.tests.unwrap_or_default();
            passed += tests.passed;
            failed += tests.failed;
            match outcome.verdict {
                Verdict::Failed(_) => failed += u64::from(tests.failed == 0),
                Verdict::Passed(_) => passed += u64::from(outcome.tests.is_none()),
                Verdict::NotChecked(_) => {}
            }
        }
        (passed, failed)
    }
}

fn row(outcome: &Outcome) -> String {
    let (word, note) = match &outcome.verdict {
        Verdict::Passed(note) => ("passed", note),
        Verdict::Failed(note) => ("FAILED", note),
        Verdict::NotChecked(note) => ("NOT CHECKED", note),
    };
    let tests = outcome.tests.map(|tests| {
        format!("{} passed, {} failed, {} ignored", tests.passed, tests.failed, tests.ignored)
    });
    let words: Vec<_> = tests.iter().chain((!note.is_empty()).then_some(note)).collect();
    let words = words.iter().map(|word| word.as_str()).collect::<Vec<_>>().join("; ");
    let (step, seconds) = (&outcome.step, outcome.took.as_secs_f64());
    format!("{step:<22} {word:<11} {seconds:>7.1} s  {words}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(tests: Option<Tally>, verdict: Verdict) -> Outcome {
        Outcome { step: "x".to_owned(), tests, verdict, took: Duration::ZERO, evidence: None }
    }

    #[test]
    fn a_failure_without_a_failed_test_still_counts() {
        let tests = Tally { passed: 5, ..Tally::default() };
        let mut report = Report::default();
        report.add(outcome(Some(tests), Verdict::Failed("1 ignored".to_owned())));
        report.add(outcome(None, Verdict::Passed(String::new())));
        report.add(outcome(None, Verdict::NotChecked("no network".to_owned())));
        assert_eq!(report.sum(), (6, 1));
        assert!(report.has_failed("x"));
        assert!(!report.finish(None));
    }
}
