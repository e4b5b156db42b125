//! The steps in the life of an image that only the reconciler and the check take.

use jiff::Timestamp;

use super::{CLAIM, Connection};
use crate::catalog::row::DoomedRow;
use crate::catalog::time::column;
use crate::catalog::unfinished::Doomed;
use crate::image::{Format, ImageId};

pub(in crate::catalog) async fn claim(
    connection: &mut Connection,
    now: Timestamp,
    lease_until: Timestamp,
    limit: u32,
) -> sqlx::Result<Vec<Doomed>> {
    let rows: Vec<DoomedRow> = sqlx::query_as(CLAIM)
        .bind(column(now))
        .bind(column(lease_until))
        .bind(i64::from(limit))
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(DoomedRow::into_doomed).collect()
}

pub(in crate::catalog) async fn postpone(
    connection: &mut Connection,
    id: ImageId,
    due_at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE images SET due_at = $2 WHERE id = $1 AND state = 'deleting'")
        .bind(id.as_uuid())
        .bind(column(due_at))
        .execute(connection)
        .await?;
    Ok(())
}

/// The columns that describe an image are filled with nothing, the format from the key, because a
/// row must have one.
pub(in crate::catalog) async fn adopt(
    connection: &mut Connection,
    id: ImageId,
    key: &str,
    due_at: Timestamp,
) -> sqlx::Result<bool> {
    let extension = key.rsplit_once('.').map_or("", |(_, extension)| extension);
    let format = Format::from_extension(extension).unwrap_or(Format::Jpeg);
    let adopted = sqlx::query(
        "INSERT INTO images (id, state, object_key, format, size, width, height, frames, sha256,
                             metadata, created_at, changed_at, settled_at, due_at, attempts)
         VALUES ($1, 'deleting', $2, $3, 0, 0, 0, 0, $4, '{}', $5, $5, $5, $5, 0)
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(id.as_uuid())
    .bind(key)
    .bind(format.extension())
    .bind([0_u8; 32].as_slice())
    .bind(column(due_at))
    .execute(connection)
    .await?;
    Ok(adopted.rows_affected() == 1)
}
