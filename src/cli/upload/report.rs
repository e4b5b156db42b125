//! What a run says of its files: on standard output in the order of the files, on standard error as
//! they are done, and in the end the sum and the exit code.

use std::collections::BTreeMap;
use std::path::Path;

use super::bars::Bars;
use super::outcome::Outcome;
use crate::cli::terminal::{self, Unsaid};
use crate::cli::{Exit, asking};

/// The order in which the sum is told.
const WORDS: [&str; 6] = ["uploaded", "already_there", "refused", "failed", "not_sent", "skipped"];

/// How many skipped files are named.
const NAMED: usize = 5;

/// The report of one run.
#[derive(Debug)]
pub(super) struct Report {
    is_json: bool,
    /// How many files there are.
    files: usize,
    /// The first file whose line is not out yet.
    next: usize,
    /// Lines that wait for those before them.
    lines: BTreeMap<usize, Option<String>>,
    counts: BTreeMap<&'static str, usize>,
    skipped: Vec<String>,
    exit: Exit,
    /// Why the lines since then are not out.
    unsaid: Option<Unsaid>,
}

impl Report {
    pub(super) fn of(files: usize, is_json: bool) -> Self {
        Self {
            is_json,
            files,
            next: 0,
            lines: BTreeMap::new(),
            counts: BTreeMap::new(),
            skipped: Vec::new(),
            exit: Exit::Success,
            unsaid: None,
        }
    }

    /// Takes what became of the file at this place.
    pub(super) fn take(&mut self, index: usize, path: &Path, outcome: &Outcome, bars: &Bars) {
        *self.counts.entry(outcome.word()).or_default() += 1;
        match outcome {
            Outcome::Failed(error) => self.ends_with(asking::exit(error)),
            Outcome::Skipped if self.skipped.len() < NAMED => {
                self.skipped.push(path.display().to_string());
            }
            Outcome::Uploaded(_)
            | Outcome::AlreadyThere(_)
            | Outcome::Skipped
            | Outcome::NotSent => {}
        }
        if let Some(remark) = outcome.remark(path) {
            bars.remark(&remark, matches!(outcome, Outcome::Failed(_)));
        }
        self.lines.insert(index, outcome.answer(path, self.is_json));
        self.tell_what_is_due(bars);
    }

    /// The worst that happened, in the order of the exit codes.
    fn ends_with(&mut self, exit: Exit) {
        let rank = |exit| match exit {
            Exit::Success => 0,
            Exit::Broken | Exit::Warned | Exit::Refused => 1,
            Exit::CannotRun => 2,
            Exit::Interrupted => 3,
        };
        if rank(exit) > rank(self.exit) {
            self.exit = exit;
        }
    }

    /// Whether the answers are lost: nobody learns the URLs of further images.
    pub(super) fn is_unsaid(&self) -> bool {
        self.unsaid.is_some()
    }

    pub(super) fn is_interrupted(&self) -> bool {
        self.exit == Exit::Interrupted
    }

    /// Nothing new begins; what is on its way may arrive.
    pub(super) fn interrupt(&mut self, bars: &Bars) {
        self.ends_with(Exit::Interrupted);
        bars.remark("What is on its way is finished; Ctrl-C again stops it, too.", true);
    }

    fn tell_what_is_due(&mut self, bars: &Bars) {
        while let Some(line) = self.lines.remove(&self.next) {
            self.next += 1;
            if let Some(line) = line {
                bars.aside(|| self.say(&line));
            }
        }
    }

    /// Nothing after a line that is lost, so that what is out has no gap.
    fn say(&mut self, line: &str) {
        if self.unsaid.is_none() {
            self.unsaid = terminal::say(line).err();
        }
    }

    /// Says the sum; how the command ends.
    ///
    /// # Errors
    ///
    /// When an answer is lost.
    pub(super) fn end(mut self, bars: &Bars) -> Result<Exit, Unsaid> {
        bars.clear();
        // Files that a second Ctrl-C left without an outcome.
        for line in std::mem::take(&mut self.lines).into_values().flatten() {
            self.say(&line);
        }
        let told: usize = self.counts.values().sum();
        *self.counts.entry("not_sent").or_default() += self.files - told;
        if !self.skipped.is_empty() {
            terminal::complain(&terminal::plain(&self.skipped_line()));
        }
        terminal::complain(&self.sum());
        self.unsaid.map_or(Ok(self.exit), Err)
    }

    fn count(&self, word: &str) -> usize {
        self.counts.get(word).copied().unwrap_or_default()
    }

    fn skipped_line(&self) -> String {
        let more = match self.count("skipped") - self.skipped.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let named = self.skipped.join(", ");
        format!("Skipped, since the name does not end as a photo's does: {named}{more}")
    }

    fn sum(&self) -> String {
        let counted = WORDS.iter().filter(|word| self.count(word) > 0);
        let parts: Vec<_> = counted
            .map(|word| format!("{} {}", self.count(word), word.replace('_', " ")))
            .collect();
        let sum = if parts.is_empty() { "no photos found".to_owned() } else { parts.join(", ") };
        match self.exit {
            Exit::Interrupted => format!("Interrupted: {sum}. The same command goes on with it."),
            Exit::Success | Exit::Broken | Exit::Warned | Exit::Refused | Exit::CannotRun => {
                format!("{sum}.")
            }
        }
    }
}
