//! `tintype doctor` and S3 services that answer as their documentation says, where the servers of
//! `tests/aws` never do: a double that looks at the request and answers what it is told to.

mod denied; // Amazon's words about rights that are missing
mod dialects; // what other services do not take
mod endpoints; // addresses where no S3 service is
mod keys; // credentials that have run out, or are not there
mod outside; // objects where none should be put
mod regions; // buckets that are elsewhere

use axum::response::Response;
use serde_json::Value;

use crate::support::process::{Ended, Site};
use crate::support::s3_double::{S3Double, SeenRequest};

/// A double and a set-up that uses it.
struct Visit {
    double: S3Double,
    site: Site,
}

impl Visit {
    async fn begin() -> Self {
        let double = S3Double::start().await;
        let mut site = Site::embedded();
        site.set("AWS_ENDPOINT_URL", &double.endpoint());
        site.set("AWS_ACCESS_KEY_ID", "AKIDOUBLE").set("AWS_SECRET_ACCESS_KEY", "the-secret");
        site.set("AWS_REGION", "us-east-1").set("TINTYPE_BUCKET", "s3://pics");
        Self { double, site }
    }

    /// A visit of a double that answers with `rule` what that has an answer for.
    async fn with(rule: impl Fn(&SeenRequest) -> Option<Response> + Send + Sync + 'static) -> Self {
        let visit = Self::begin().await;
        visit.double.rule(rule);
        visit
    }

    async fn report(&self) -> Report {
        Report::of(&self.site, &[]).await
    }
}

/// How an examination ended, and what it says.
struct Report {
    ended: Ended,
    rows: Vec<Value>,
}

impl Report {
    async fn of(site: &Site, flags: &[&str]) -> Self {
        let ended = site.run(&[&["doctor", "--json"], flags].concat()).await;
        let report = serde_json::from_str::<Value>(&ended.stdout);
        let report = report.unwrap_or_else(|_| panic!("no report: {ended}"));
        assert!(!ended.to_string().contains("the-secret"), "{ended}");
        let rows = report["rows"].as_array().unwrap().clone();
        Self { ended, rows }
    }

    #[track_caller]
    fn cell(&self, step: &str, cell: &str) -> &str {
        let row = self.rows.iter().find(|row| row["step"] == step);
        row.unwrap_or_else(|| panic!("no {step}: {}", self.ended))[cell].as_str().unwrap_or("")
    }

    fn steps(&self, verdict: &str) -> Vec<&str> {
        let rows = self.rows.iter().filter(|row| row["verdict"] == verdict);
        rows.map(|row| row["step"].as_str().unwrap()).collect()
    }

    /// Asserts that one step keeps the service from working, with these words in what it got, what
    /// that means and what to do.
    #[track_caller]
    fn is_broken(&self, step: &str, words: [&str; 3]) {
        assert_eq!(self.steps("broken"), [step], "{}", self.ended);
        assert_eq!(self.ended.code, Some(1), "{}", self.ended);
        self.says(step, words);
    }

    #[track_caller]
    fn says(&self, step: &str, words: [&str; 3]) {
        for (cell, word) in ["got", "meaning", "fix"].into_iter().zip(words) {
            let text = self.cell(step, cell);
            assert!(text.contains(word), "{word:?} is not in {cell} of {step}: {}", self.ended);
        }
    }

    /// Asserts that the service works.
    #[track_caller]
    fn works(&self) {
        assert_eq!(self.steps("broken"), [""; 0], "{}", self.ended);
        assert_ne!(self.ended.code, Some(1), "{}", self.ended);
        assert_eq!(self.cell("delete", "got"), "deleted", "{}", self.ended);
    }
}
