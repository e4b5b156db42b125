//! Idempotency keys: who comes first with a key, and what the others are told.

use jiff::{SignedDuration, Timestamp};

use super::Connection;
use crate::catalog::record::Record;
use crate::catalog::reserve::{IDEMPOTENCY_LIFETIME, IdempotencyClaim, Reserved};
use crate::catalog::time::column;
use crate::image::ImageId;

/// How often to look again when the key was there for the insert and gone for the look at it. Each
/// time another request took it and let go of it, so that "running" is a true answer after the last.
const LOOKS: u32 = 3;

/// Makes `claim` the key's first request, or says what stands in the way. Belongs in the
/// transaction that makes the row of `id`.
pub(super) async fn take(
    connection: &mut Connection,
    id: ImageId,
    claim: &IdempotencyClaim,
    now: Timestamp,
) -> sqlx::Result<Reserved> {
    for _ in 0..LOOKS {
        drop_stale(connection, claim, now).await?;
        if insert(connection, id, claim, now).await? {
            return Ok(Reserved::New);
        }
        if let Some(reserved) = judge(connection, claim).await? {
            return Ok(reserved);
        }
    }
    Ok(Reserved::Running)
}

/// A key counts as absent when it is too old, or when it waits for an answer that cannot come any
/// more, because the image that it was for is not pending.
async fn drop_stale(
    connection: &mut Connection,
    claim: &IdempotencyClaim,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "DELETE FROM idempotency_keys
         WHERE principal = $1 AND key = $2
           AND (created_at <= $3
                OR (answer IS NULL
                    AND NOT EXISTS (SELECT 1 FROM images
                                    WHERE images.id = image_id AND state = 'pending')))",
    )
    .bind(&claim.principal)
    .bind(&claim.key)
    .bind(column(oldest_alive(now)))
    .execute(connection)
    .await?;
    Ok(())
}

fn oldest_alive(now: Timestamp) -> Timestamp {
    let lifetime = SignedDuration::try_from(IDEMPOTENCY_LIFETIME).unwrap_or(SignedDuration::MAX);
    now.checked_sub(lifetime).unwrap_or(Timestamp::MIN)
}

/// In PostgreSQL this waits while another transaction has inserted the key and not yet ended.
async fn insert(
    connection: &mut Connection,
    id: ImageId,
    claim: &IdempotencyClaim,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let inserted = sqlx::query(
        "INSERT INTO idempotency_keys (principal, key, fingerprint, image_id, created_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (principal, key) DO NOTHING",
    )
    .bind(&claim.principal)
    .bind(&claim.key)
    .bind(claim.fingerprint.as_bytes().as_slice())
    .bind(id.as_uuid())
    .bind(column(now))
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

async fn judge(
    connection: &mut Connection,
    claim: &IdempotencyClaim,
) -> sqlx::Result<Option<Reserved>> {
    let found: Option<(Vec<u8>, Option<String>)> = sqlx::query_as(
        "SELECT fingerprint, answer FROM idempotency_keys WHERE principal = $1 AND key = $2",
    )
    .bind(&claim.principal)
    .bind(&claim.key)
    .fetch_optional(connection)
    .await?;
    let Some((fingerprint, answer)) = found else { return Ok(None) };
    if fingerprint != claim.fingerprint.as_bytes() {
        return Ok(Some(Reserved::Mismatch));
    }
    let Some(answer) = answer else { return Ok(Some(Reserved::Running)) };
    let record =
        serde_json::from_str(&answer).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    Ok(Some(Reserved::Replay(record)))
}

/// Gives the key of `record`, if it has one, its answer.
pub(super) async fn answer(connection: &mut Connection, record: &Record) -> sqlx::Result<()> {
    let answer =
        serde_json::to_string(record).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    sqlx::query("UPDATE idempotency_keys SET answer = $2 WHERE image_id = $1")
        .bind(record.id.as_uuid())
        .bind(answer)
        .execute(connection)
        .await?;
    Ok(())
}

/// Lets another request take the key of `id`, unless it has been answered.
pub(super) async fn release(connection: &mut Connection, id: ImageId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM idempotency_keys WHERE image_id = $1 AND answer IS NULL")
        .bind(id.as_uuid())
        .execute(connection)
        .await?;
    Ok(())
}

pub(in crate::catalog) async fn purge_idempotency_keys(
    connection: &mut Connection,
    before: Timestamp,
    limit: u32,
) -> sqlx::Result<u64> {
    let purged = sqlx::query(
        "DELETE FROM idempotency_keys WHERE (principal, key) IN (
             SELECT principal, key FROM idempotency_keys
             WHERE created_at < $1 ORDER BY created_at LIMIT $2)",
    )
    .bind(column(before))
    .bind(i64::from(limit))
    .execute(connection)
    .await?;
    Ok(purged.rows_affected())
}
