//! What stands in the way of working with a database, as its error codes tell it, for those who
//! explain it to an operator. What a caller can do about an error is [`super::CatalogError`]'s.

use std::error::Error;
use std::io;

use sqlx::error::DatabaseError;
use sqlx::sqlite::SqliteError;

use super::error::{CatalogError, Cause, NoAnswer, OpenError};

/// What an operator would have to remove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// Nothing answers, or not in time.
    Silence,
    /// The server knows no such user, or not with this password.
    Login,
    /// The server has no such database.
    NoDatabase,
    /// A right is missing, on tables or on files.
    Right,
    /// The file, its directory or the server takes no writes.
    ReadOnly,
    /// The disk is full, or fails.
    Disk,
    /// Somebody else holds the database, or all the connections that it gives out.
    Busy,
    /// The file cannot be opened: it is no file, or its directory is not there.
    Unopenable,
    /// The file is damaged, or no database at all.
    Damaged,
    /// A newer version of Tintype has migrated the tables.
    Newer,
    /// Something else, which the database's words tell.
    Other,
}

impl OpenError {
    /// What stands in the way.
    pub(crate) fn obstacle(&self) -> Obstacle {
        match self {
            Self::Newer { .. } => Obstacle::Newer,
            Self::Connect(cause) | Self::Migrate(cause) => below(cause),
        }
    }
}

impl CatalogError {
    /// What stands in the way.
    pub(crate) fn obstacle(&self) -> Obstacle {
        match self {
            Self::Unavailable(cause) | Self::Corrupt(cause) | Self::Refused(cause) => below(cause),
            Self::Unstorable(_) => Obstacle::Other,
        }
    }
}

/// The first of the causes that says more than that something failed.
fn below(cause: &Cause) -> Obstacle {
    let mut next: Option<&(dyn Error + 'static)> = Some(cause.as_ref());
    while let Some(error) = next {
        if let Some(obstacle) = of(error) {
            return obstacle;
        }
        next = error.source();
    }
    Obstacle::Other
}

fn of(error: &(dyn Error + 'static)) -> Option<Obstacle> {
    if error.is::<NoAnswer>() {
        return Some(Obstacle::Silence);
    }
    if let Some(error) = error.downcast_ref::<io::Error>() {
        // Without words of the database around it, it comes from making or finding a file.
        return Some(of_io(error.kind()).unwrap_or(Obstacle::Unopenable));
    }
    let error = error.downcast_ref::<sqlx::Error>()?;
    if let Some(error) = error.as_database_error() {
        return Some(of_database(error));
    }
    if let sqlx::Error::Io(error) = error {
        return Some(of_io(error.kind()).unwrap_or(Obstacle::Silence));
    }
    matches!(error, sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut).then_some(Obstacle::Silence)
}

fn of_io(kind: io::ErrorKind) -> Option<Obstacle> {
    let telling = [
        (io::ErrorKind::PermissionDenied, Obstacle::Right),
        (io::ErrorKind::ReadOnlyFilesystem, Obstacle::ReadOnly),
        (io::ErrorKind::StorageFull, Obstacle::Disk),
        (io::ErrorKind::QuotaExceeded, Obstacle::Disk),
    ];
    telling.into_iter().find(|(told, _)| *told == kind).map(|(_, obstacle)| obstacle)
}

fn of_database(error: &dyn DatabaseError) -> Obstacle {
    let code = error.code().unwrap_or_default();
    if error.as_error().is::<SqliteError>() {
        code.parse().map_or(Obstacle::Other, of_sqlite)
    } else {
        of_postgres(&code)
    }
}

/// By the primary code, the low byte: <https://www.sqlite.org/rescode.html>.
fn of_sqlite(extended_code: u32) -> Obstacle {
    match extended_code & 0xff {
        3 | 23 => Obstacle::Right,
        5 | 6 => Obstacle::Busy,
        8 => Obstacle::ReadOnly,
        11 | 26 => Obstacle::Damaged,
        10 | 13 => Obstacle::Disk,
        14 => Obstacle::Unopenable,
        _ => Obstacle::Other,
    }
}

/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn of_postgres(code: &str) -> Obstacle {
    match code {
        "25006" => Obstacle::ReadOnly,
        "28000" | "28P01" => Obstacle::Login,
        "3D000" => Obstacle::NoDatabase,
        // No schema that tables could be made in: for this user there is none.
        "42501" | "3F000" => Obstacle::Right,
        "53100" | "58030" => Obstacle::Disk,
        "53300" | "55P03" | "57014" => Obstacle::Busy,
        "57P01" | "57P02" | "57P03" => Obstacle::Silence,
        _ => Obstacle::Other,
    }
}
