//! The catalog in a SQLite file: a few readers that never wait, and one writer that all writes queue
//! for.

#[expect(clippy::duplicate_mod, reason = "one text for both databases; statements/mod.rs says why")]
#[path = "../statements/mod.rs"]
pub(super) mod statements;

mod connect;
mod writer;

use std::path::Path;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::{SqliteConnection, SqlitePool};
use tokio::time::timeout;

use self::writer::Writer;
use super::error::{CatalogError, NoAnswer, OpenError};
use super::settings::Settings;

type Connection = SqliteConnection;
type Database = sqlx::Sqlite;

/// The writer is alone, so a claim needs no lock on its rows.
const CLAIM: &str = include_str!("../sql/claim_sqlite.sql");

#[derive(Clone, Debug)]
pub(super) struct Sqlite {
    readers: SqlitePool,
    writer: Writer,
    answer_timeout: Duration,
}

impl Sqlite {
    pub(super) async fn open(path: &Path, settings: &Settings) -> Result<Self, OpenError> {
        let options = connect::options(path, settings);
        let connection = connect::create_and_migrate(&options, settings).await?;
        let readers = connect::readers(&options, settings);
        let writer = Writer::start(connection, options, readers.clone());
        let answer_timeout = settings.acquire_timeout.saturating_add(settings.statement_timeout);
        Ok(Self { readers, writer, answer_timeout })
    }

    pub(super) async fn read<T>(
        &self,
        work: impl for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, sqlx::Result<T>> + Send,
    ) -> Result<T, CatalogError> {
        if self.writer.is_gone() {
            return Err(NoAnswer::Closed.into());
        }
        self.within_limit(async {
            let mut connection = self.readers.acquire().await.map_err(CatalogError::unreachable)?;
            Ok(work(&mut connection).await?)
        })
        .await
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, sqlx::Result<T>> + Send + 'static,
    ) -> Result<T, CatalogError> {
        self.within_limit(self.writer.write(work)).await
    }

    pub(super) async fn close(&self) {
        self.writer.stop().await;
    }

    async fn within_limit<T>(
        &self,
        answer: impl Future<Output = Result<T, CatalogError>> + Send,
    ) -> Result<T, CatalogError> {
        let within = self.answer_timeout;
        timeout(within, answer).await.unwrap_or_else(|_| Err(NoAnswer::Late { within }.into()))
    }
}
