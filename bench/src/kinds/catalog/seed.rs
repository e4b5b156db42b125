//! A catalog full of records: one is made through the library, and SQL copies it.
//!
//! Which columns there are is read from the database, so that a migration needs no change here.

use std::path::Path;

use anyhow::{Result, ensure};
use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use tintype::bucket::{ObjectKey, Prefix};
use tintype::catalog::{Catalog, Record, Reserve, Sha256};
use tintype::image::{Format, ImageId};
use uuid::Uuid;

/// The millisecond of the record with the number 0: the beginning of 2026.
const FIRST_MILLISECOND: u64 = 1_767_225_600_000;

/// The id of the record with this number: a `UUIDv7`, each a millisecond after the one before.
pub(super) fn id(number: u32) -> ImageId {
    let milliseconds = FIRST_MILLISECOND + u64::from(number);
    let high = u128::from(milliseconds) << 80;
    ImageId::from_uuid(Uuid::from_u128(high | 0x7 << 76 | 0x8 << 60 | u128::from(number)))
}

/// Makes the record that is copied, with the number 0.
pub(super) async fn template(catalog: &Catalog) -> Result<ImageId> {
    let now = Timestamp::from_millisecond(i64::try_from(FIRST_MILLISECOND)?)?;
    let id = id(0);
    let record = Record {
        id,
        key: ObjectKey::original(&Prefix::default(), id, Format::Jpeg).as_str().to_owned(),
        filename: Some("photo.jpg".to_owned()),
        format: Format::Jpeg,
        size: 3_000_000,
        width: 4000,
        height: 3000,
        frames: 1,
        duration: None,
        sha256: Sha256::new([0x5A; 32]),
        stripped: tintype::strip::Stripped::default(),
        placeholder: None,
        color: None,
        caption: Some("A caption of the usual length, such as people write".to_owned()),
        alt: None,
        metadata: serde_json::Map::new(),
        created_at: now,
    };
    let reserve = Reserve { sweep_at: now, idempotency: None, now };
    catalog.reserve(&record, &reserve).await?;
    ensure!(catalog.commit(record.id, now, None).await?, "the template was not kept");
    Ok(id)
}

/// Copies the template until there are `records`.
pub(super) async fn sqlite(path: &Path, template: ImageId, records: u32) -> Result<()> {
    let mut database = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await?;
    let columns = sqlx::query_scalar("SELECT name FROM pragma_table_info('images')");
    let columns: Vec<String> = columns.fetch_all(&mut database).await?;
    let id = format!("unhex(printf('%012x70008%015x', {FIRST_MILLISECOND} + i, i))");
    let insert = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})
         INSERT INTO images ({}) SELECT {} FROM n, images WHERE images.id = $1",
        records - 1,
        columns.join(", "),
        selected(&columns, &id),
    );
    let copied = sqlx::query(AssertSqlSafe(insert)).bind(template.as_uuid());
    copied.execute(&mut database).await?;
    sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut database).await?;
    Ok(database.close().await?)
}

/// The same in PostgreSQL, and then what autovacuum would do by and by.
pub(super) async fn postgres(url: &str, template: ImageId, records: u32) -> Result<()> {
    let mut database = PgConnection::connect(url).await?;
    let columns = sqlx::query_scalar(
        "SELECT column_name::text FROM information_schema.columns WHERE table_name = 'images'",
    );
    let columns: Vec<String> = columns.fetch_all(&mut database).await?;
    let id = format!(
        "(lpad(to_hex({FIRST_MILLISECOND} + i), 12, '0') || '70008' \
         || lpad(to_hex(i::bigint), 15, '0'))::uuid"
    );
    let insert = format!(
        "INSERT INTO images ({}) SELECT {} FROM generate_series(1, {}) AS n (i), images
         WHERE images.id = $1",
        columns.join(", "),
        selected(&columns, &id),
        records - 1,
    );
    let copied = sqlx::query(AssertSqlSafe(insert)).bind(template.as_uuid());
    copied.execute(&mut database).await?;
    sqlx::raw_sql("VACUUM ANALYZE images").execute(&mut database).await?;
    sqlx::raw_sql("CHECKPOINT").execute(&mut database).await?;
    Ok(database.close().await?)
}

/// Every column as it is in the template, but for the id.
fn selected(columns: &[String], id: &str) -> String {
    let column = |column: &String| if column == "id" { id.to_owned() } else { column.clone() };
    columns.iter().map(column).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_in_order_and_of_version_seven() {
        assert!(id(1) < id(2) && id(2) < id(1_000_000));
        assert_eq!(id(1).as_uuid().get_version_num(), 7);
    }
}
