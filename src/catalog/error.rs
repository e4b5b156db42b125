//! How a catalog fails, sorted by what the caller can do about it.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use sqlx::error::DatabaseError;
use sqlx::sqlite::SqliteError;

use super::storable::Unstorable;
use crate::metrics::Failure;

/// What lies below an error, for the operator. Shared, because one failed commit is the answer to
/// every write that was in it.
pub type Cause = Arc<dyn Error + Send + Sync>;

/// Why the catalog did not do what it was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CatalogError {
    /// There was no answer, or the answer was "not now": ask again later.
    ///
    /// A write that fails so may have been applied all the same, as when the connection breaks
    /// while the commit is on its way.
    #[error("the catalog is unavailable")]
    Unavailable(#[source] Cause),
    /// A row holds what this version never writes. Only an operator can mend it.
    #[error("the catalog holds a row that cannot be read")]
    Corrupt(#[source] Cause),
    /// The client sent something that cannot be kept, and can mend it.
    #[error(transparent)]
    Unstorable(#[from] Unstorable),
    /// The database refused a statement: a defect here, or tables that something else changed.
    #[error("the catalog's database refused a statement")]
    Refused(#[source] Cause),
}

/// Why a catalog could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Nothing answers at the location, or not to us: a missing directory, a wrong host or password.
    #[error("cannot connect to the catalog")]
    Connect(#[source] Cause),
    /// A newer version has migrated the catalog; this one would not understand it.
    #[error("the catalog was made by a newer version (it has migration {migration})")]
    Newer {
        /// The number of the first migration that this version does not have.
        migration: i64,
    },
    /// The tables could not be brought up to date.
    #[error("cannot migrate the catalog")]
    Migrate(#[source] Cause),
}

/// The causes of [`CatalogError::Unavailable`] that do not come from the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoAnswer {
    #[error("no answer within {} ms", within.as_millis())]
    Late { within: Duration },
    #[error("the catalog has been closed")]
    Closed,
}

impl From<NoAnswer> for CatalogError {
    fn from(cause: NoAnswer) -> Self {
        Self::Unavailable(Arc::new(cause))
    }
}

impl CatalogError {
    /// For a failure to get a connection: whatever the reason, there is no catalog to talk to.
    pub(super) fn unreachable(error: sqlx::Error) -> Self {
        Self::Unavailable(Arc::new(error))
    }
}

impl CatalogError {
    /// Whether asking again later may help.
    #[must_use]
    pub const fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }

    /// As what it is counted; what a client can mend is no failure of the catalog.
    pub(super) const fn failure(&self) -> Option<Failure> {
        match self {
            Self::Unavailable(_) => Some(Failure::Unavailable),
            Self::Corrupt(_) => Some(Failure::Corrupt),
            Self::Refused(_) => Some(Failure::Refused),
            Self::Unstorable(_) => None,
        }
    }
}

impl From<sqlx::Error> for CatalogError {
    fn from(error: sqlx::Error) -> Self {
        if is_unavailable(&error) {
            Self::Unavailable(Arc::new(error))
        } else if is_decoding(&error) {
            Self::Corrupt(Arc::new(error))
        } else {
            Self::Refused(Arc::new(error))
        }
    }
}

fn is_unavailable(error: &sqlx::Error) -> bool {
    if let Some(error) = error.as_database_error() {
        return is_not_now(error);
    }
    matches!(
        error,
        sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed
    )
}

fn is_decoding(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_))
}

fn is_not_now(error: &dyn DatabaseError) -> bool {
    let code = error.code().unwrap_or_default();
    if error.as_error().is::<SqliteError>() {
        code.parse().is_ok_and(is_not_now_in_sqlite)
    } else {
        is_not_now_in_postgres(&code)
    }
}

/// Whether the low byte, the primary code, is BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR,
/// FULL, CANTOPEN or PROTOCOL (<https://www.sqlite.org/rescode.html>).
fn is_not_now_in_sqlite(extended_code: u32) -> bool {
    matches!(extended_code & 0xff, 5..=10 | 13..=15)
}

/// Connection exceptions, rollbacks, lack of resources, killed or cancelled by a time-out, a broken
/// disk, a read-only server, an idle transaction cut off, a lock not to be had
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
fn is_not_now_in_postgres(code: &str) -> bool {
    ["08", "40", "53", "57", "58"].iter().any(|class| code.starts_with(class))
        || matches!(code, "25006" | "25P03" | "55P03")
}
