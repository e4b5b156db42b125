//! The catalog in PostgreSQL: a pool, and the time limits that make a server that hangs look like
//! one that is away.

#[expect(clippy::duplicate_mod, reason = "one text for both databases; statements/mod.rs says why")]
#[path = "../statements/mod.rs"]
pub(super) mod statements;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, PgPool};
use tokio::time::timeout;
use uuid::Uuid;

use super::error::{CatalogError, NoAnswer, OpenError};
use super::lookups::{Found, Lookups, Sharing};
use super::migrate;
#[cfg(feature = "cli")]
use super::migrate::Tables;
use super::record::Record;
use super::settings::Settings;
use crate::image::ImageId;

type Connection = PgConnection;
type Database = sqlx::Postgres;

/// Two reconcilers must not wait for each other, let alone get the same row.
const CLAIM: &str = include_str!("../sql/claim_postgres.sql");

const CLAIM_VARIANTS: &str = include_str!("../sql/claim_variants_postgres.sql");

/// Waits for a move of the image that is under way, and sees the state that it leaves. The lock is
/// the one that an update takes, so that two who count the variants of an image wait for each other.
const LOCK_IMAGE: &str = "SELECT state FROM images WHERE id = $1 FOR NO KEY UPDATE";

/// An array of any length is one parameter, so the statement is prepared once.
const FIND: &str = include_str!("../sql/find_postgres.sql");

/// The parameter of [`FIND`].
fn asked(ids: &[ImageId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.as_uuid()).collect()
}

/// How many statements for lookups may be under way. One connection that hangs must not hold up all.
const LOOKUP_STATEMENTS: usize = 2;

/// How much longer than the server we wait for a statement: its own "cancelled" is the better
/// answer, and leaves the connection usable.
const GRACE: Duration = Duration::from_secs(1);

/// The longest wait for another process that is migrating the same database.
const MIGRATION_LOCK_TIMEOUT: Duration = Duration::from_secs(60);

/// The longest wait for connections in use when the catalog is closed.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// What every session needs, whatever the server's defaults are: the statements are written for
/// READ COMMITTED, and an acknowledged commit must be on the disk.
const SESSION: &str = "SET default_transaction_isolation = 'read committed';
    SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') = 'off'";

#[derive(Clone, Debug)]
pub(super) struct Postgres {
    connections: Connections,
    lookups: Lookups,
}

#[derive(Clone, Debug)]
struct Connections {
    pool: PgPool,
    answer_timeout: Duration,
}

impl Postgres {
    pub(super) async fn open(url: &SecretString, settings: &Settings) -> Result<Self, OpenError> {
        let options: PgConnectOptions =
            url.expose_secret().parse().map_err(|error| OpenError::Connect(Arc::new(error)))?;
        migrate(with_limit(&options, "lock_timeout", MIGRATION_LOCK_TIMEOUT), settings).await?;
        let options = with_limit(&options, "statement_timeout", settings.statement_timeout);
        let options =
            with_limit(&options, "idle_in_transaction_session_timeout", settings.statement_timeout);
        let pool = PgPoolOptions::new()
            .max_connections(settings.connections.get())
            .acquire_timeout(settings.acquire_timeout)
            .after_connect(|connection, _| Box::pin(prepare_session(connection)))
            .connect_lazy_with(options);
        let answer_timeout = settings.statement_timeout.saturating_add(GRACE);
        let connections = Connections { pool, answer_timeout };
        let sharing = Sharing {
            statements: LOOKUP_STATEMENTS,
            within: settings.acquire_timeout.saturating_add(answer_timeout),
        };
        let of_lookups = connections.clone();
        let lookups = Lookups::start(sharing, move |ids| of_lookups.clone().find(ids));
        Ok(Self { connections, lookups })
    }

    pub(super) async fn find(&self, id: ImageId) -> Result<Option<Record>, CatalogError> {
        self.lookups.find(id).await
    }

    pub(super) async fn run<T>(
        &self,
        work: impl for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, sqlx::Result<T>> + Send,
    ) -> Result<T, CatalogError> {
        self.connections.run(work).await
    }

    pub(super) async fn close(&self) {
        // Together, since the pool gives out nothing more from the moment that it is being closed.
        let closed = async { tokio::join!(self.lookups.stop(), self.connections.pool.close()) };
        if timeout(CLOSE_TIMEOUT, closed).await.is_err() {
            tracing::warn!("connections to PostgreSQL were still in use at the end");
        }
    }
}

impl Connections {
    async fn find(self, ids: Vec<ImageId>) -> Result<Found, CatalogError> {
        self.run(move |connection| {
            Box::pin(async move { statements::find(connection, &ids).await })
        })
        .await
    }

    async fn run<T>(
        &self,
        work: impl for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, sqlx::Result<T>> + Send,
    ) -> Result<T, CatalogError> {
        let mut held = Held(Some(self.pool.acquire().await.map_err(CatalogError::unreachable)?));
        let Some(connection) = held.0.as_deref_mut() else { return Err(NoAnswer::Closed.into()) };
        match timeout(self.answer_timeout, work(connection)).await {
            Ok(result) => {
                drop(held.0.take());
                Ok(result?)
            }
            Err(_) => Err(NoAnswer::Late { within: self.answer_timeout }.into()),
        }
    }
}

/// A connection at work. Unless the work came to its end, it is taken out of the pool: giving it back
/// would wait for a server that may not answer, and hold one of the pool's few places meanwhile. So
/// it is with a time-out, and with a client that hung up.
struct Held(Option<PoolConnection<sqlx::Postgres>>);

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(connection.detach());
        }
    }
}

async fn prepare_session(connection: &mut Connection) -> sqlx::Result<()> {
    sqlx::raw_sql(SESSION).execute(connection).await?;
    Ok(())
}

/// The migrations get a connection of their own, because building an index may take longer than any
/// statement of a request. sqlx takes an advisory lock, so that replicas wait for each other.
async fn migrate(options: PgConnectOptions, settings: &Settings) -> Result<(), OpenError> {
    let mut connection = connect(options, settings).await?;
    migrate::run(sqlx::migrate!("migrations/postgres"), &mut connection).await?;
    connection.close().await.map_err(|error| OpenError::Connect(Arc::new(error)))
}

/// A connection of its own, past the pool.
async fn connect(options: PgConnectOptions, settings: &Settings) -> Result<Connection, OpenError> {
    let within = settings.acquire_timeout;
    // sqlx asks for its table to be made "if not exists" at every start and logs the server's notice
    // that it does.
    let options = options.options([("client_min_messages", "warning")]);
    timeout(within, options.connect())
        .await
        .map_err(|_| OpenError::Connect(Arc::new(NoAnswer::Late { within })))?
        .map_err(|error| OpenError::Connect(Arc::new(error)))
}

/// Looks how far the tables are, and leaves them as they are.
#[cfg(feature = "cli")]
pub(super) async fn look(url: &SecretString, settings: &Settings) -> Result<Tables, OpenError> {
    let options: PgConnectOptions =
        url.expose_secret().parse().map_err(|error| OpenError::Connect(Arc::new(error)))?;
    let options = with_limit(&options, "statement_timeout", settings.statement_timeout);
    let mut connection = connect(options, settings).await?;
    let refused = |error| OpenError::Migrate(Arc::new(error));
    let mut transaction = connection.begin().await.map_err(refused)?;
    let has_tables = sqlx::query_scalar(migrate::HAS_TABLES_IN_POSTGRES);
    let has_tables = has_tables.fetch_one(&mut *transaction).await.map_err(refused)?;
    let migrations = sqlx::migrate!("migrations/postgres");
    let tables = migrate::look(migrations, &mut *transaction, has_tables).await?;
    transaction.rollback().await.map_err(refused)?;
    Ok(tables)
}

fn with_limit(options: &PgConnectOptions, name: &str, limit: Duration) -> PgConnectOptions {
    options.clone().options([(name, limit.as_millis())])
}
