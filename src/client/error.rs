//! What may come of a request, as decisions: try again, give the image up, or give the service up.

use std::error::Error as _;
use std::time::Duration;

use serde::{Serialize, Serializer, ser::SerializeMap as _};

use super::photo::PhotoError;

/// Why a request did not do what it was for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Nobody listens there, or the connection broke.
    // The chain of an HTTP library says the same thing four times; its innermost cause says it once.
    #[error("{server} cannot be reached: {}", innermost(cause))]
    Unreachable {
        /// The service.
        server: String,
        /// Told in the text, and therefore no `source`.
        cause: reqwest::Error,
    },
    /// The connection stands, and nothing moves.
    #[error("{server} was silent for {}", humantime::format_duration(*timeout))]
    Silent {
        /// The service.
        server: String,
        /// The longest silence.
        timeout: Duration,
    },
    /// The service, or a proxy before it, said no.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// Whatever answers there is not Tintype.
    #[error("{server} answers {status}, but not as Tintype does: is the address right?")]
    Stranger {
        /// The service.
        server: String,
        /// The status of the answer.
        status: u16,
    },
    /// The file on this side.
    #[error(transparent)]
    Photo(#[from] PhotoError),
    /// The bytes are not those of the image.
    #[error("the bytes that came are not the image: their SHA-256 is another")]
    Damaged,
}

/// An answer that says no.
#[derive(Debug, thiserror::Error)]
#[error("{detail} ({code}{})", request(request_id.as_deref()))]
pub(crate) struct Refusal {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The stable name of the failure; `HTTP_` and the status where there is none.
    pub(crate) code: String,
    /// A sentence for people.
    pub(crate) detail: String,
    /// Under which the operator finds it in the log.
    pub(crate) request_id: Option<String>,
    /// From when on trying again makes sense.
    pub(crate) retry_after: Option<Duration>,
}

fn request(id: Option<&str>) -> String {
    id.map_or_else(String::new, |id| format!(", request {id}"))
}

fn innermost(error: &reqwest::Error) -> String {
    let mut cause = error.source();
    while let Some(next) = cause.and_then(std::error::Error::source) {
        cause = Some(next);
    }
    cause.map_or_else(|| error.to_string(), ToString::to_string)
}

/// Whether the same request may succeed later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Retry {
    /// No.
    Never,
    /// Yes, and nobody said when.
    Later,
    /// Yes, after this time.
    After(Duration),
}

impl Error {
    /// Whether an upload that failed so may succeed later, under the same idempotency key.
    pub(super) fn retry(&self) -> Retry {
        match self {
            Self::Unreachable { .. } | Self::Silent { .. } => Retry::Later,
            Self::Refused(refusal) if refusal.passes() => {
                refusal.retry_after.map_or(Retry::Later, Retry::After)
            }
            Self::Refused(_) | Self::Stranger { .. } | Self::Photo(_) | Self::Damaged => {
                Retry::Never
            }
        }
    }

    /// Whether the upload may have been stored all the same: its answer may be what was lost.
    pub(super) fn may_have_arrived(&self) -> bool {
        match self {
            Self::Unreachable { cause, .. } => !cause.is_connect(),
            Self::Silent { .. } => true,
            Self::Refused(refusal) => refusal.status >= 500,
            Self::Stranger { .. } | Self::Photo(_) | Self::Damaged => false,
        }
    }

    /// Whether the next image would fare the same: the address, the rights or the state of the
    /// service is at fault.
    pub(crate) fn concerns_every_image(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Silent { .. } | Self::Stranger { .. } => true,
            Self::Refused(refusal) => refusal.concerns_every_image(),
            Self::Photo(_) | Self::Damaged => false,
        }
    }

    /// Whether the service looked at this image and will not have it.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused(_)) && self.retry() == Retry::Never
    }

    /// The stable name of the failure: the service's own, or one of this client's.
    pub(crate) fn code(&self) -> &str {
        match self {
            Self::Unreachable { .. } => "UNREACHABLE",
            Self::Silent { .. } => "SILENT",
            Self::Refused(refusal) => &refusal.code,
            Self::Stranger { .. } => "NOT_TINTYPE",
            Self::Photo(PhotoError::Unreadable(_) | PhotoError::NoFile) => "FILE_UNREADABLE",
            Self::Photo(PhotoError::Changed) => "FILE_CHANGED",
            Self::Damaged => "DAMAGED",
        }
    }

    /// The sentence for people, without the code.
    fn detail(&self) -> String {
        match self {
            Self::Refused(refusal) => refusal.detail.clone(),
            Self::Unreachable { .. }
            | Self::Silent { .. }
            | Self::Stranger { .. }
            | Self::Photo(_)
            | Self::Damaged => crate::causes::chain(self),
        }
    }
}

impl Refusal {
    /// Whether the service itself says that there is no such image.
    pub(super) fn says_there_is_none(&self) -> bool {
        self.status == 404 && self.code == "NOT_FOUND"
    }

    fn passes(&self) -> bool {
        match self.status {
            // A proxy that does not know the service while it restarts.
            404 => !self.says_there_is_none(),
            408 | 429 | 502 | 503 | 504 => true,
            409 => self.code == "IDEMPOTENCY_CONFLICT",
            _ => false,
        }
    }

    fn concerns_every_image(&self) -> bool {
        match self.status {
            300..=399 | 401 | 403 | 405 | 407 | 429 | 503 | 504 => true,
            502 => self.code != "OBJECT_MISSING",
            _ => false,
        }
    }
}

/// A failure as `--json` tells it: as much of the service's problem as there is.
impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", self.code())?;
        map.serialize_entry("detail", &self.detail())?;
        if let Self::Refused(refusal) = self {
            map.serialize_entry("status", &refusal.status)?;
            map.serialize_entry("request_id", &refusal.request_id)?;
        }
        map.end()
    }
}
