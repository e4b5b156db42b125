//! Where the catalog is and how long to wait for it, checked before anything is opened.

use std::fmt;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::postgres::PgConnectOptions;
use url::Url;

use super::error::Cause;

/// How to open a catalog.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which database, and where.
    pub location: Location,
    /// The most connections to PostgreSQL at once; 10 by default. SQLite has one writer and four
    /// readers whatever this says.
    pub connections: NonZeroU32,
    /// The longest wait for a connection, or for another process to let go of the SQLite file; 3 s
    /// by default.
    pub acquire_timeout: Duration,
    /// The longest that the database may take over one statement; 5 s by default.
    pub statement_timeout: Duration,
}

impl Settings {
    const CONNECTIONS: NonZeroU32 = NonZeroU32::new(10).expect("ten is not zero");

    /// The defaults for the catalog at `location`.
    #[must_use]
    pub const fn new(location: Location) -> Self {
        Self {
            location,
            connections: Self::CONNECTIONS,
            acquire_timeout: Duration::from_secs(3),
            statement_timeout: Duration::from_secs(5),
        }
    }
}

/// Which database a catalog is in. Its text forms never show a password.
#[derive(Clone)]
pub enum Location {
    /// A file, which is created when it is missing; its directory is not.
    Sqlite {
        /// The path of the file.
        path: PathBuf,
    },
    /// A database on a PostgreSQL server, which must exist.
    Postgres {
        /// `postgres://USER:PASSWORD@HOST:PORT/DATABASE?PARAMETERS`, as libpq knows it.
        url: SecretString,
    },
}

/// Why a text names no catalog.
#[derive(Debug, thiserror::Error)]
pub enum InvalidLocation {
    /// It begins with neither `sqlite://` nor `postgres://`.
    #[error("a database is sqlite:///PATH or postgres://USER@HOST/DATABASE")]
    Scheme,
    /// The path of the SQLite file is empty.
    #[error("sqlite:// needs a path, as in sqlite:///var/lib/tintype/catalog.db")]
    NoPath,
    /// The SQLite path has a query part, or is one of the names that SQLite takes for something
    /// else than a path.
    #[error("sqlite:// takes the path of a file and no parameters")]
    NotAPath,
    /// The PostgreSQL URL does not parse.
    #[error("the postgres:// URL is malformed")]
    Postgres(#[source] Cause),
}

impl FromStr for Location {
    type Err = InvalidLocation;

    /// Takes `sqlite:///absolute/path`, `sqlite://relative/path` and `postgres://…`. A path is
    /// taken as it stands, without percent-decoding.
    fn from_str(text: &str) -> Result<Self, InvalidLocation> {
        if let Some(path) = text.strip_prefix("sqlite://") {
            return sqlite(path);
        }
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(InvalidLocation::Scheme);
        }
        text.parse::<PgConnectOptions>()
            .map_err(|error| InvalidLocation::Postgres(Arc::new(error)))?;
        Ok(Self::Postgres { url: text.into() })
    }
}

fn sqlite(path: &str) -> Result<Location, InvalidLocation> {
    if path.is_empty() {
        Err(InvalidLocation::NoPath)
    } else if path.contains(['?', '\0']) || path.starts_with(':') || path.starts_with("file:") {
        Err(InvalidLocation::NotAPath)
    } else {
        Ok(Location::Sqlite { path: path.into() })
    }
}

/// What an operator may see: the URL with its password and parameters left out.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite { path } => write!(f, "sqlite://{}", path.display()),
            Self::Postgres { url } => {
                let Ok(url) = Url::parse(url.expose_secret()) else { return Ok(()) };
                let (user, host) = (url.username(), url.host_str().unwrap_or_default());
                let port = url.port().unwrap_or(5432);
                write!(f, "postgres://{user}@{host}:{port}{}", url.path())
            }
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
