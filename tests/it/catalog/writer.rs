//! The one writer of a SQLite file: under load, beside another process, under faults.

use std::time::Duration;

use sqlx::{Connection as _, SqliteConnection};
use tintype::catalog::{Catalog, CatalogError, Forgotten, Location, Reserve, Settings};
use tokio::task::JoinSet;

use super::on_sqlite;
use crate::support::catalogs::{Fresh, at, block_on, ready, record};

async fn upload_and_delete_half(catalog: Catalog, rounds: i64) {
    for second in 0..rounds {
        let record = ready(&catalog, at(second)).await;
        assert!(catalog.find(record.id).await.unwrap().is_some());
        if second % 2 == 0 {
            catalog.begin_delete(record.id, at(99)).await.unwrap().unwrap();
            assert_eq!(catalog.forget(record.id).await.unwrap(), Forgotten::Gone);
        }
    }
}

#[test]
fn sixty_four_uploads_at_once_meet_no_lock() {
    on_sqlite(async |fresh: &Fresh| {
        let mut uploads = JoinSet::new();
        for _ in 0..64 {
            uploads.spawn(upload_and_delete_half(fresh.catalog.clone(), 4));
        }
        uploads.join_all().await;
        assert_eq!(fresh.catalog.list(None, 1000).await.unwrap().len(), 128);
    });
}

#[test]
fn two_processes_share_a_file() {
    on_sqlite(async |fresh: &Fresh| {
        let other = fresh.again().await;
        let mut uploads = JoinSet::new();
        for worker in 0..16 {
            let catalog = if worker % 2 == 0 { fresh.catalog.clone() } else { other.clone() };
            uploads.spawn(upload_and_delete_half(catalog, 4));
        }
        uploads.join_all().await;
        assert_eq!(other.list(None, 1000).await.unwrap().len(), 32);
        other.close().await;
    });
}

#[test]
fn a_refused_write_leaves_its_neighbours_alone() {
    on_sqlite(async |fresh: &Fresh| {
        let taken = ready(&fresh.catalog, at(0)).await;
        let mut uploads = JoinSet::new();
        for upload in 0..60 {
            let catalog = fresh.catalog.clone();
            let record = if upload % 3 == 0 { taken.clone() } else { record(at(1)) };
            let reserve = Reserve { sweep_at: at(60), idempotency: None, now: at(0) };
            uploads.spawn(async move { catalog.reserve(&record, &reserve).await });
        }
        let answers = uploads.join_all().await;
        let refused = answers.iter().filter(|a| matches!(a, Err(CatalogError::Refused(_)))).count();
        assert_eq!((answers.iter().filter(|a| a.is_ok()).count(), refused), (40, 20));
        assert_eq!(fresh.catalog.unfinished(at(0)).await.unwrap().pending, 40);
    });
}

#[test]
fn a_write_is_done_though_its_caller_went_away() {
    on_sqlite(async |fresh: &Fresh| {
        let record = record(at(0));
        let reserve = Reserve { sweep_at: at(60), idempotency: None, now: at(0) };
        let mut write = Box::pin(fresh.catalog.reserve(&record, &reserve));
        // One look puts the write into the queue; nothing has answered it yet.
        assert!(futures_util::poll!(&mut write).is_pending());
        drop(write);
        // Writes are taken in order, so the next answer means that it has been done.
        ready(&fresh.catalog, at(1)).await;
        assert_eq!(fresh.catalog.unfinished(at(0)).await.unwrap().pending, 1);
    });
}

#[test]
fn closing_finishes_the_writes_that_wait() {
    on_sqlite(async |fresh: &Fresh| {
        let catalog = fresh.again().await;
        let mut uploads = JoinSet::new();
        for _ in 0..32 {
            let catalog = catalog.clone();
            let record = record(at(0));
            let reserve = Reserve { sweep_at: at(60), idempotency: None, now: at(0) };
            uploads.spawn(async move { catalog.reserve(&record, &reserve).await.is_ok() });
        }
        catalog.close().await;
        let done = uploads.join_all().await.into_iter().filter(|done| *done).count();
        let rows = fresh.catalog.unfinished(at(0)).await.unwrap().pending;
        assert_eq!(rows, u64::try_from(done).unwrap(), "acknowledged and written are the same");
    });
}

#[test]
fn a_locked_file_is_unavailable_until_it_is_free() {
    block_on(async {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("catalog.db");
        let url = format!("sqlite://{}", path.display());
        let patience = Duration::from_millis(200);
        let settings =
            Settings { acquire_timeout: patience, ..Settings::new(Location::Sqlite { path }) };
        let catalog = Catalog::open(&settings).await.unwrap();
        let before = ready(&catalog, at(0)).await;

        let mut other = SqliteConnection::connect(&url).await.unwrap();
        let lock = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
        let refused = catalog.forget(before.id).await;
        assert!(matches!(refused, Err(CatalogError::Unavailable(_))), "{refused:?}");
        assert_eq!(catalog.find(before.id).await.unwrap(), Some(before), "reading goes on");

        lock.rollback().await.unwrap();
        ready(&catalog, at(1)).await;
        catalog.close().await;
    });
}
