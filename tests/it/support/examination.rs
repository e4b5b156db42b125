//! What `tintype doctor` says, read as tests ask for it.

use serde_json::Value;

use super::process::{Ended, Site};

/// How an examination ended, and its report.
pub(crate) struct Report {
    pub(crate) ended: Ended,
    rows: Vec<Value>,
}

impl Report {
    /// Examines a site.
    pub(crate) async fn of(site: &Site) -> Self {
        Self::with(site, &[]).await
    }

    /// The same with further flags.
    pub(crate) async fn with(site: &Site, flags: &[&str]) -> Self {
        let ended = site.run(&[&["doctor", "--json"], flags].concat()).await;
        let report: Value =
            serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("no report: {ended}"));
        let rows = report["rows"].as_array().unwrap().clone();
        Self { ended, rows }
    }

    /// A cell of a row; empty where there is nothing in it.
    pub(crate) fn cell(&self, step: &str, cell: &str) -> &str {
        let row = self.rows.iter().find(|row| row["step"] == step);
        let row = row.unwrap_or_else(|| panic!("no row {step} in {}", self.ended));
        row[cell].as_str().unwrap_or_default()
    }

    /// The steps with this verdict.
    pub(crate) fn steps(&self, verdict: &str) -> Vec<&str> {
        let rows = self.rows.iter().filter(|row| row["verdict"] == verdict);
        rows.map(|row| row["step"].as_str().unwrap()).collect()
    }

    /// Asserts that one step is broken, that the service cannot work, and that the row says so with
    /// these words in what it got, what that means and what to do.
    #[track_caller]
    pub(crate) fn is_broken(&self, step: &str, words: [&str; 3]) {
        assert_eq!(self.steps("broken"), [step], "{}", self.ended);
        assert_eq!(self.ended.code, Some(1), "{}", self.ended);
        self.says(step, words);
    }

    /// Asserts that the service works.
    #[track_caller]
    pub(crate) fn works(&self) {
        assert_eq!(self.steps("broken"), [""; 0], "{}", self.ended);
        assert_ne!(self.ended.code, Some(1), "{}", self.ended);
        assert_eq!(self.cell("delete", "got"), "deleted", "{}", self.ended);
    }

    /// Asserts that these steps are warned of and that nothing is broken.
    #[track_caller]
    pub(crate) fn warns_of(&self, steps: &[&str]) {
        assert_eq!(self.steps("broken"), [""; 0], "{}", self.ended);
        assert_eq!(self.steps("warning"), steps, "{}", self.ended);
        let code = if steps.is_empty() { 0 } else { 2 };
        assert_eq!(self.ended.code, Some(code), "{}", self.ended);
    }

    /// Asserts what a row says in what it got, what that means and what to do.
    #[track_caller]
    pub(crate) fn says(&self, step: &str, words: [&str; 3]) {
        for (cell, word) in ["got", "meaning", "fix"].into_iter().zip(words) {
            let text = self.cell(step, cell);
            assert!(text.contains(word), "{word:?} is not in {cell} of {step}: {}", self.ended);
        }
    }
}
