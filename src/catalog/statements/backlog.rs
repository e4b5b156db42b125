//! The look at the unfinished rows that costs no more when there are millions of them.

use super::Connection;
use crate::catalog::backlog::Backlog;
use crate::catalog::time::from_column;

/// A row is to be finished when no effect of its upload can come any more; a deletion, by the end of
/// its first lease, which `begin_delete` writes into `changed_at`; a variant, from `settled_at` on.
/// `due_at` moves with each try.
///
/// The texts are in files of their own so that a test can ask either database for its plan.
pub(in crate::catalog) async fn backlog(
    connection: &mut Connection,
    limit: u32,
) -> sqlx::Result<Backlog> {
    let (pending, deleting, first_image): (i64, i64, Option<i64>) =
        sqlx::query_as(include_str!("../sql/backlog.sql"))
            .bind(i64::from(limit))
            .fetch_one(&mut *connection)
            .await?;
    let (variants, first_variant): (i64, Option<i64>) =
        sqlx::query_as(include_str!("../sql/variant_backlog.sql"))
            .bind(i64::from(limit))
            .fetch_one(connection)
            .await?;
    let first_due = [first_image, first_variant].into_iter().flatten().min();
    Ok(Backlog {
        pending: pending.unsigned_abs(),
        deleting: deleting.unsigned_abs(),
        variants: variants.unsigned_abs(),
        first_due: first_due.and_then(from_column),
    })
}
