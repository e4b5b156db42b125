//! An S3 service, and everything that is asked of it.

use super::ground::Ground;
use super::trial::Trial;
use super::{keeping, privilege, proof, roots, rows};
use crate::app;
use crate::bucket::{Bucket, BucketName, ConnectError, Inquiry, Prefix, Question, S3Settings};
use crate::catalog::Catalog;
use crate::doctor::diagnosis::{Facts, Seen, recognise};
use crate::doctor::{Row, Scope, Step};
use crate::reconcile::SweepRule;

/// An S3 service, with the service's own credentials.
#[derive(Debug)]
pub(super) struct Service {
    /// What is known of the set-up.
    pub(super) facts: Facts,
    /// Asks what images never need.
    pub(super) inquiry: Inquiry,
    settings: S3Settings,
    bucket: Bucket,
    sweep: SweepRule,
}

impl Service {
    /// Finds credentials, region and endpoint, and asks nothing yet.
    pub(super) async fn open(
        (bucket, prefix): (&BucketName, &Prefix),
        settings: &app::Settings,
    ) -> Result<Self, ConnectError> {
        let (s3, limits) = (&settings.bucket.s3, settings.bucket.limits);
        let inquiry = Inquiry::open(s3, limits).await?;
        let facts = Facts::new((bucket, prefix), s3, inquiry.access());
        let bucket = Bucket::connect(&settings.bucket).await?;
        Ok(Self { facts, inquiry, settings: s3.clone(), bucket, sweep: settings.sweep })
    }

    /// All rows but those that a broken one keeps from being found out.
    pub(super) async fn examine(mut self, scope: &Scope, catalog: Option<&Catalog>) -> Vec<Row> {
        let trial = self.try_it(catalog).await;
        let server = trial.put.answer().and_then(|answer| answer.server.as_deref());
        self.facts.recognise(&self.settings, server);
        self.judge(&trial, scope).await
    }

    /// What fails for a reason of its own says nothing of the steps after it.
    async fn try_it(&self, catalog: Option<&Catalog>) -> Trial {
        let goes_on = |put: &Seen| {
            let cause = recognise(Step::Put, put, &self.facts);
            cause.is_none_or(|cause| cause.root().is_none())
        };
        Trial::run(&self.bucket, catalog, self.sweep, goes_on).await
    }

    async fn judge(&mut self, trial: &Trial, scope: &Scope) -> Vec<Row> {
        let facts = &self.facts;
        let cause = match recognise(Step::Put, &trial.put, facts) {
            Some(cause) => Some(proof::better(self, cause).await),
            None => None,
        };
        let root = cause.as_ref().and_then(|cause| Some((cause.root()?, cause)));
        let mut rows = roots::examine(self, trial, root).await;
        if root.is_some() {
            rows.extend(rows::of_loose_end(trial));
            return rows;
        }
        let Scope::Full { other_bucket } = scope else {
            rows.extend(rows::of_trial(trial, Ground::Service(facts)));
            return rows;
        };
        // First, since what it says decides where the other rows send the reader for a key.
        let iam = privilege::iam(self).await;
        self.facts.speaks_iam = self.facts.may_speak_iam() && iam.is_proved;
        rows.extend(rows::of_trial(trial, Ground::Service(&self.facts)));
        rows.extend(privilege::examine(self, iam, other_bucket.as_ref()).await);
        rows.extend(keeping::examine(self, trial).await);
        rows
    }

    /// Asks one question.
    pub(super) async fn ask(&self, question: &Question<'_>) -> Seen {
        Seen::answered(self.inquiry.ask(question).await)
    }

    /// Asks for one of the bucket's settings.
    pub(super) async fn ask_for(&self, setting: &str) -> Seen {
        self.ask(&Question::of_bucket(&self.facts.bucket, setting)).await
    }
}
