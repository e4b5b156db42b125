//! `tintype doctor` and S3 services that answer as their documentation says, where the servers of
//! `tests/aws` never do: a double that looks at the request and answers what it is told to.

mod denied; // Amazon's words about rights that are missing
mod dialects; // what other services do not take
mod endpoints; // addresses where no S3 service is
mod keys; // credentials that have run out, or are not there
mod outside; // objects where none should be put
mod quiet; // what cannot begin, and what is logged
mod regions; // buckets that are elsewhere

use axum::response::Response;

use crate::support::examination::Report;
use crate::support::process::Site;
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

    async fn report_with(&self, flags: &[&str]) -> Report {
        let report = Report::with(&self.site, flags).await;
        assert!(!report.ended.to_string().contains("the-secret"), "{}", report.ended);
        report
    }

    async fn report(&self) -> Report {
        self.report_with(&[]).await
    }
}
