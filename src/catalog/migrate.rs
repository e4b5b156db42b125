//! Bringing the tables up to date; both databases have the same migrations under the same numbers.

use std::sync::Arc;

use sqlx::migrate::{Migrate, MigrateError, Migrator};

use super::error::OpenError;

/// Where the applied migrations are written down. Not the default name, so that an application that
/// keeps its own tables next to ours, with its own migrations, gets along with us.
const TABLE: &str = "tintype_migrations";

/// How far the tables of a database are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg(feature = "cli")]
pub(crate) enum Tables {
    /// There are none yet; they can be made.
    None,
    /// An older version made them.
    Behind {
        /// How many migrations there are to apply.
        missing: usize,
    },
    /// This version knows them.
    Current,
}

/// Asks whether our tables are there, as a boolean.
#[cfg(feature = "cli")]
pub(super) const HAS_TABLES_IN_SQLITE: &str =
    "SELECT COUNT(*) > 0 FROM sqlite_schema WHERE name = 'tintype_migrations'";

/// The same; the table may be in any schema of the search path.
#[cfg(feature = "cli")]
pub(super) const HAS_TABLES_IN_POSTGRES: &str =
    "SELECT to_regclass('tintype_migrations') IS NOT NULL";

/// Looks how far the tables are. Where there are none it makes them, so that a right that is missing
/// shows: the caller does this in a transaction, and takes it back.
#[cfg(feature = "cli")]
pub(super) async fn look<C: Migrate>(
    mut migrations: Migrator,
    connection: &mut C,
    has_tables: bool,
) -> Result<Tables, OpenError> {
    migrations.dangerous_set_table_name(TABLE);
    if !has_tables {
        migrations.run_direct(None, connection, false).await.map_err(open_error)?;
        return Ok(Tables::None);
    }
    let applied = connection.list_applied_migrations(TABLE).await.map_err(open_error)?;
    let newer = applied.iter().find(|applied| !migrations.version_exists(applied.version));
    if let Some(newer) = newer {
        return Err(OpenError::Newer { migration: newer.version });
    }
    let is_applied = |version| applied.iter().any(|applied| applied.version == version);
    match migrations.iter().filter(|migration| !is_applied(migration.version)).count() {
        0 => Ok(Tables::Current),
        missing => Ok(Tables::Behind { missing }),
    }
}

/// Applies the migrations that are missing. The caller sees to it that only one does so at a time.
pub(super) async fn run<C: Migrate>(
    mut migrations: Migrator,
    connection: &mut C,
) -> Result<(), OpenError> {
    migrations.dangerous_set_table_name(TABLE);
    migrations.run_direct(None, connection, false).await.map_err(open_error)
}

fn open_error(error: MigrateError) -> OpenError {
    if let MigrateError::VersionMissing(migration) = error {
        OpenError::Newer { migration }
    } else {
        OpenError::Migrate(Arc::new(error))
    }
}
