//! What the reconciler and a deletion do with variants, and what keeps the image's row last.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use tintype::catalog::{Forgotten, Location, State};
use tokio::task::JoinSet;

use super::claims::{fill_and_analyze, sqlite_plan};
use crate::support::catalogs::{Fresh, at, pending_variant, ready, ready_variant};

const CLAIM_SQLITE: &str = include_str!("../../../src/catalog/sql/claim_variants_sqlite.sql");
const CLAIM_POSTGRES: &str = include_str!("../../../src/catalog/sql/claim_variants_postgres.sql");

pub(super) async fn an_image_is_not_forgotten_before_its_variants(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let image = ready(catalog, at(0)).await;
    let made = ready_variant(catalog, &image, "w320.webp").await;
    let making = pending_variant(catalog, &image, "w640.webp").await;
    let keys = [made.key.clone(), making.key.clone()];
    assert_eq!(catalog.forget_variants(image.id, &keys).await.unwrap(), 0, "the image is ready");
    catalog.begin_delete(image.id, at(30)).await.unwrap();

    assert_eq!(catalog.forget(image.id).await.unwrap(), Forgotten::Waits);
    assert_eq!(catalog.forget_variants(image.id, &keys[..1]).await.unwrap(), 1);
    assert_eq!(catalog.forget(image.id).await.unwrap(), Forgotten::Waits);
    // The one that is being made may land until then.
    assert!(catalog.claim(at(59), at(90), 10).await.unwrap().is_empty());
    assert_eq!(catalog.claim(at(60), at(90), 10).await.unwrap().len(), 1);
    assert_eq!(catalog.forget_variants(image.id, &keys).await.unwrap(), 1);
    assert_eq!(catalog.forget_variants(image.id, &[]).await.unwrap(), 0);
    assert_eq!(catalog.forget(image.id).await.unwrap(), Forgotten::Gone);
    assert_eq!(catalog.forget(image.id).await.unwrap(), Forgotten::Absent);
}

pub(super) async fn an_image_that_waits_is_due_when_its_last_variant_goes(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let image = ready(catalog, at(0)).await;
    let first = pending_variant(catalog, &image, "w320.webp").await;
    let second = pending_variant(catalog, &image, "w640.webp").await;
    catalog.begin_delete(image.id, at(30)).await.unwrap();
    assert_eq!(catalog.forget(image.id).await.unwrap(), Forgotten::Waits);

    assert!(catalog.forget_variant(image.id, &first.key, at(5)).await.unwrap());
    assert!(catalog.claim(at(59), at(35), 10).await.unwrap().is_empty());
    assert!(catalog.forget_variant(image.id, &second.key, at(6)).await.unwrap());
    assert!(catalog.claim(at(5), at(35), 10).await.unwrap().is_empty());
    let due = catalog.claim(at(6), at(36), 10).await.unwrap();
    assert_eq!(due.iter().map(|doomed| doomed.id).collect::<Vec<_>>(), [image.id]);
    assert_eq!(catalog.forget(image.id).await.unwrap(), Forgotten::Gone);
}

pub(super) async fn a_process_that_knows_no_variants_cannot_forget_their_image(fresh: &Fresh) {
    const FORGET: &str = "DELETE FROM images WHERE state = 'deleting'";
    let catalog = &fresh.catalog;
    let image = ready(catalog, at(0)).await;
    ready_variant(catalog, &image, "w320.webp").await;
    catalog.begin_delete(image.id, at(30)).await.unwrap();
    let refused = match &fresh.settings.location {
        Location::Sqlite { .. } => {
            let mut connection = SqliteConnection::connect(&fresh.url()).await.unwrap();
            sqlx::query(FORGET).execute(&mut connection).await.map(|_| ())
        }
        Location::Postgres { .. } => {
            let mut connection = PgConnection::connect(&fresh.url()).await.unwrap();
            sqlx::query(FORGET).execute(&mut connection).await.map(|_| ())
        }
    };
    let refused = refused.unwrap_err();
    assert!(refused.as_database_error().unwrap().is_foreign_key_violation(), "{refused}");
}

pub(super) async fn a_maker_that_vanished_is_swept(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let image = ready(catalog, at(0)).await;
    ready_variant(catalog, &image, "w64.webp").await;
    let variant = pending_variant(catalog, &image, "w320.webp").await;
    assert!(catalog.claim_variants(at(59), at(90), 10).await.unwrap().is_empty());
    let unfinished = catalog.unfinished(at(60)).await.unwrap();
    assert_eq!((unfinished.pending, unfinished.deleting, unfinished.overdue), (1, 0, 1));

    let swept = catalog.claim_variants(at(60), at(90), 10).await.unwrap().remove(0);
    assert_eq!((swept.id, &swept.key, swept.settled_at), (image.id, &variant.key, at(60)));
    assert!(!catalog.commit_variant(&variant, at(61)).await.unwrap());
    assert!(!catalog.abandon_variant(&variant, at(61)).await.unwrap());
    assert!(catalog.claim_variants(at(89), at(120), 10).await.unwrap().is_empty());
    catalog.postpone_variant(image.id, &variant.key, at(70)).await.unwrap();
    let again = catalog.claim_variants(at(70), at(100), 10).await.unwrap().remove(0);
    assert_eq!(again.attempts, 2);
    let unfinished = catalog.unfinished(at(60)).await.unwrap();
    assert_eq!((unfinished.pending, unfinished.deleting), (0, 1));
    assert!(catalog.forget_variant(image.id, &variant.key, at(71)).await.unwrap());
    let rows = catalog.variants_of(image.id, None, 10).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.state).collect::<Vec<_>>(), [State::Ready]);
}

pub(super) async fn two_claimers_never_get_the_same_variant(fresh: &Fresh) {
    const ROWS: usize = 60;
    let image = ready(&fresh.catalog, at(0)).await;
    for number in 0..ROWS {
        pending_variant(&fresh.catalog, &image, &format!("w{number}.webp")).await;
    }
    let mut claimers = JoinSet::new();
    for _ in 0..4 {
        let catalog = fresh.again().await;
        claimers.spawn(async move {
            let mut claimed = Vec::new();
            for _ in 0..ROWS {
                claimed.extend(catalog.claim_variants(at(60), at(90), 3).await.unwrap());
            }
            catalog.close().await;
            claimed
        });
    }
    let claimed: Vec<_> = claimers.join_all().await.into_iter().flatten().collect();
    let distinct: BTreeSet<_> = claimed.iter().map(|doomed| &doomed.key).collect();
    assert_eq!((claimed.len(), distinct.len()), (ROWS, ROWS));
}

pub(super) async fn variants_come_in_pages(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let mut expected = Vec::new();
    for second in 0..3 {
        let image = ready(catalog, at(second)).await;
        for name in ["w320.webp", "w64.webp", "x.jpg"] {
            expected.push(ready_variant(catalog, &image, name).await);
        }
    }
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = catalog.variant_page(after.as_ref(), 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.variant.clone());
        all.extend(page.into_iter().map(|row| row.variant));
    }
    assert_eq!(all, expected);
    let second = catalog.variants_of(expected[3].image, Some(&expected[3]), 10).await.unwrap();
    assert_eq!(second.into_iter().map(|row| row.variant).collect::<Vec<_>>(), expected[4..6]);
}

pub(super) async fn a_claim_of_variants_reads_the_partial_index(fresh: &Fresh) {
    match &fresh.settings.location {
        Location::Sqlite { .. } => {
            let details = sqlite_plan(fresh, CLAIM_SQLITE, &[0, 0, 10]).await;
            let used = |part: &str| details.iter().any(|detail| detail.contains(part));
            assert!(
                used("SEARCH variants USING INDEX variants_unfinished (due_at<?)"),
                "{details:?}"
            );
            assert!(used("SEARCH variants USING PRIMARY KEY (image_id=?"), "{details:?}");
            assert!(!used("SCAN variants") && !used("TEMP B-TREE"), "{details:?}");
        }
        Location::Postgres { .. } => {
            let mut connection = PgConnection::connect(&fresh.url()).await.unwrap();
            fill_and_analyze(&mut connection).await;
            sqlx::raw_sql(
                "INSERT INTO variants (image_id, name, object_key, state, format, size, width,
                                       height, sha256, created_at, settled_at, due_at, attempts)
                 SELECT id, 'w320.webp', 'k', state, 'webp', 1, 1, 1, sha256('x'), 0, 0, due_at, 0
                 FROM images;
                 ANALYZE variants",
            )
            .execute(&mut connection)
            .await
            .unwrap();
            let explain = AssertSqlSafe(format!("EXPLAIN {CLAIM_POSTGRES}"));
            let plan: Vec<String> = sqlx::query_scalar(explain)
                .bind(150_i64)
                .bind(0_i64)
                .bind(10_i64)
                .fetch_all(&mut connection)
                .await
                .unwrap();
            let plan = plan.join("\n");
            assert!(plan.contains("Index Scan using variants_unfinished"), "{plan}");
            assert!(!plan.contains("Seq Scan"), "{plan}");
        }
    }
}
