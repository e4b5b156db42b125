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

/// How many ids go into one statement. SQLite takes 32,766 parameters, PostgreSQL 65,535.
const IDS_A_STATEMENT: usize = 1000;

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
                caption, alt, metadata, stripped, duration, created_at, settled_at, due_at, attempts
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
    ids: &[ImageId],
) -> sqlx::Result<Vec<ImageId>> {
    let mut known = Vec::with_capacity(ids.len());
    for ids in ids.chunks(IDS_A_STATEMENT) {
        let mut query = QueryBuilder::<Database>::new("SELECT id FROM images WHERE id IN (");
        let mut list = query.separated(", ");
        for id in ids {
            list.push_bind(id.as_uuid());
        }
        query.push(")");
        let found: Vec<Uuid> =
            query.build_query_scalar().persistent(false).fetch_all(&mut *connection).await?;
        known.extend(found.into_iter().map(ImageId::from_uuid));
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
         FROM images WHERE state <> 'ready'",
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
