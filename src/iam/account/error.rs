//! Why IAM did not do something, sorted by what can be done about it.

use aws_sdk_iam::config::http::HttpResponse;
use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};

use super::action::Action;
use crate::bucket::{Cause, Endpoint, element};

/// How much of an answer is looked at for the words of an error.
const MAX_ERROR: usize = 16 * 1024;

/// Why a request to IAM or STS came to nothing. The codes are those of
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html> and of each action.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IamError {
    /// Somebody has to allow it.
    #[error("the administrator's key may not {action}")]
    Denied {
        /// What was asked.
        action: Action,
        /// The service's words.
        source: Cause,
    },
    /// The key itself is not accepted: unknown, expired, wrongly signed.
    #[error("the administrator's key is not accepted ({action})")]
    Credentials {
        /// What was asked.
        action: Action,
        /// The service's words.
        source: Cause,
    },
    /// What it is about is not there, or is not yet seen everywhere.
    #[error("{action} found nothing of that name")]
    NoSuch {
        /// What was asked.
        action: Action,
        /// The service's words.
        source: Cause,
    },
    /// There is one of that name.
    #[error("{action} found that name taken")]
    AlreadyExists {
        /// What was asked.
        action: Action,
        /// The service's words.
        source: Cause,
    },
    /// The account or the user has as many as it may.
    #[error("{action} would exceed a limit of the account")]
    LimitExceeded {
        /// What was asked.
        action: Action,
        /// The service's words.
        source: Cause,
    },
    /// Something still hangs on what was to be deleted.
    #[error(
        "{action} is refused while something hangs on it that tintype neither made nor sees, such as \
         credentials of the user for one service (CodeCommit, Keyspaces): remove that"
    )]
    InUse {
        /// What was asked.
        action: Action,
        /// The service's words.
        source: Cause,
    },
    /// The service has no such request.
    #[error("the service does not know {action}")]
    NotSupported {
        /// What was asked.
        action: Action,
        /// The service's words.
        source: Cause,
    },
    /// The request is wrong, and will be the next time.
    #[error("{action} is refused")]
    Refused {
        /// What was asked.
        action: Action,
        /// The service's words.
        source: Cause,
    },
    /// Nobody answers, although a change may have been made all the same.
    #[error("IAM {} does not answer ({action}): {cause}; {}", at(.endpoint.as_ref()), correct(.endpoint.as_ref()))]
    Unreachable {
        /// What was asked.
        action: Action,
        /// Who was asked, when it is not Amazon.
        endpoint: Option<Endpoint>,
        /// What the system said of the last try.
        cause: String,
    },
    /// It may work later, and a change may have been made all the same.
    #[error("{action} had no good answer")]
    Unavailable {
        /// What was asked.
        action: Action,
        /// What happened to the last try.
        source: Cause,
    },
    /// There is more than anybody has.
    #[error("{action} gave more than {limit} entries")]
    TooMany {
        /// What was asked.
        action: Action,
        /// How many are read at the most.
        limit: usize,
    },
}

/// What the service said, without the client's own words around it.
#[derive(Debug, thiserror::Error)]
#[error("{code}: {message}")]
struct Said {
    code: String,
    message: String,
}

impl IamError {
    /// Whether a look at how things are now, and another try, may help: IAM shows a change to all
    /// of its servers after some seconds
    /// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html>), and an answer that
    /// was lost may have been a good one.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::NoSuch { .. }
            | Self::AlreadyExists { .. }
            | Self::InUse { .. }
            | Self::Unreachable { .. }
            | Self::Unavailable { .. } => true,
            Self::Denied { .. }
            | Self::Credentials { .. }
            | Self::LimitExceeded { .. }
            | Self::NotSupported { .. }
            | Self::Refused { .. }
            | Self::TooMany { .. } => false,
        }
    }
}

fn at(endpoint: Option<&Endpoint>) -> String {
    endpoint.map_or_else(|| "of Amazon".to_owned(), |endpoint| format!("at {endpoint}"))
}

fn correct(endpoint: Option<&Endpoint>) -> &'static str {
    match endpoint {
        Some(_) => "correct --endpoint-url or AWS_ENDPOINT_URL",
        None => "check the network",
    }
}

/// What to do about an error of the client, which asked the service at `endpoint`.
pub(super) fn judge<E>(
    action: Action,
    endpoint: Option<Endpoint>,
    error: SdkError<E, HttpResponse>,
) -> IamError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let Some(response) = error.raw_response() else {
        return if is_silence(&error) {
            IamError::Unreachable { action, endpoint, cause: innermost(&error) }
        } else {
            of(action, None, None, error.into())
        };
    };
    let status = response.status().as_u16();
    // Some services have other envelopes around what they say than Amazon, which the client does
    // not open.
    let body = response.body().bytes().unwrap_or_default();
    let body = String::from_utf8_lossy(body.get(..MAX_ERROR).unwrap_or(body));
    let code = error.code().or_else(|| element(&body, "Code"));
    let message = error.message().or_else(|| element(&body, "Message"));
    let told = code.map_or_else(|| format!("HTTP status {status}"), str::to_owned);
    let said = Said { code: told, message: message.unwrap_or("no message").to_owned() };
    of(action, Some(status), code, Box::new(said))
}

/// Whether the request was sent, or was to be, and nothing came back.
fn is_silence<E>(error: &SdkError<E, HttpResponse>) -> bool {
    if let SdkError::DispatchFailure(failure) = error {
        return failure.is_io() || failure.is_timeout();
    }
    matches!(error, SdkError::TimeoutError(_))
}

/// What the others around it are about.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    innermost.to_string()
}

fn of(action: Action, status: Option<u16>, code: Option<&str>, source: Cause) -> IamError {
    match (status.unwrap_or(0), code.unwrap_or("")) {
        (
            _,
            "InvalidClientTokenId"
            | "InvalidAccessKeyId"
            | "UnrecognizedClientException"
            | "SignatureDoesNotMatch"
            | "IncompleteSignature"
            | "ExpiredToken"
            | "ExpiredTokenException"
            | "MissingAuthenticationToken"
            | "RequestExpired"
            | "AuthFailure",
        ) => IamError::Credentials { action, source },
        (_, "NoSuchEntity") => IamError::NoSuch { action, source },
        (_, "EntityAlreadyExists") => IamError::AlreadyExists { action, source },
        (_, "LimitExceeded") => IamError::LimitExceeded { action, source },
        (_, "DeleteConflict") => IamError::InUse { action, source },
        (
            _,
            "ConcurrentModification"
            | "EntityTemporarilyUnmodifiable"
            | "Throttling"
            | "ThrottlingException"
            | "RequestLimitExceeded"
            | "TooManyRequestsException",
        ) => IamError::Unavailable { action, source },
        (501 | 405, _) | (_, "NotImplemented" | "InvalidAction" | "UnknownOperationException") => {
            IamError::NotSupported { action, source }
        }
        (401 | 403, _) | (_, "AccessDenied" | "AccessDeniedException") => {
            IamError::Denied { action, source }
        }
        // 0: there is nothing that could be read.
        (0 | 200..=299 | 429 | 500.., _) => IamError::Unavailable { action, source },
        (_, _) => IamError::Refused { action, source },
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, of};

    #[test]
    fn an_answer_says_what_can_be_done() {
        for (status, code, words) in [
            (403, "AccessDenied", "may not iam:CreateUser"),
            (403, "InvalidClientTokenId", "not accepted"),
            (403, "SignatureDoesNotMatch", "not accepted"),
            (404, "NoSuchEntity", "nothing of that name"),
            (409, "EntityAlreadyExists", "name taken"),
            (409, "LimitExceeded", "a limit"),
            (409, "DeleteConflict", "hangs on it"),
            (409, "ConcurrentModification", "no good answer"),
            (400, "Throttling", "no good answer"),
            (503, "", "no good answer"),
            (0, "", "no good answer"),
            (501, "NotImplemented", "does not know"),
            (400, "ValidationError", "is refused"),
        ] {
            let status_seen = (status > 0).then_some(status);
            let error = of(Action::CreateUser, status_seen, Some(code), "words".into());
            assert!(error.to_string().contains(words), "{status} {code}: {error}");
        }
    }
}
