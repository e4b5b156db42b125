//! The words of the first step of an upload: the row before the object, and the idempotency key
//! that may come with it.

use std::time::Duration;

use jiff::Timestamp;

use super::record::{Record, Sha256};

/// How long an idempotency key is remembered. An older one counts as never seen.
pub const IDEMPOTENCY_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// A request's claim to be the first with its idempotency key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyClaim {
    /// Who asks. The same key from another principal is another key.
    pub principal: String,
    /// The key as the client chose it.
    pub key: String,
    /// A digest of what was asked for, by which a different request under the same key is told.
    pub fingerprint: Sha256,
}

/// How a row is to be reserved.
#[derive(Clone, Debug)]
pub struct Reserve {
    /// The time from which no effect of the coming PUT can land any more, and from which the
    /// reconciler therefore may take the row.
    pub sweep_at: Timestamp,
    /// The claim to an idempotency key, if the request has one.
    pub idempotency: Option<IdempotencyClaim>,
    /// The time of the request; keys older than [`IDEMPOTENCY_LIFETIME`] by then are not seen.
    pub now: Timestamp,
}

/// What came of a reservation. Only `New` left a row behind.
#[derive(Clone, Debug, PartialEq)]
pub enum Reserved {
    /// The row is there as pending: go on and PUT the object.
    New,
    /// The key's first request is done; this is the record that it answered with.
    Replay(Box<Record>),
    /// The key's first request is still under way.
    Running,
    /// The key was used for a request with another fingerprint.
    Mismatch,
}
