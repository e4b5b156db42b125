//! Makes one change of a bucket. The policy and the lifecycle configuration are read again just
//! before, so that what somebody else adds meanwhile has no more than an instant to get lost in.

use std::time::Duration;

use tokio::time::sleep;

use super::change::BucketChange;
use super::error::BucketSetupError;
use super::wire::{self, Desk, Reading};
use crate::bucket::{Answer, BucketName, Inquiry, SMALLEST_MOVED};

/// How often a change is tried that is refused for the moment. With the pauses between, each twice
/// as long as the one before, the last try comes after 6.2 s: a bucket that was just made is
/// known everywhere by then.
const TRIES: u32 = 6;

/// The pause after the first try.
const PAUSE: Duration = Duration::from_millis(200);

/// What came of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Applied {
    /// It was made.
    Changed,
    /// It had been made meanwhile.
    Already,
    /// The service knows no such call; the other changes can be made all the same.
    Unsupported,
}

/// Makes one change.
///
/// # Errors
/// Why it was not made. Making it again does no harm.
pub(crate) async fn apply(
    inquiry: &Inquiry,
    bucket: &BucketName,
    change: BucketChange,
) -> Result<Applied, BucketSetupError> {
    let desk = Desk { inquiry, bucket };
    let mut pause = PAUSE;
    for _ in 1..TRIES {
        match desk.attempt(change).await? {
            Attempt::Refused(answer) if is_momentary(&answer) => sleep(pause).await,
            attempt @ (Attempt::Ended(_) | Attempt::Refused(_)) => {
                return desk.outcome(attempt, change);
            }
        }
        pause *= 2;
    }
    desk.outcome(desk.attempt(change).await?, change)
}

/// How one try went.
enum Attempt {
    Ended(Applied),
    Refused(Answer),
}

impl Desk<'_> {
    async fn attempt(self, change: BucketChange) -> Result<Attempt, BucketSetupError> {
        let set = match change {
            BucketChange::Create | BucketChange::BlockPublicAccess | BucketChange::Encrypt => {
                Answer::default()
            }
            BucketChange::RequireTls | BucketChange::AbortUnfinishedUploads => {
                match self.read(change).await? {
                    Reading::Set(answer) => answer,
                    Reading::NotSet => Answer::default(),
                    Reading::Unsupported => return Ok(Attempt::Ended(Applied::Unsupported)),
                    Reading::Refused(answer) => return Ok(Attempt::Refused(answer)),
                }
            }
        };
        let Some(body) = self.body(change, &set.body)? else {
            return Ok(Attempt::Ended(Applied::Already));
        };
        // Without it the configuration that is written would set it back.
        let smallest = set.smallest_moved.as_deref().map(|value| (SMALLEST_MOVED, value));
        Ok(self.judge(self.write(change, body, smallest.as_slice()).await?))
    }

    /// The body of the request, after what is set; nothing where that is enough.
    fn body(self, change: BucketChange, set: &str) -> Result<Option<String>, BucketSetupError> {
        Ok(match change {
            BucketChange::Create => Some(wire::location(&self.inquiry.access().region)),
            BucketChange::BlockPublicAccess => Some(wire::public_access_block()),
            BucketChange::Encrypt => Some(wire::encryption()),
            BucketChange::RequireTls => {
                let policy = self.policy(set)?;
                (!policy.requires_tls()).then(|| policy.with_statement())
            }
            BucketChange::AbortUnfinishedUploads => {
                let lifecycle = self.lifecycle(set)?;
                (!lifecycle.aborts_uploads()).then(|| lifecycle.with_rule())
            }
        })
    }

    fn judge(self, answer: Answer) -> Attempt {
        if answer.is_success() {
            Attempt::Ended(Applied::Changed)
        } else if answer.code.as_deref() == Some("BucketAlreadyOwnedByYou") {
            Attempt::Ended(Applied::Already)
        } else if self.is_unsupported(&answer) {
            Attempt::Ended(Applied::Unsupported)
        } else {
            Attempt::Refused(answer)
        }
    }

    fn outcome(self, attempt: Attempt, change: BucketChange) -> Result<Applied, BucketSetupError> {
        let facts = change.facts();
        match attempt {
            Attempt::Ended(applied) => Ok(applied),
            Attempt::Refused(answer) => Err(self.failure(&answer, facts.writing, facts.call)),
        }
    }
}

/// Whether the next try may go another way: the service is busy, another change of the bucket is
/// under way, or the bucket that was just made is not known everywhere yet.
fn is_momentary(answer: &Answer) -> bool {
    let codes = ["NoSuchBucket", "OperationAborted", "SlowDown", "ServiceUnavailable"];
    matches!(answer.status, 429 | 500 | 502..=504)
        || answer.code.as_deref().is_some_and(|code| codes.contains(&code))
}
