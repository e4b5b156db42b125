//! Bringing the tables up to date; both databases have the same migrations under the same numbers.

use std::sync::Arc;

use sqlx::migrate::{Migrate, MigrateError, Migrator};

use super::error::OpenError;

/// Where the applied migrations are written down. Not the default name, so that an application that
/// keeps its own tables next to ours, with its own migrations, gets along with us.
const TABLE: &str = "tintype_migrations";

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
