//! The catalog in a SQLite file: a few readers that never wait, and one writer that all writes queue
//! for.

#[expect(clippy::duplicate_mod, reason = "one text for both databases; statements/mod.rs says why")]
#[path = "../statements/mod.rs"]
pub(super) mod statements;

mod connect;
#[cfg(feature = "cli")]
mod look;
mod writer;

use std::path::Path;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::types::Json;
use sqlx::{SqliteConnection, SqlitePool};
use tokio::time::timeout;
use uuid::fmt::Simple;

#[cfg(feature = "cli")]
pub(super) use self::look::look;
use self::writer::Writer;
use super::error::{CatalogError, NoAnswer, OpenError};
use super::lookups::{Found, Lookups, Sharing};
use super::record::Record;
use super::settings::Settings;
use crate::image::ImageId;

type Connection = SqliteConnection;
type Database = sqlx::Sqlite;

/// The writer is alone, so a claim needs no lock on its rows.
const CLAIM: &str = include_str!("../sql/claim_sqlite.sql");

const CLAIM_VARIANTS: &str = include_str!("../sql/claim_variants_sqlite.sql");

/// A transaction that writes is alone.
const LOCK_IMAGE: &str = "SELECT state FROM images WHERE id = $1";

/// One text for any number of ids, so that it is prepared once. The order of the join is fixed,
/// because `SQLite` cannot know how few ids there are.
const FIND: &str = include_str!("../sql/find_sqlite.sql");

/// The parameter of [`FIND`]: a JSON array of the ids in hexadecimal.
fn asked(ids: &[ImageId]) -> Json<Vec<Simple>> {
    Json(ids.iter().map(|id| id.as_uuid().simple()).collect())
}

/// How many statements for lookups may be under way.
const LOOKUP_STATEMENTS: usize = 1;

#[derive(Clone, Debug)]
pub(super) struct Sqlite {
    readers: Readers,
    lookups: Lookups,
    writer: Writer,
}

#[derive(Clone, Debug)]
struct Readers {
    pool: SqlitePool,
    answer_timeout: Duration,
}

impl Sqlite {
    pub(super) async fn open(path: &Path, settings: &Settings) -> Result<Self, OpenError> {
        let options = connect::options(path, settings);
        let connection = connect::create_and_migrate(&options, settings).await?;
        let pool = connect::readers(&options, settings);
        let writer = Writer::start(connection, options, pool.clone());
        let answer_timeout = settings.acquire_timeout.saturating_add(settings.statement_timeout);
        let readers = Readers { pool, answer_timeout };
        let sharing = Sharing { statements: LOOKUP_STATEMENTS, within: answer_timeout };
        let of_lookups = readers.clone();
        let lookups = Lookups::start(sharing, move |ids| of_lookups.clone().find(ids));
        Ok(Self { readers, lookups, writer })
    }

    pub(super) async fn find(&self, id: ImageId) -> Result<Option<Record>, CatalogError> {
        self.lookups.find(id).await
    }

    pub(super) async fn read<T>(
        &self,
        work: impl for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, sqlx::Result<T>> + Send,
    ) -> Result<T, CatalogError> {
        if self.writer.is_gone() {
            return Err(NoAnswer::Closed.into());
        }
        self.readers.read(work).await
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, sqlx::Result<T>> + Send + 'static,
    ) -> Result<T, CatalogError> {
        self.readers.within_limit(self.writer.write(work)).await
    }

    pub(super) async fn close(&self) {
        self.lookups.stop().await;
        self.writer.stop().await;
    }
}

impl Readers {
    async fn find(self, ids: Vec<ImageId>) -> Result<Found, CatalogError> {
        self.read(move |connection| {
            Box::pin(async move { statements::find(connection, &ids).await })
        })
        .await
    }

    async fn read<T>(
        &self,
        work: impl for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, sqlx::Result<T>> + Send,
    ) -> Result<T, CatalogError> {
        self.within_limit(async {
            let mut connection = self.pool.acquire().await.map_err(CatalogError::unreachable)?;
            Ok(work(&mut connection).await?)
        })
        .await
    }

    async fn within_limit<T>(
        &self,
        answer: impl Future<Output = Result<T, CatalogError>> + Send,
    ) -> Result<T, CatalogError> {
        let within = self.answer_timeout;
        timeout(within, answer).await.unwrap_or_else(|_| Err(NoAnswer::Late { within }.into()))
    }
}
