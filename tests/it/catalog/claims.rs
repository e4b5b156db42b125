//! The reconciler's side: claims, leases, tombstones.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use tintype::catalog::{Forgotten, Location, State, Unfinished};
use tintype::image::ImageId;
use tokio::task::JoinSet;

use crate::support::catalogs::{Fresh, at, pending, ready, record};

const CLAIM_SQLITE: &str = include_str!("../../../src/catalog/sql/claim_sqlite.sql");
const CLAIM_POSTGRES: &str = include_str!("../../../src/catalog/sql/claim_postgres.sql");

async fn claim(fresh: &Fresh, now: i64, limit: u32) -> BTreeSet<ImageId> {
    let claimed = fresh.catalog.claim(at(now), at(now + 30), limit).await.unwrap();
    claimed.into_iter().map(|doomed| doomed.id).collect()
}

pub(super) async fn a_claim_takes_what_is_due_longest_first(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    ready(catalog, at(0)).await;
    let mut ids = Vec::new();
    for second in [3, 1, 2] {
        let record = record(at(second));
        pending(catalog, &record).await;
        ids.push(record.id);
    }
    let deleting = ready(catalog, at(0)).await.id;
    catalog.begin_delete(deleting, at(50)).await.unwrap();

    assert!(claim(fresh, 49, 10).await.is_empty());
    assert_eq!(claim(fresh, 62, 2).await, BTreeSet::from([deleting, ids[1]]));
    assert_eq!(claim(fresh, 62, 2).await, BTreeSet::from([ids[2]]));
    assert_eq!(claim(fresh, 63, 2).await, BTreeSet::from([ids[0]]));
}

pub(super) async fn a_lease_keeps_others_away_until_it_ends(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let record = record(at(0));
    pending(catalog, &record).await;

    let first = catalog.claim(at(60), at(90), 10).await.unwrap().remove(0);
    assert_eq!((first.attempts, first.settled_at, &first.key), (1, at(60), &record.key));
    assert!(catalog.claim(at(89), at(119), 10).await.unwrap().is_empty());
    let second = catalog.claim(at(90), at(120), 10).await.unwrap().remove(0);
    assert_eq!((second.id, second.attempts), (record.id, 2));
}

pub(super) async fn two_claimers_never_get_the_same_row(fresh: &Fresh) {
    const ROWS: usize = 60;
    for _ in 0..ROWS {
        pending(&fresh.catalog, &record(at(0))).await;
    }
    let mut claimers = JoinSet::new();
    for _ in 0..4 {
        let catalog = fresh.again().await;
        claimers.spawn(async move {
            let mut claimed = Vec::new();
            // On PostgreSQL a claim may find all that is due locked by others, and come back empty
            // while rows are left; whoever held them then takes them.
            for _ in 0..ROWS {
                claimed.extend(catalog.claim(at(60), at(90), 3).await.unwrap());
            }
            catalog.close().await;
            claimed
        });
    }
    let claimed: Vec<_> = claimers.join_all().await.into_iter().flatten().collect();
    let distinct: BTreeSet<_> = claimed.iter().map(|doomed| doomed.id).collect();
    assert_eq!((claimed.len(), distinct.len()), (ROWS, ROWS));
    assert!(claimed.iter().all(|doomed| doomed.attempts == 1));
}

pub(super) async fn an_abandoned_upload_is_due_when_it_said(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let record = record(at(0));
    pending(catalog, &record).await;
    catalog.abandon(record.id, at(20)).await.unwrap();

    assert!(claim(fresh, 19, 10).await.is_empty());
    let doomed = catalog.claim(at(20), at(50), 10).await.unwrap().remove(0);
    assert_eq!((doomed.id, doomed.settled_at), (record.id, at(60)));
}

pub(super) async fn a_postponed_row_is_due_later(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let id = ready(catalog, at(0)).await.id;
    let pending_id = record(at(0));
    pending(catalog, &pending_id).await;
    catalog.begin_delete(id, at(10)).await.unwrap();
    catalog.postpone(id, at(40)).await.unwrap();
    catalog.postpone(pending_id.id, at(0)).await.unwrap();

    assert!(claim(fresh, 39, 10).await.is_empty());
    assert_eq!(claim(fresh, 40, 10).await, BTreeSet::from([id]));
}

pub(super) async fn a_stray_object_gets_a_tombstone(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let stray = ImageId::generate(at(0));
    let known = ready(catalog, at(0)).await;

    assert!(catalog.adopt(stray, "p/0000/x/original.webp", at(10)).await.unwrap());
    assert!(!catalog.adopt(stray, "p/0000/x/original.webp", at(0)).await.unwrap());
    assert!(!catalog.adopt(known.id, "p/0000/y/original.webp", at(0)).await.unwrap());

    assert_eq!(catalog.find(known.id).await.unwrap(), Some(known));
    let doomed = catalog.claim(at(10), at(40), 10).await.unwrap().remove(0);
    assert_eq!((doomed.id, doomed.key.as_str()), (stray, "p/0000/x/original.webp"));
    let rows = catalog.page(None, 10).await.unwrap();
    assert!(rows.iter().any(|row| row.record.id == stray && row.state == State::Deleting));
    assert_eq!(catalog.forget(stray).await.unwrap(), Forgotten::Gone);
}

pub(super) async fn what_is_unfinished_is_counted(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    assert_eq!(catalog.unfinished(at(0)).await.unwrap(), Unfinished::default());
    ready(catalog, at(0)).await;
    pending(catalog, &record(at(0))).await;
    pending(catalog, &record(at(5))).await;
    let id = ready(catalog, at(0)).await.id;
    catalog.begin_delete(id, at(100)).await.unwrap();

    let expected = Unfinished { pending: 2, deleting: 1, overdue: 1, oldest_due: Some(at(60)) };
    assert_eq!(catalog.unfinished(at(64)).await.unwrap(), expected);
}

pub(super) async fn a_claim_reads_the_partial_index(fresh: &Fresh) {
    match &fresh.settings.location {
        Location::Sqlite { .. } => {
            let details = sqlite_plan(fresh, CLAIM_SQLITE, &[0, 0, 10]).await;
            let used = |part: &str| details.iter().any(|detail| detail.contains(part));
            assert!(used("SEARCH images USING INDEX images_unfinished (due_at<?)"), "{details:?}");
            assert!(used("SEARCH images USING PRIMARY KEY (id=?)"), "{details:?}");
            assert!(!used("SCAN images") && !used("TEMP B-TREE"), "{details:?}");
        }
        Location::Postgres { .. } => {
            let mut connection = PgConnection::connect(&fresh.url()).await.unwrap();
            fill_and_analyze(&mut connection).await;
            let plan: Vec<String> =
                sqlx::query_scalar(AssertSqlSafe(format!("EXPLAIN {CLAIM_POSTGRES}")))
                    .bind(0_i64)
                    .bind(0_i64)
                    .bind(10_i64)
                    .fetch_all(&mut connection)
                    .await
                    .unwrap();
            let plan = plan.join("\n");
            assert!(plan.contains("Index Scan using images_unfinished"), "{plan}");
            assert!(!plan.contains("Seq Scan"), "{plan}");
        }
    }
}

/// The steps by which SQLite would execute a statement with these values.
pub(super) async fn sqlite_plan(fresh: &Fresh, statement: &str, values: &[i64]) -> Vec<String> {
    let mut connection = SqliteConnection::connect(&fresh.url()).await.unwrap();
    let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
    let mut query = sqlx::query_as::<_, (i64, i64, i64, String)>(explain);
    for value in values {
        query = query.bind(value);
    }
    let steps = query.fetch_all(&mut connection).await.unwrap();
    steps.into_iter().map(|(.., detail)| detail).collect()
}

/// Enough rows, most of them ready, that PostgreSQL prefers an index where it has one.
pub(super) async fn fill_and_analyze(connection: &mut PgConnection) {
    sqlx::raw_sql(
        "INSERT INTO images (id, state, object_key, format, size, width, height, frames, sha256,
                             metadata, created_at, changed_at, settled_at, due_at, attempts)
         SELECT gen_random_uuid(), CASE WHEN n % 100 = 0 THEN 'pending' ELSE 'ready' END,
                'k', 'jpg', 1, 1, 1, 1, sha256('x'), '{}', n, n, n, n, 0
         FROM generate_series(1, 20000) AS n;
         ANALYZE images",
    )
    .execute(connection)
    .await
    .unwrap();
}
