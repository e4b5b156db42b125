//! Everything that an examination can recognise behind a failure, as a closed set.

use crate::bucket::{Addressing, Answer, BucketError};
use crate::causes::chain;

use super::denial::Denial;
use super::silence::Silence;
use crate::doctor::Step;

/// How one request went, as far as it can be seen from here.
#[derive(Clone, Debug)]
pub(in crate::doctor) enum Seen {
    /// It did what it should. A directory gives no answer with it.
    Done(Option<Answer>),
    /// The service answered that it will not.
    Refused(Answer),
    /// The service answered that it did, but what came with it is not what S3 sends.
    Unfit(String),
    /// No answer came; the causes, outermost first.
    Silent(String),
}

impl Seen {
    /// What an operation of the bucket came to, with the last answer that was witnessed during it.
    pub(in crate::doctor) fn of(outcome: Result<(), &BucketError>, answer: Option<Answer>) -> Self {
        match (outcome, answer) {
            (Ok(()), answer) => Self::Done(answer),
            (Err(_), Some(answer)) if !answer.is_success() => Self::Refused(answer),
            (Err(error), Some(_)) => Self::Unfit(chain(error)),
            (Err(error), None) => Self::Silent(chain(error)),
        }
    }

    /// What a question came to.
    pub(in crate::doctor) fn answered(answer: Result<Answer, BucketError>) -> Self {
        match answer {
            Ok(answer) if answer.is_success() => Self::Done(Some(answer)),
            Ok(answer) => Self::Refused(answer),
            Err(error) => Self::Silent(chain(&error)),
        }
    }

    /// Whether the request may have had its effect, or still may.
    pub(in crate::doctor) fn may_have_effect(&self) -> bool {
        match self {
            Self::Done(_) | Self::Unfit(_) => true,
            Self::Refused(answer) => matches!(answer.status, 408 | 409 | 500..),
            Self::Silent(causes) => {
                matches!(Silence::of(causes), Silence::TooLate | Silence::Broken)
            }
        }
    }

    /// In a few words, for the table.
    pub(in crate::doctor) fn in_short(&self) -> String {
        match self {
            Self::Done(_) => "done".to_owned(),
            Self::Refused(answer) => in_short(answer),
            Self::Unfit(_) => "an answer that is not S3's".to_owned(),
            Self::Silent(causes) => Silence::of(causes).in_short().to_owned(),
        }
    }

    /// The service's answer, if one came that can be read.
    pub(in crate::doctor) const fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Done(answer) => answer.as_ref(),
            Self::Refused(answer) => Some(answer),
            Self::Unfit(_) | Self::Silent(_) => None,
        }
    }

    pub(in crate::doctor) const fn is_done(&self) -> bool {
        matches!(self, Self::Done(_))
    }
}

fn in_short(answer: &Answer) -> String {
    match &answer.code {
        Some(code) => format!("{} {code}", answer.status),
        None => answer.status.to_string(),
    }
}

/// Why a request failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::doctor) enum Cause {
    /// Nobody answered at the endpoint.
    Silent(Silence, String),
    /// Somebody answered who is no S3 service.
    Stranger(Stranger),
    /// The bucket is named in the request in the way that this service does not understand. It was
    /// asked in the other way, and understood.
    OtherStyle(Addressing),
    /// The clocks are too far apart for a signature to hold.
    Skewed,
    /// The service does not know the key id.
    UnknownKey,
    /// It knows the key id, and the secret is not the one that goes with it.
    WrongSecret,
    /// Temporary credentials have run out.
    Expired,
    /// The session token is not one, or not of this key.
    BadToken,
    /// The account is closed, unpaid or not signed up.
    Account,
    /// The bucket is in another region than the one that requests are signed for.
    OtherRegion(Option<Region>),
    /// There is no such bucket.
    NoBucket,
    /// The credentials may not.
    Denied(Denial),
    /// The bucket encrypts with a key of KMS that cannot be used.
    Kms(Denial),
    /// The bucket takes no ACL, or wants one.
    Acl,
    /// The service and Tintype differ on how the body is proved whole.
    Checksum(Dialect),
    /// The object may not go yet: an object lock.
    Locked,
    /// There is no room.
    Full,
    /// Too many requests.
    Throttled,
    /// The service's own fault.
    Faulty,
    /// What was put a moment ago is not there.
    Lost,
    /// Something else, in the service's own words.
    Other(String),
}

/// The region in which a bucket is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::doctor) struct Region {
    /// As the service named it.
    pub(in crate::doctor) name: String,
    /// The bucket was asked for there, and answered.
    pub(in crate::doctor) is_proved: bool,
}

/// Who answered in place of an S3 service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::doctor) enum Stranger {
    /// A page for people.
    Page,
    /// An API that speaks JSON.
    Json,
    /// A server that wanted TLS and got none.
    WantsTls,
    /// The console of the S3 service, which is on another port than its API.
    Console,
    /// Somebody else.
    Unknown,
}

/// How service and client differ about checksums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::doctor) enum Dialect {
    /// The service does not take the header that was sent.
    Refuses,
    /// The service takes nothing without a header.
    Requires,
}

impl Cause {
    /// The step that the cause belongs to, when that is not the one in which it was met.
    pub(in crate::doctor) const fn root(&self) -> Option<Step> {
        match self {
            Self::Silent(..) | Self::Stranger(_) | Self::OtherStyle(_) => Some(Step::Endpoint),
            Self::Skewed => Some(Step::Clock),
            Self::UnknownKey
            | Self::WrongSecret
            | Self::Expired
            | Self::BadToken
            | Self::Account => Some(Step::Credentials),
            Self::OtherRegion(_) | Self::NoBucket => Some(Step::Bucket),
            Self::Denied(_)
            | Self::Kms(_)
            | Self::Acl
            | Self::Checksum(_)
            | Self::Locked
            | Self::Full
            | Self::Throttled
            | Self::Faulty
            | Self::Lost
            | Self::Other(_) => None,
        }
    }
}
