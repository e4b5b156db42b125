//! An administrator at work: the account, who asks, and the bucket's service.

use clap::ArgMatches;

use super::super::Failure;
use crate::bucket::{self, Inquiry, Limits, Location, S3Settings};
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
            Some(key) => self.account.owner(key).await?,
            None => None,
        };
        Ok(owner.unwrap_or_else(|| UserName::of(target)))
    }

    /// All that is needed to begin.
    pub(super) fn work<'a>(self, task: Task, destination: Destination<'a>) -> Work<'a> {
        let Self { account, caller, inquiry, .. } = self;
        let Task { subject, service, goal } = task;
        let (now, printed, unanswered) = (clock::now(), None, None);
        Work {
            account,
            caller,
            inquiry,
            service,
            subject,
            goal,
            destination,
            now,
            printed,
            unanswered,
        }
    }
}
