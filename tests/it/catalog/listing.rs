//! The listing and the other ways to read many rows, and what they cost.

use std::collections::BTreeSet;

use sqlx::{Connection as _, PgConnection, SqliteConnection};
use tintype::catalog::{Catalog, Location, State};
use tintype::image::ImageId;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::claims::fill_and_analyze;
use crate::support::catalogs::{Fresh, at, pending, pending_variant, ready, record};

const LIST: &str = include_str!("../../../src/catalog/sql/list.sql");

async fn all_pages(catalog: &Catalog, limit: u32) -> Vec<ImageId> {
    let mut ids: Vec<ImageId> = Vec::new();
    loop {
        let page = catalog.list(ids.last().copied(), limit).await.unwrap();
        if page.is_empty() {
            return ids;
        }
        ids.extend(page.into_iter().map(|record| record.id));
    }
}

pub(super) async fn pages_hold_every_ready_image_once_newest_first(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let mut expected = Vec::new();
    for second in 0..25 {
        expected.insert(0, ready(catalog, at(second)).await.id);
        pending(catalog, &record(at(second))).await;
        let gone = ready(catalog, at(second)).await;
        catalog.begin_delete(gone.id, at(99)).await.unwrap().unwrap();
    }
    for limit in [1, 7, 25, 100] {
        assert_eq!(all_pages(catalog, limit).await, expected, "{limit} a page");
    }
}

pub(super) async fn pages_are_stable_under_uploads_and_deletes(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let mut staying = BTreeSet::new();
    let mut leaving = Vec::new();
    for second in 0..40 {
        staying.insert(ready(catalog, at(second)).await.id);
        leaving.push(ready(catalog, at(second)).await.id);
    }
    let mut others = JoinSet::new();
    let deleting = catalog.clone();
    others.spawn(async move {
        for id in leaving {
            deleting.begin_delete(id, at(99)).await.unwrap();
            deleting.forget(id).await.unwrap();
        }
    });
    let uploading = catalog.clone();
    others.spawn(async move {
        for second in 0..40 {
            ready(&uploading, at(second)).await;
        }
    });
    while !others.is_empty() {
        let seen = all_pages(catalog, 3).await;
        let distinct: BTreeSet<_> = seen.iter().copied().collect();
        assert_eq!(distinct.len(), seen.len(), "an image is on two pages");
        assert!(staying.is_subset(&distinct), "an image is on no page");
        while let Some(ended) = others.try_join_next() {
            ended.unwrap();
        }
    }
}

pub(super) async fn the_listing_reads_the_primary_key(fresh: &Fresh) {
    match &fresh.settings.location {
        Location::Sqlite { .. } => {
            let mut connection = SqliteConnection::connect(&fresh.url()).await.unwrap();
            let plan: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {LIST}")))
                    .bind(Uuid::max())
                    .bind(10_i64)
                    .fetch_all(&mut connection)
                    .await
                    .unwrap();
            let details: Vec<_> = plan.into_iter().map(|(.., detail)| detail).collect();
            assert_eq!(details, ["SEARCH images USING PRIMARY KEY (id<?)"]);
        }
        Location::Postgres { .. } => {
            let mut connection = PgConnection::connect(&fresh.url()).await.unwrap();
            fill_and_analyze(&mut connection).await;
            let plan: Vec<String> =
                sqlx::query_scalar(sqlx::AssertSqlSafe(format!("EXPLAIN {LIST}")))
                    .bind(Uuid::max())
                    .bind(10_i64)
                    .fetch_all(&mut connection)
                    .await
                    .unwrap();
            let plan = plan.join("\n");
            assert!(plan.contains("Index Scan Backward using images_pkey"), "{plan}");
            assert!(!plan.contains("Sort"), "{plan}");
        }
    }
}

pub(super) async fn the_check_sees_rows_in_every_state(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let first = record(at(0));
    pending(catalog, &first).await;
    let second = ready(catalog, at(1)).await;
    let third = ready(catalog, at(2)).await;
    catalog.begin_delete(third.id, at(30)).await.unwrap();

    let rows = catalog.page(None, 2).await.unwrap();
    let more = catalog.page(Some(rows[1].record.id), 2).await.unwrap();
    let seen: Vec<_> = rows.iter().chain(&more).map(|row| (&row.record, row.state)).collect();
    let expected = [(&first, State::Pending), (&second, State::Ready), (&third, State::Deleting)];
    assert_eq!(seen, expected);
    assert_eq!((rows[0].due_at, rows[0].settled_at, rows[0].attempts), (at(60), at(60), 0));
    assert_eq!((more[0].due_at, more[0].settled_at), (at(30), at(2)));
}

pub(super) async fn known_keys_are_found_in_any_number(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let there = ready(catalog, at(0)).await;
    let variant = pending_variant(catalog, &there, "w320.webp").await;
    let strangers = (0..2500).map(|_| (ImageId::generate(at(0)), there.key.clone()));
    let mut keys: Vec<_> = strangers.collect();
    keys.extend(
        [there.key.clone(), variant.key.clone(), "x".to_owned()].map(|key| (there.id, key)),
    );

    let mut known = catalog.known(&keys).await.unwrap();
    known.sort();
    let mut expected = [there.key, variant.key];
    expected.sort();
    assert_eq!(known, expected);
    assert!(catalog.known(&[]).await.unwrap().is_empty());
}
