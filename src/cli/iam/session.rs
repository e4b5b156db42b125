//! An administrator at work: the account, who asks, and the bucket's service.

use clap::ArgMatches;
use http::Method;

use super::super::Failure;
use crate::bucket::{self, Inquiry, Limits, Location, Question, S3Settings};
use crate::iam::policy::Partition;
use crate::iam::{
    AccessKeyId, Account, Caller, Destination, Goal, IamError, Subject, Target, UserName, Work,
};
use crate::{clock, config};

/// The account and the bucket's service.
pub(super) struct Session {
    account: Account,
    caller: Option<Caller>,
    pub(super) inquiry: Inquiry,
    s3: S3Settings,
}

/// What is wanted in the account, and by whom it will be used.
pub(super) struct Task {
    pub(super) subject: Subject,
    pub(super) service: bucket::Settings,
    pub(super) goal: Goal,
}

/// What is known of a bucket without the right to look into it.
pub(super) enum Whereabouts {
    /// It is there, in this region where the service tells.
    There(Option<String>),
    /// It is not.
    Nowhere,
}

impl Session {
    /// Finds the administrator's credentials and asks whose they are.
    pub(super) async fn open(matches: &ArgMatches) -> Result<Self, Failure> {
        let administrator = config::administrator(matches)?;
        let account = Account::open(&administrator.account).await?;
        let s3 = administrator.s3;
        let inquiry = Inquiry::open(&s3, Limits::default()).await?;
        let caller = account.caller().await?;
        Ok(Self { account, caller, inquiry, s3 })
    }

    /// Where the bucket is. Amazon tells it to everybody, also with a refusal.
    pub(super) async fn whereabouts(&self, target: &Target) -> Whereabouts {
        let question = Question { method: Method::HEAD, ..Question::of_bucket(&target.bucket, "") };
        match self.inquiry.ask(&question).await {
            Ok(answer) if answer.status == 404 => Whereabouts::Nowhere,
            Ok(answer) => Whereabouts::There(answer.region),
            // It is asked for convenience alone.
            Err(_) => Whereabouts::There(None),
        }
    }

    /// The region that requests to the bucket's service are signed for, unless the bucket has
    /// another.
    pub(super) fn region(&self) -> &str {
        &self.inquiry.access().region
    }

    /// The part of AWS that the account is in.
    pub(super) fn partition(&self) -> Partition {
        let of_account = self.caller.as_ref().and_then(Caller::partition);
        of_account.unwrap_or_else(|| Partition::of_region(self.region()))
    }

    /// How the service will reach its bucket, but for its key.
    pub(super) fn service(&self, target: &Target, region: &str) -> bucket::Settings {
        let (bucket, prefix) = (target.bucket.clone(), target.prefix.clone());
        let s3 = S3Settings {
            endpoint: self.inquiry.access().endpoint.clone(),
            region: Some(region.to_owned()),
            ..self.s3.clone()
        };
        bucket::Settings { s3, ..bucket::Settings::new(Location::S3 { bucket, prefix }) }
    }

    /// The user that was typed, else the one that has this key, else that of the bucket.
    pub(super) async fn user(
        &self,
        matches: &ArgMatches,
        key: Option<&AccessKeyId>,
        target: &Target,
    ) -> Result<UserName, IamError> {
        if let Some(user) = matches.get_one::<UserName>("user") {
            return Ok(user.clone());
        }
        let owner = match key {
            Some(key) => self.account.last_use(key).await?.0,
            None => None,
        };
        Ok(owner.unwrap_or_else(|| UserName::of(target)))
    }

    /// All that is needed to begin.
    pub(super) fn work<'a>(self, task: Task, destination: Destination<'a>) -> Work<'a> {
        let Self { account, caller, inquiry, .. } = self;
        let Task { subject, service, goal } = task;
        Work { account, caller, inquiry, service, subject, goal, destination, now: clock::now() }
    }
}
