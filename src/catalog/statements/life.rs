//! The steps in the life of an image that a request takes: each is one move between two states,
//! and each says in its WHERE from which state alone it moves.

use jiff::Timestamp;
use sqlx::Connection as _;
use sqlx::types::Json;

use super::variant_sweep::last_settled;
use super::variants::lock_image;
use super::{Connection, idempotency};
use crate::catalog::record::{Change, Edit, Record, State};
use crate::catalog::reserve::{Reserve, Reserved};
use crate::catalog::row::{DoomedRow, RecordRow};
use crate::catalog::time::column;
use crate::catalog::unfinished::{Doomed, Forgotten};
use crate::image::ImageId;

pub(in crate::catalog) async fn reserve(
    connection: &mut Connection,
    record: &Record,
    plan: &Reserve,
) -> sqlx::Result<Reserved> {
    let Some(claim) = &plan.idempotency else {
        insert_pending(connection, record, plan).await?;
        return Ok(Reserved::New);
    };
    let mut transaction = connection.begin().await?;
    let reserved = idempotency::take(&mut transaction, record.id, claim, plan.now).await?;
    if reserved == Reserved::New {
        insert_pending(&mut transaction, record, plan).await?;
    }
    transaction.commit().await?;
    Ok(reserved)
}

async fn insert_pending(
    connection: &mut Connection,
    record: &Record,
    plan: &Reserve,
) -> sqlx::Result<()> {
    let size = i64::try_from(record.size).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    let duration = record.duration.map(i64::try_from).transpose();
    let duration = duration.map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    sqlx::query(
        "INSERT INTO images (id, state, object_key, filename, format, size, width, height, frames,
                             sha256, caption, alt, metadata, created_at, changed_at, settled_at,
                             due_at, attempts, stripped, duration, placeholder, color)
         VALUES ($1, 'pending', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, 0,
                 $16, $17, $18, $19)",
    )
    .bind(record.id.as_uuid())
    .bind(&record.key)
    .bind(&record.filename)
    .bind(record.format.extension())
    .bind(size)
    .bind(i64::from(record.width))
    .bind(i64::from(record.height))
    .bind(i64::from(record.frames))
    .bind(record.sha256.as_bytes().as_slice())
    .bind(&record.caption)
    .bind(&record.alt)
    .bind(Json(&record.metadata))
    .bind(column(record.created_at))
    .bind(column(plan.now))
    .bind(column(plan.sweep_at))
    .bind(record.stripped.to_column())
    .bind(duration)
    .bind(record.placeholder.as_deref())
    .bind(record.color.as_ref().map(<[u8; 3]>::as_slice))
    .execute(connection)
    .await?;
    Ok(())
}

pub(in crate::catalog) async fn commit(
    connection: &mut Connection,
    id: ImageId,
    settled_at: Timestamp,
    answer: Option<&Record>,
) -> sqlx::Result<bool> {
    // One statement is a transaction by itself: most uploads have no key, and each further statement
    // is another way to the database and back.
    let Some(answer) = answer else { return make_ready(connection, id, settled_at).await };
    let mut transaction = connection.begin().await?;
    let committed = make_ready(&mut transaction, id, settled_at).await?;
    if committed {
        idempotency::answer(&mut transaction, answer).await?;
    }
    transaction.commit().await?;
    Ok(committed)
}

async fn make_ready(
    connection: &mut Connection,
    id: ImageId,
    settled_at: Timestamp,
) -> sqlx::Result<bool> {
    let moved = sqlx::query(
        "UPDATE images SET state = 'ready', settled_at = $2 WHERE id = $1 AND state = 'pending'",
    )
    .bind(id.as_uuid())
    .bind(column(settled_at))
    .execute(connection)
    .await?;
    Ok(moved.rows_affected() == 1)
}

pub(in crate::catalog) async fn abandon(
    connection: &mut Connection,
    id: ImageId,
    due_at: Timestamp,
) -> sqlx::Result<bool> {
    let mut transaction = connection.begin().await?;
    let left = sqlx::query("UPDATE images SET due_at = $2 WHERE id = $1 AND state = 'pending'")
        .bind(id.as_uuid())
        .bind(column(due_at))
        .execute(&mut *transaction)
        .await?;
    idempotency::release(&mut transaction, id).await?;
    transaction.commit().await?;
    Ok(left.rows_affected() == 1)
}

pub(in crate::catalog) async fn annotate(
    connection: &mut Connection,
    id: ImageId,
    change: &Change,
    now: Timestamp,
) -> sqlx::Result<Option<Record>> {
    let (keep_caption, caption) = edit(&change.caption);
    let (keep_alt, alt) = edit(&change.alt);
    let (keep_metadata, metadata) = edit(&change.metadata);
    let row: Option<RecordRow> = sqlx::query_as(
        "UPDATE images
         SET caption = CASE WHEN $2 THEN caption ELSE $3 END,
             alt = CASE WHEN $4 THEN alt ELSE $5 END,
             metadata = CASE WHEN $6 THEN metadata ELSE $7 END,
             changed_at = $8
         WHERE id = $1 AND state = 'ready'
         RETURNING id, object_key, filename, format, size, width, height, frames, sha256, caption,
                   alt, metadata, stripped, duration, placeholder, color, created_at",
    )
    .bind(id.as_uuid())
    .bind(keep_caption)
    .bind(caption)
    .bind(keep_alt)
    .bind(alt)
    .bind(keep_metadata)
    .bind(Json(metadata.cloned().unwrap_or_default()))
    .bind(column(now))
    .fetch_optional(connection)
    .await?;
    row.map(RecordRow::into_record).transpose()
}

/// Whether to keep what is there, and what to put there otherwise.
const fn edit<T>(edit: &Edit<T>) -> (bool, Option<&T>) {
    match edit {
        Edit::Keep => (true, None),
        Edit::Clear => (false, None),
        Edit::Set(value) => (false, Some(value)),
    }
}

pub(in crate::catalog) async fn begin_delete(
    connection: &mut Connection,
    id: ImageId,
    lease_until: Timestamp,
) -> sqlx::Result<Option<Doomed>> {
    let row: Option<DoomedRow> = sqlx::query_as(
        "UPDATE images
         SET changed_at = CASE WHEN state = 'ready' THEN $2 ELSE changed_at END,
             state = 'deleting', due_at = $2
         WHERE id = $1 AND state IN ('ready', 'deleting')
         RETURNING id, object_key, settled_at, attempts",
    )
    .bind(id.as_uuid())
    .bind(column(lease_until))
    .fetch_optional(connection)
    .await?;
    row.map(DoomedRow::into_doomed).transpose()
}

pub(in crate::catalog) async fn forget(
    connection: &mut Connection,
    id: ImageId,
) -> sqlx::Result<Forgotten> {
    let mut transaction = connection.begin().await?;
    let forgotten = if remove(&mut transaction, id).await? {
        Forgotten::Gone
    } else {
        wait_for_variants(&mut transaction, id).await?
    };
    if forgotten == Forgotten::Gone {
        idempotency::release(&mut transaction, id).await?;
    }
    transaction.commit().await?;
    Ok(forgotten)
}

async fn remove(transaction: &mut Connection, id: ImageId) -> sqlx::Result<bool> {
    let deleted = sqlx::query(
        "DELETE FROM images
         WHERE id = $1 AND state = 'deleting'
           AND NOT EXISTS (SELECT 1 FROM variants WHERE image_id = $1)",
    )
    .bind(id.as_uuid())
    .execute(transaction)
    .await?;
    Ok(deleted.rows_affected() == 1)
}

/// The last variant may be going at this moment, and then nobody would look at the image before its
/// time. So the image's row is locked, and the variants are looked at once more.
async fn wait_for_variants(transaction: &mut Connection, id: ImageId) -> sqlx::Result<Forgotten> {
    if lock_image(transaction, id).await? != Some(State::Deleting) {
        return Ok(Forgotten::Absent);
    }
    let Some(last) = last_settled(transaction, id).await? else {
        let removed = remove(transaction, id).await?;
        return Ok(if removed { Forgotten::Gone } else { Forgotten::Absent });
    };
    sqlx::query("UPDATE images SET due_at = $2 WHERE id = $1 AND state = 'deleting'")
        .bind(id.as_uuid())
        .bind(last)
        .execute(transaction)
        .await?;
    Ok(Forgotten::Waits)
}
