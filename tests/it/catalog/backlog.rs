//! What an operator is told of the unfinished rows.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tintype::catalog::{Backlog, Location};

use super::claims::{fill_and_analyze, sqlite_plan};
use crate::support::catalogs::{Fresh, at, pending, pending_variant, ready, ready_variant, record};

const BACKLOG: &str = include_str!("../../../src/catalog/sql/backlog.sql");
const VARIANT_BACKLOG: &str = include_str!("../../../src/catalog/sql/variant_backlog.sql");

pub(super) async fn a_backlog_has_a_ceiling_and_begins_with_what_is_due_first(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    assert_eq!(catalog.backlog(10).await.unwrap(), Backlog::default());
    ready(catalog, at(0)).await;
    pending(catalog, &record(at(0))).await;
    pending(catalog, &record(at(5))).await;
    let id = ready(catalog, at(0)).await.id;
    catalog.begin_delete(id, at(100)).await.unwrap();

    let all = Backlog { pending: 2, deleting: 1, variants: 0, first_due: Some(at(60)) };
    assert_eq!(catalog.backlog(10).await.unwrap(), all);
    let first = Backlog { pending: 1, deleting: 0, ..all };
    assert_eq!(catalog.backlog(1).await.unwrap(), first);
}

pub(super) async fn variants_are_in_the_backlog(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let image = ready(catalog, at(0)).await;
    let doomed = ready_variant(catalog, &image, "w320.webp").await;
    assert_eq!(catalog.backlog(10).await.unwrap(), Backlog::default());
    pending_variant(catalog, &image, "w640.webp").await;
    pending_variant(catalog, &image, "w64.webp").await;
    let making = Backlog { variants: 2, first_due: Some(at(60)), ..Backlog::default() };
    assert_eq!(catalog.backlog(10).await.unwrap(), making);
    assert!(catalog.doom_variant(&doomed, at(40)).await.unwrap());
    catalog.claim_variants(at(40), at(70), 1).await.unwrap();
    catalog.postpone_variant(image.id, &doomed.key, at(9000)).await.unwrap();
    let all = Backlog { variants: 3, first_due: Some(at(40)), ..Backlog::default() };
    assert_eq!(catalog.backlog(10).await.unwrap(), all);
    assert_eq!(catalog.backlog(1).await.unwrap().variants, 1);
}

pub(super) async fn tries_that_fail_do_not_make_a_row_look_younger(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let id = ready(catalog, at(0)).await.id;
    catalog.begin_delete(id, at(100)).await.unwrap();
    catalog.begin_delete(id, at(150)).await.unwrap();
    catalog.claim(at(200), at(300), 1).await.unwrap();
    catalog.postpone(id, at(9000)).await.unwrap();
    let backlog = catalog.backlog(10).await.unwrap();
    assert_eq!(backlog, Backlog { pending: 0, deleting: 1, variants: 0, first_due: Some(at(100)) });
}

pub(super) async fn a_swept_upload_is_overdue_since_it_could_no_longer_land(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    pending(catalog, &record(at(0))).await;
    catalog.claim(at(60), at(120), 1).await.unwrap();
    let backlog = catalog.backlog(10).await.unwrap();
    assert_eq!(backlog, Backlog { pending: 0, deleting: 1, variants: 0, first_due: Some(at(60)) });
}

pub(super) async fn the_backlog_reads_the_partial_index(fresh: &Fresh) {
    match &fresh.settings.location {
        Location::Sqlite { .. } => {
            for (text, table) in [(BACKLOG, "images"), (VARIANT_BACKLOG, "variants")] {
                let details = sqlite_plan(fresh, text, &[10]).await;
                let used = |part: &str| details.iter().any(|detail| detail.contains(part));
                let scan = format!("SCAN {table} USING INDEX {table}_unfinished");
                assert!(used(&scan), "{details:?}");
                assert!(!used("TEMP B-TREE"), "{details:?}");
            }
        }
        Location::Postgres { .. } => {
            let mut connection = PgConnection::connect(&fresh.url()).await.unwrap();
            fill_and_analyze(&mut connection).await;
            let plan: Vec<String> = sqlx::query_scalar(AssertSqlSafe(format!("EXPLAIN {BACKLOG}")))
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
