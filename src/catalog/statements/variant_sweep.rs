//! The steps in the life of a variant that those take who clear it away: a deletion of its image, or
//! the reconciler.

use jiff::Timestamp;
use sqlx::{Connection as _, QueryBuilder};

use super::variants::lock_image;
use super::{CLAIM_VARIANTS, Connection, Database};
use crate::catalog::record::State;
use crate::catalog::row::DoomedRow;
use crate::catalog::time::column;
use crate::catalog::unfinished::Doomed;
use crate::image::ImageId;

pub(in crate::catalog) async fn forget_variant(
    connection: &mut Connection,
    image: ImageId,
    key: &str,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let mut transaction = connection.begin().await?;
    let dying = lock_image(&mut transaction, image).await? == Some(State::Deleting);
    let deleted = sqlx::query(
        "DELETE FROM variants
         WHERE image_id = $1 AND object_key = $2 AND (state = 'deleting' OR $3)",
    )
    .bind(image.as_uuid())
    .bind(key)
    .bind(dying)
    .execute(&mut *transaction)
    .await?;
    if dying {
        hasten_image(&mut transaction, image, now).await?;
    }
    transaction.commit().await?;
    Ok(deleted.rows_affected() == 1)
}

/// The image is due as soon as the last of its other variants is settled. That another may hold its
/// lease does no harm: deleting twice never does.
async fn hasten_image(
    transaction: &mut Connection,
    image: ImageId,
    now: Timestamp,
) -> sqlx::Result<()> {
    let last = last_settled(transaction, image).await?;
    sqlx::query(
        "UPDATE images SET due_at = $2 WHERE id = $1 AND state = 'deleting' AND due_at > $2",
    )
    .bind(image.as_uuid())
    .bind(last.unwrap_or(column(now)))
    .execute(transaction)
    .await?;
    Ok(())
}

/// The time, as a column, from which no effect of any variant's PUT can land; nothing without
/// variants.
pub(super) async fn last_settled(
    connection: &mut Connection,
    image: ImageId,
) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar("SELECT max(settled_at) FROM variants WHERE image_id = $1")
        .bind(image.as_uuid())
        .fetch_one(connection)
        .await
}

pub(in crate::catalog) async fn forget_variants(
    connection: &mut Connection,
    image: ImageId,
    keys: &[String],
) -> sqlx::Result<u64> {
    let mut query = QueryBuilder::<Database>::new("DELETE FROM variants WHERE image_id = ");
    query.push_bind(image.as_uuid());
    query.push(" AND EXISTS (SELECT 1 FROM images WHERE id = image_id AND state = 'deleting')");
    query.push(" AND object_key IN (");
    let mut list = query.separated(", ");
    for key in keys {
        list.push_bind(key);
    }
    query.push(")");
    let deleted = query.build().persistent(false).execute(connection).await?;
    Ok(deleted.rows_affected())
}

pub(in crate::catalog) async fn claim_variants(
    connection: &mut Connection,
    now: Timestamp,
    lease_until: Timestamp,
    limit: u32,
) -> sqlx::Result<Vec<Doomed>> {
    let rows: Vec<DoomedRow> = sqlx::query_as(CLAIM_VARIANTS)
        .bind(column(now))
        .bind(column(lease_until))
        .bind(i64::from(limit))
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(DoomedRow::into_doomed).collect()
}

pub(in crate::catalog) async fn postpone_variant(
    connection: &mut Connection,
    image: ImageId,
    key: &str,
    due_at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE variants SET due_at = $3
         WHERE image_id = $1 AND object_key = $2 AND state = 'deleting'",
    )
    .bind(image.as_uuid())
    .bind(key)
    .bind(column(due_at))
    .execute(connection)
    .await?;
    Ok(())
}
