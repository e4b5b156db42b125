//! What an operator is told of the unfinished rows.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tintype::catalog::{Backlog, Location};

use super::claims::{fill_and_analyze, sqlite_plan};
use crate::support::catalogs::{Fresh, at, pending, ready, record};

const BACKLOG: &str = include_str!("../../../src/catalog/sql/backlog.sql");

pub(super) async fn a_backlog_has_a_ceiling_and_begins_with_what_is_due_first(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    assert_eq!(catalog.backlog(10).await.unwrap(), Backlog::default());
    ready(catalog, at(0)).await;
    pending(catalog, &record(at(0))).await;
    pending(catalog, &record(at(5))).await;
    let id = ready(catalog, at(0)).await.id;
    catalog.begin_delete(id, at(100)).await.unwrap();

    let all = Backlog { pending: 2, deleting: 1, first_due: Some(at(60)) };
    assert_eq!(catalog.backlog(10).await.unwrap(), all);
    let first = Backlog { pending: 1, deleting: 0, ..all };
    assert_eq!(catalog.backlog(1).await.unwrap(), first);
}

pub(super) async fn tries_that_fail_do_not_make_a_row_look_younger(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let id = ready(catalog, at(0)).await.id;
    catalog.begin_delete(id, at(100)).await.unwrap();
    catalog.begin_delete(id, at(150)).await.unwrap();
    catalog.claim(at(200), at(300), 1).await.unwrap();
    catalog.postpone(id, at(9000)).await.unwrap();
    let backlog = catalog.backlog(10).await.unwrap();
    assert_eq!(backlog, Backlog { pending: 0, deleting: 1, first_due: Some(at(100)) });
}

pub(super) async fn a_swept_upload_is_overdue_since_it_could_no_longer_land(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    pending(catalog, &record(at(0))).await;
    catalog.claim(at(60), at(120), 1).await.unwrap();
    let backlog = catalog.backlog(10).await.unwrap();
    assert_eq!(backlog, Backlog { pending: 0, deleting: 1, first_due: Some(at(60)) });
}

pub(super) async fn the_backlog_reads_the_partial_index(fresh: &Fresh) {
    match &fresh.settings.location {
        Location::Sqlite { .. } => {
            let details = sqlite_plan(fresh, BACKLOG, &[10]).await;
            let used = |part: &str| details.iter().any(|detail| detail.contains(part));
            assert!(used("SCAN images USING INDEX images_unfinished"), "{details:?}");
            assert!(!used("TEMP B-TREE"), "{details:?}");
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
