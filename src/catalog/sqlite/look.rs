//! Looks at a SQLite file without changing it, and without making it where there is none.

use std::io;
use std::path::Path;
use std::sync::Arc;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use uuid::Uuid;

use crate::catalog::error::OpenError;
use crate::catalog::migrate::{self, Tables};
use crate::catalog::settings::Settings;

pub(in crate::catalog) async fn look(
    path: &Path,
    settings: &Settings,
) -> Result<Tables, OpenError> {
    let cannot = |error: io::Error| OpenError::Connect(Arc::new(error));
    // Beside the file SQLite makes its log, and without that nothing can be read either.
    can_make_beside(path).map_err(cannot)?;
    if !path.try_exists().map_err(cannot)? {
        return Ok(Tables::None);
    }
    // The journal mode is left as it is: it is a property of the file.
    let options =
        SqliteConnectOptions::new().filename(path).busy_timeout(super::connect::wait(settings));
    let connection = options.connect().await;
    let mut connection = connection.map_err(|error| OpenError::Connect(Arc::new(error)))?;
    let refused = |error| OpenError::Migrate(Arc::new(error));
    let mut transaction = connection.begin().await.map_err(refused)?;
    let has_tables = sqlx::query_scalar(migrate::HAS_TABLES_IN_SQLITE);
    let has_tables = has_tables.fetch_one(&mut *transaction).await.map_err(refused)?;
    let migrations = sqlx::migrate!("migrations/sqlite");
    let tables = migrate::look(migrations, &mut *transaction, has_tables).await?;
    transaction.rollback().await.map_err(refused)?;
    Ok(tables)
}

/// Makes a directory beside the file, or where the first directory on the way to it would be made,
/// and removes it again.
fn can_make_beside(path: &Path) -> io::Result<()> {
    let above = path.ancestors().skip(1).find(|above| above.exists());
    // A relative path ends with the empty one, which stands for the working directory.
    let above = above.unwrap_or(Path::new(""));
    let trial = above.join(format!(".tintype-{}", Uuid::new_v4().simple()));
    std::fs::create_dir(&trial)?;
    std::fs::remove_dir(&trial)
}
