//! Looks at a bucket and changes nothing.

use http::Method;

use super::change::BucketChange;
use super::error::BucketSetupError;
use super::lifecycle::Lifecycle;
use super::state::{BucketState, Finding};
use super::tls::BucketPolicy;
use super::wire::{Desk, PUBLIC_ACCESS_BLOCKS, Reading};
use crate::bucket::{Answer, BucketName, Inquiry, Question, element};
use crate::iam::policy::Partition;

/// What the bucket is like.
///
/// # Errors
/// It belongs to somebody else or may not be looked at, or the service does not answer.
pub(crate) async fn look(
    inquiry: &Inquiry,
    bucket: &BucketName,
) -> Result<BucketState, BucketSetupError> {
    let desk = Desk { inquiry, bucket };
    let exists = desk.exists().await?;
    let mut settings = Vec::new();
    for change in BucketChange::SETTINGS {
        let finding = if exists { desk.look_at(change).await? } else { Finding::Missing };
        let locks_out = change == BucketChange::RequireTls && desk.is_plain();
        let is_left = locks_out && finding == Finding::Missing;
        settings.push((change, if is_left { Finding::PlainHttp } else { finding }));
    }
    Ok(BucketState { exists, settings })
}

/// What is known of a bucket without the right to look into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Whereabouts {
    /// It is there, in this region where the service tells.
    There(Option<String>),
    /// It is not.
    Nowhere,
}

/// Where a bucket is. Amazon tells it to everybody, also with a refusal; a service that does not
/// answer is taken to have it, since it is asked for convenience alone.
pub(crate) async fn whereabouts(inquiry: &Inquiry, bucket: &BucketName) -> Whereabouts {
    match (Desk { inquiry, bucket }).head().await {
        Ok(answer) if answer.status == 404 => Whereabouts::Nowhere,
        Ok(answer) => Whereabouts::There(answer.region),
        Err(_) => Whereabouts::There(None),
    }
}

impl Desk<'_> {
    async fn head(self) -> Result<Answer, BucketSetupError> {
        let question = Question { method: Method::HEAD, ..Question::of_bucket(self.bucket, "") };
        self.ask(&question).await
    }

    /// Whether requests go to the service without TLS.
    fn is_plain(self) -> bool {
        self.inquiry.access().endpoint.as_ref().is_some_and(|endpoint| !endpoint.is_encrypted())
    }

    async fn exists(self) -> Result<bool, BucketSetupError> {
        let answer = self.head().await?;
        match answer.status {
            200 => Ok(true),
            404 => Ok(false),
            403 => Err(BucketSetupError::Closed(self.bucket.clone())),
            _ => Err(self.failure(&answer, "s3:ListBucket", "s3:HeadBucket")),
        }
    }

    async fn look_at(self, change: BucketChange) -> Result<Finding, BucketSetupError> {
        let Some(answer) = self.setting(change).await? else { return Ok(Finding::Unsupported) };
        Ok(match change {
            // That there is a bucket was seen.
            BucketChange::Create => Finding::Good,
            BucketChange::BlockPublicAccess if answer.body.is_empty() => {
                self.may_be_closed().await?
            }
            BucketChange::BlockPublicAccess => public_access(&answer.body),
            BucketChange::Encrypt => encryption(&answer.body),
            BucketChange::RequireTls => found(self.policy(&answer.body)?.requires_tls()),
            BucketChange::AbortUnfinishedUploads => {
                found(self.lifecycle(&answer.body)?.aborts_uploads())
            }
        })
    }

    /// What is set, which is an empty answer where nothing is; nothing where the service knows no
    /// such setting.
    async fn setting(self, change: BucketChange) -> Result<Option<Answer>, BucketSetupError> {
        match self.read(change).await? {
            Reading::Set(answer) => Ok(Some(answer)),
            Reading::NotSet => Ok(Some(Answer::default())),
            Reading::Unsupported => Ok(None),
            Reading::Refused(answer) => {
                let facts = change.facts();
                Err(self.failure(&answer, facts.reading, facts.call))
            }
        }
    }

    /// Whether blocking public access takes nothing from its owner.
    async fn may_be_closed(self) -> Result<Finding, BucketSetupError> {
        let policy = self.setting(BucketChange::RequireTls).await?.unwrap_or_default();
        let is_open = self.policy(&policy.body)?.is_open();
        Ok(if is_open { Finding::OpenOnPurpose } else { Finding::Missing })
    }

    /// The bucket's policy, from the text that the service gave.
    pub(super) fn policy(self, text: &str) -> Result<BucketPolicy, BucketSetupError> {
        let partition = Partition::of_region(&self.inquiry.access().region);
        BucketPolicy::read(text, self.bucket, partition)
            .map_err(|_| self.not_understood(BucketChange::RequireTls))
    }

    /// The bucket's lifecycle configuration, from the text that the service gave.
    pub(super) fn lifecycle(self, text: &str) -> Result<Lifecycle, BucketSetupError> {
        Lifecycle::read(text).map_err(|_| self.not_understood(BucketChange::AbortUnfinishedUploads))
    }

    fn not_understood(self, change: BucketChange) -> BucketSetupError {
        BucketSetupError::NotUnderstood { bucket: self.bucket.clone(), change }
    }
}

fn found(is_there: bool) -> Finding {
    if is_there { Finding::Good } else { Finding::Missing }
}

fn public_access(body: &str) -> Finding {
    let is_off = |block: &&&str| element(body, block).map(str::trim) != Some("true");
    let off: Vec<_> = PUBLIC_ACCESS_BLOCKS.iter().filter(is_off).copied().collect();
    if off.is_empty() {
        Finding::Good
    } else {
        Finding::Different(format!("a block of public access without {}", off.join(", ")))
    }
}

fn encryption(body: &str) -> Finding {
    match element(body, "SSEAlgorithm").map(str::trim) {
        Some("AES256") => Finding::Good,
        None if body.is_empty() => Finding::Missing,
        algorithm => Finding::Different(format!("encryption by {}", algorithm.unwrap_or("rules"))),
    }
}
