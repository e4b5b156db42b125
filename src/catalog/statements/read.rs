//! What only reads.

use jiff::Timestamp;
use sqlx::{FromRow as _, QueryBuilder, Row as _};
use uuid::Uuid;

use super::{Connection, Database, FIND, asked};
use crate::catalog::error::CatalogError;
use crate::catalog::lookups::Found;
use crate::catalog::record::Record;
use crate::catalog::row::{ImageRow, RecordRow};
use crate::catalog::time::{column, from_column};
use crate::catalog::unfinished::{Row, Unfinished};
use crate::image::ImageId;

/// How many keys go into one statement. SQLite takes 32,766 parameters, PostgreSQL 65,535.
const KEYS_A_STATEMENT: usize = 1000;

pub(in crate::catalog) async fn ping(connection: &mut Connection) -> sqlx::Result<()> {
    sqlx::query("SELECT 1").execute(connection).await?;
    Ok(())
}

/// A row that cannot be read is the fault of one entry, not of its neighbours.
pub(in crate::catalog) async fn find(
    connection: &mut Connection,
    ids: &[ImageId],
) -> sqlx::Result<Found> {
    let rows = sqlx::query(FIND).bind(asked(ids)).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            let record = RecordRow::from_row(row).and_then(RecordRow::into_record);
            let id = ImageId::from_uuid(row.try_get("id")?);
            Ok((id, record.map_err(CatalogError::from)))
        })
        .collect()
}

/// The text is in a file of its own so that a test can ask either database for its plan.
pub(in crate::catalog) async fn list(
    connection: &mut Connection,
    before: Option<ImageId>,
    limit: u32,
) -> sqlx::Result<Vec<Record>> {
    let rows: Vec<RecordRow> = sqlx::query_as(include_str!("../sql/list.sql"))
        .bind(before.map_or(Uuid::max(), ImageId::as_uuid))
        .bind(i64::from(limit))
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(RecordRow::into_record).collect()
}

pub(in crate::catalog) async fn page(
    connection: &mut Connection,
    after: Option<ImageId>,
    limit: u32,
) -> sqlx::Result<Vec<Row>> {
    let rows: Vec<ImageRow> = sqlx::query_as(
        "SELECT id, state, object_key, filename, format, size, width, height, frames, sha256,
                caption, alt, metadata, stripped, duration, placeholder, color, created_at,
                settled_at, due_at, attempts
         FROM images WHERE id > $1 ORDER BY id LIMIT $2",
    )
    .bind(after.map_or(Uuid::nil(), ImageId::as_uuid))
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(ImageRow::into_row).collect()
}

pub(in crate::catalog) async fn known(
    connection: &mut Connection,
    keys: &[(ImageId, String)],
) -> sqlx::Result<Vec<String>> {
    let mut known = Vec::with_capacity(keys.len());
    for keys in keys.chunks(KEYS_A_STATEMENT) {
        let images = "SELECT object_key FROM images WHERE id IN (";
        let variants = "SELECT object_key FROM variants WHERE image_id IN (";
        for beginning in [images, variants] {
            let mut query = QueryBuilder::<Database>::new(beginning);
            let mut list = query.separated(", ");
            keys.iter().for_each(|(id, _)| _ = list.push_bind(id.as_uuid()));
            query.push(") AND object_key IN (");
            let mut list = query.separated(", ");
            keys.iter().for_each(|(_, key)| _ = list.push_bind(key));
            query.push(")");
            let found = query.build_query_scalar().persistent(false);
            known.extend(found.fetch_all(&mut *connection).await?);
        }
    }
    Ok(known)
}

pub(in crate::catalog) async fn unfinished(
    connection: &mut Connection,
    now: Timestamp,
) -> sqlx::Result<Unfinished> {
    let (pending, deleting, overdue, oldest): (i64, i64, i64, Option<i64>) = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE state = 'pending'),
                count(*) FILTER (WHERE state = 'deleting'),
                count(*) FILTER (WHERE due_at <= $1),
                min(due_at)
         FROM (SELECT state, due_at FROM images WHERE state <> 'ready'
               UNION ALL
               SELECT state, due_at FROM variants WHERE state <> 'ready') AS rows_of_both",
    )
    .bind(column(now))
    .fetch_one(connection)
    .await?;
    Ok(Unfinished {
        pending: pending.unsigned_abs(),
        deleting: deleting.unsigned_abs(),
        overdue: overdue.unsigned_abs(),
        oldest_due: oldest.and_then(from_column),
    })
}
