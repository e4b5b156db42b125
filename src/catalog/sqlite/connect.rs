//! How the SQLite file is opened, by the one that creates it, by the writer and by the readers.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection, SqlitePool};
use tokio::time::{Instant, sleep};

use crate::catalog::error::OpenError;
use crate::catalog::migrate;
use crate::catalog::settings::Settings;

/// Reads take microseconds and run on a thread each; more of them than cores gain nothing.
const READERS: u32 = 4;

/// How long to wait before another try at a file that is being switched to WAL.
const RETRY_PAUSE: Duration = Duration::from_millis(20);

/// WAL lets readers go on while the writer writes. FULL puts each commit on the disk before it is
/// acknowledged, which NORMAL does not (<https://www.sqlite.org/pragma.html#pragma_synchronous>).
pub(super) fn options(path: &Path, settings: &Settings) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(wait(settings))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
}

/// SQLite counts milliseconds in 32 bits, and sqlx panics at more.
pub(super) fn wait(settings: &Settings) -> Duration {
    const LONGEST: Duration = Duration::from_secs(60 * 60);
    settings.acquire_timeout.min(LONGEST)
}

/// The readers' own options leave the journal mode alone: it is a property of the file.
pub(super) fn readers(writer: &SqliteConnectOptions, settings: &Settings) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(writer.get_filename())
        .busy_timeout(wait(settings))
        .read_only(true);
    SqlitePoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(settings.acquire_timeout)
        // There is no other end that could have gone away.
        .test_before_acquire(false)
        .connect_lazy_with(options)
}

/// Creates the file when it is missing and brings it up to date. Several processes may do so at the
/// same moment.
pub(super) async fn create_and_migrate(
    options: &SqliteConnectOptions,
    settings: &Settings,
) -> Result<SqliteConnection, OpenError> {
    let deadline = Instant::now() + settings.acquire_timeout;
    let mut connection = create(&options.clone().create_if_missing(true), deadline).await?;
    let mut transaction = connection
        .begin_with("BEGIN IMMEDIATE")
        .await
        .map_err(|error| OpenError::Migrate(Arc::new(error)))?;
    migrate::run(sqlx::migrate!("migrations/sqlite"), &mut *transaction).await?;
    transaction.commit().await.map_err(|error| OpenError::Migrate(Arc::new(error)))?;
    Ok(connection)
}

/// While another process switches the file to WAL, SQLite answers BUSY at once, without the wait
/// that `busy_timeout` asks for.
async fn create(
    options: &SqliteConnectOptions,
    deadline: Instant,
) -> Result<SqliteConnection, OpenError> {
    loop {
        match options.connect().await {
            Ok(connection) => return Ok(connection),
            Err(error) if is_busy(&error) && Instant::now() < deadline => sleep(RETRY_PAUSE).await,
            Err(error) => return Err(OpenError::Connect(Arc::new(error))),
        }
    }
}

fn is_busy(error: &sqlx::Error) -> bool {
    const SQLITE_BUSY: u32 = 5;
    let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default();
    code.parse::<u32>().is_ok_and(|code| code & 0xff == SQLITE_BUSY)
}
