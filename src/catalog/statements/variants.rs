//! The steps in the life of a variant that the one who makes it takes, and those who look.

use jiff::Timestamp;

use super::{Connection, LOCK_IMAGE};
use crate::catalog::record::State;
use crate::catalog::row::VariantTableRow;
use crate::catalog::time::column;
use crate::catalog::variant::{Variant, VariantReserved, VariantRow};
use crate::image::{ImageId, VariantName};
use sqlx::Connection as _;
use uuid::Uuid;

/// The state of the image, which stays what it is until the transaction ends.
pub(super) async fn lock_image(
    transaction: &mut Connection,
    image: ImageId,
) -> sqlx::Result<Option<State>> {
    let state: Option<String> =
        sqlx::query_scalar(LOCK_IMAGE).bind(image.as_uuid()).fetch_optional(transaction).await?;
    Ok(state.and_then(|name| State::from_name(&name)))
}

pub(in crate::catalog) async fn find_variant(
    connection: &mut Connection,
    image: ImageId,
    name: &VariantName,
) -> sqlx::Result<Option<Variant>> {
    let row: Option<VariantTableRow> = sqlx::query_as(include_str!("../sql/find_variant.sql"))
        .bind(image.as_uuid())
        .bind(name.as_str())
        .fetch_optional(connection)
        .await?;
    Ok(row.map(VariantTableRow::into_row).transpose()?.map(|row| row.variant))
}

pub(in crate::catalog) async fn reserve_variant(
    connection: &mut Connection,
    variant: &Variant,
    sweep_at: Timestamp,
    limit: u32,
) -> sqlx::Result<VariantReserved> {
    let mut transaction = connection.begin().await?;
    let reserved = judge(&mut transaction, variant, limit).await?;
    if reserved == VariantReserved::New {
        insert_pending(&mut transaction, variant, sweep_at).await?;
    }
    transaction.commit().await?;
    Ok(reserved)
}

/// Who gets `New` is alone until its transaction ends: all others wait for the image's row.
async fn judge(
    transaction: &mut Connection,
    variant: &Variant,
    limit: u32,
) -> sqlx::Result<VariantReserved> {
    if lock_image(transaction, variant.image).await? != Some(State::Ready) {
        return Ok(VariantReserved::NoImage);
    }
    let (same, kept, going): (i64, i64, i64) = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE name = $2 AND state <> 'deleting'),
                count(*) FILTER (WHERE state <> 'deleting'),
                count(*) FILTER (WHERE state = 'deleting')
         FROM variants WHERE image_id = $1",
    )
    .bind(variant.image.as_uuid())
    .bind(variant.name.as_str())
    .fetch_one(transaction)
    .await?;
    Ok(if same > 0 {
        VariantReserved::Exists
    } else if kept >= i64::from(limit) {
        VariantReserved::TooMany
    } else if going >= i64::from(limit) {
        VariantReserved::TooManyGoing
    } else {
        VariantReserved::New
    })
}

async fn insert_pending(
    transaction: &mut Connection,
    variant: &Variant,
    sweep_at: Timestamp,
) -> sqlx::Result<()> {
    let size = i64::try_from(variant.size).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    sqlx::query(
        "INSERT INTO variants (image_id, name, object_key, state, format, size, width, height,
                               sha256, created_at, settled_at, due_at, attempts)
         VALUES ($1, $2, $3, 'pending', $4, $5, $6, $7, $8, $9, $10, $10, 0)",
    )
    .bind(variant.image.as_uuid())
    .bind(variant.name.as_str())
    .bind(&variant.key)
    .bind(variant.format.extension())
    .bind(size)
    .bind(i64::from(variant.width))
    .bind(i64::from(variant.height))
    .bind(variant.sha256.as_bytes().as_slice())
    .bind(column(variant.created_at))
    .bind(column(sweep_at))
    .execute(transaction)
    .await?;
    Ok(())
}

pub(in crate::catalog) async fn commit_variant(
    connection: &mut Connection,
    variant: &Variant,
    settled_at: Timestamp,
) -> sqlx::Result<bool> {
    let mut transaction = connection.begin().await?;
    let image = lock_image(&mut transaction, variant.image).await?;
    let mut committed = false;
    if image == Some(State::Ready) {
        let moved = sqlx::query(
            "UPDATE variants SET state = 'ready', settled_at = $4
             WHERE image_id = $1 AND name = $2 AND object_key = $3 AND state = 'pending'",
        )
        .bind(variant.image.as_uuid())
        .bind(variant.name.as_str())
        .bind(&variant.key)
        .bind(column(settled_at))
        .execute(&mut *transaction)
        .await?;
        committed = moved.rows_affected() == 1;
    }
    transaction.commit().await?;
    Ok(committed)
}

pub(in crate::catalog) async fn abandon_variant(
    connection: &mut Connection,
    variant: &Variant,
    settled_at: Timestamp,
) -> sqlx::Result<bool> {
    let moved = sqlx::query(
        "UPDATE variants SET state = 'deleting', settled_at = $4, due_at = $4
         WHERE image_id = $1 AND name = $2 AND object_key = $3 AND state = 'pending'",
    )
    .bind(variant.image.as_uuid())
    .bind(variant.name.as_str())
    .bind(&variant.key)
    .bind(column(settled_at))
    .execute(connection)
    .await?;
    Ok(moved.rows_affected() == 1)
}

/// Nothing is to land any more from the time that is kept; a later one does no harm, and says since
/// when the row is to be finished.
pub(in crate::catalog) async fn doom_variant(
    connection: &mut Connection,
    variant: &Variant,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let moved = sqlx::query(
        "UPDATE variants
         SET state = 'deleting', due_at = $4,
             settled_at = CASE WHEN settled_at > $4 THEN settled_at ELSE $4 END
         WHERE image_id = $1 AND name = $2 AND object_key = $3 AND state = 'ready'",
    )
    .bind(variant.image.as_uuid())
    .bind(variant.name.as_str())
    .bind(&variant.key)
    .bind(column(now))
    .execute(connection)
    .await?;
    Ok(moved.rows_affected() == 1)
}

pub(in crate::catalog) async fn variants_of(
    connection: &mut Connection,
    image: ImageId,
    after: Option<&Variant>,
    limit: u32,
) -> sqlx::Result<Vec<VariantRow>> {
    let rows: Vec<VariantTableRow> = sqlx::query_as(
        "SELECT image_id, name, object_key, state, format, size, width, height, sha256, created_at,
                settled_at, due_at
         FROM variants WHERE image_id = $1 AND (name, object_key) > ($2, $3)
         ORDER BY name, object_key LIMIT $4",
    )
    .bind(image.as_uuid())
    .bind(after.map_or("", |after| after.name.as_str()))
    .bind(after.map_or("", |after| after.key.as_str()))
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(VariantTableRow::into_row).collect()
}

pub(in crate::catalog) async fn variant_page(
    connection: &mut Connection,
    after: Option<&Variant>,
    limit: u32,
) -> sqlx::Result<Vec<VariantRow>> {
    let rows: Vec<VariantTableRow> = sqlx::query_as(
        "SELECT image_id, name, object_key, state, format, size, width, height, sha256, created_at,
                settled_at, due_at
         FROM variants WHERE (image_id, name, object_key) > ($1, $2, $3)
         ORDER BY image_id, name, object_key LIMIT $4",
    )
    .bind(after.map_or(Uuid::nil(), |after| after.image.as_uuid()))
    .bind(after.map_or("", |after| after.name.as_str()))
    .bind(after.map_or("", |after| after.key.as_str()))
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(VariantTableRow::into_row).collect()
}

pub(in crate::catalog) async fn describe(
    connection: &mut Connection,
    id: ImageId,
    placeholder: &[u8],
    color: [u8; 3],
) -> sqlx::Result<bool> {
    let described = sqlx::query(
        "UPDATE images SET placeholder = $2, color = $3
         WHERE id = $1 AND state = 'ready' AND placeholder IS NULL",
    )
    .bind(id.as_uuid())
    .bind(placeholder)
    .bind(color.as_slice())
    .execute(connection)
    .await?;
    Ok(described.rows_affected() == 1)
}
