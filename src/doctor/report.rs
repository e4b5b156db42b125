//! What an examination found: one row a step, and what they come to.

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

/// Everything that is examined, in the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// Every setting can be used.
    Settings,
    /// The catalog can be reached, is migrated and takes a row.
    Catalog,
    /// What this process may use of memory, against the budget.
    Memory,
    /// Who may read `.env`.
    EnvFile,
    /// An S3 service answers where one is looked for, in the way in which it is asked.
    Endpoint,
    /// This machine's clock against the service's.
    Clock,
    /// Credentials are there, whole and good.
    Credentials,
    /// The bucket is there, in the region in which it is looked for.
    Bucket,
    /// An object is put under the prefix.
    Put,
    /// It is read again.
    Get,
    /// A part of it is read.
    GetRange,
    /// It is deleted.
    Delete,
    /// The bucket is listed, which only `tintype check` needs.
    List,
    /// An object is put outside of the prefix.
    OtherPrefix,
    /// An object is put into another bucket.
    OtherBucket,
    /// The bucket's policy is read.
    BucketPolicy,
    /// IAM is asked.
    Iam,
    /// Whether a delete leaves the bytes behind.
    Versioning,
    /// Whether single objects can be another's, or open to others.
    Ownership,
    /// Whether unfinished multipart uploads are cleared away.
    Lifecycle,
}

/// What a step comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// Nothing could be learned, or there is nothing to learn: an earlier step failed, the service
    /// has no such thing, or the credentials may not look, as they should not.
    NotExamined,
    /// As it should be.
    Good,
    /// The service works, and something should be changed all the same.
    Warning,
    /// The service cannot work.
    Broken,
}

/// One step and what it found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Row {
    /// What was done.
    pub(crate) step: Step,
    /// What it comes to.
    pub(crate) verdict: Verdict,
    /// What should happen, in a few words.
    pub(crate) expected: String,
    /// What happened, in a few words.
    pub(crate) got: String,
    /// What that means, in a sentence; nothing where all is good.
    pub(crate) meaning: Option<String>,
    /// What to do about it: a command or a sentence; nothing where nothing is to be done.
    pub(crate) fix: Option<String>,
}

/// A row that is not yet decided: the step, and what should happen.
#[derive(Clone, Debug)]
pub(crate) struct Expectation {
    step: Step,
    expected: String,
}

/// What a row that is not good tells: what the finding means, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Advice {
    /// In a sentence, with the name of what is missing or wrong.
    pub(crate) meaning: String,
    /// A command or a sentence; nothing where there is nothing that the reader could do.
    pub(crate) fix: Option<String>,
}

impl Advice {
    /// A meaning with something to do about it.
    pub(crate) fn new(meaning: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { meaning: meaning.into(), fix: Some(fix.into()) }
    }

    /// A meaning alone.
    pub(crate) fn of(meaning: impl Into<String>) -> Self {
        Self { meaning: meaning.into(), fix: None }
    }
}

impl Row {
    /// Begins a row: in `step`, `expected` should happen.
    pub(crate) fn of(step: Step, expected: impl Into<String>) -> Expectation {
        Expectation { step, expected: expected.into() }
    }
}

impl Expectation {
    /// It did happen.
    pub(crate) fn good(self, got: impl Into<String>) -> Row {
        self.row(Verdict::Good, got.into(), None)
    }

    /// It did happen, and there is something to know about it.
    pub(crate) fn noted(self, got: impl Into<String>, advice: Advice) -> Row {
        self.row(Verdict::Good, got.into(), Some(advice))
    }

    /// The service works, and something should be changed.
    pub(crate) fn warning(self, got: impl Into<String>, advice: Advice) -> Row {
        self.row(Verdict::Warning, got.into(), Some(advice))
    }

    /// The service cannot work.
    pub(crate) fn broken(self, got: impl Into<String>, advice: Advice) -> Row {
        self.row(Verdict::Broken, got.into(), Some(advice))
    }

    /// Nothing was learned; `got` says why in a few words.
    pub(crate) fn not_examined(self, got: impl Into<String>) -> Row {
        self.row(Verdict::NotExamined, got.into(), None)
    }

    /// Nothing was learned, and here is how to look.
    pub(crate) fn left_open(self, got: impl Into<String>, advice: Advice) -> Row {
        self.row(Verdict::NotExamined, got.into(), Some(advice))
    }

    fn row(self, verdict: Verdict, got: String, advice: Option<Advice>) -> Row {
        let Self { step, expected } = self;
        let (meaning, fix) = advice.map_or((None, None), |it| (Some(it.meaning), it.fix));
        Row { step, verdict, expected, got, meaning, fix }
    }
}

/// All rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// In the order of the table.
    pub(crate) rows: Vec<Row>,
}

impl Report {
    /// The worst of all rows; it decides the exit code.
    pub(crate) fn verdict(&self) -> Verdict {
        self.rows.iter().map(|row| row.verdict).max().unwrap_or(Verdict::NotExamined)
    }
}

impl Serialize for Report {
    /// The names are those of version 1: what is there stays, more may come.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut report = serializer.serialize_struct("Report", 3)?;
        report.serialize_field("version", &1)?;
        report.serialize_field("verdict", &self.verdict())?;
        report.serialize_field("rows", &self.rows)?;
        report.end()
    }
}
