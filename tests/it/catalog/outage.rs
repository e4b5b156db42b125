//! PostgreSQL killed, hanging, gone, and back: an answer within the time limits, and no lasting harm.

use std::net::ToSocketAddrs as _;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use sqlx::{Connection as _, PgConnection};
use tintype::catalog::{Catalog, CatalogError, Settings};
use tokio::task::JoinSet;
use tokio::time::timeout;
use url::Url;

use super::link::{Link, Mode};
use super::on_postgres;
use crate::support::catalogs::{Fresh, at, ready, record};

/// Settings with short limits, for a catalog whose link to the server the test holds in its hand.
async fn linked(fresh: &Fresh) -> (Settings, Link) {
    let mut url: Url = fresh.url().parse().unwrap();
    let host = url.host_str().unwrap().to_owned();
    let server = (host, url.port().unwrap_or(5432)).to_socket_addrs().unwrap().next().unwrap();
    let link = Link::to(server).await;
    url.set_host(Some("127.0.0.1")).unwrap();
    url.set_port(Some(link.address.port())).unwrap();
    let settings = Settings {
        acquire_timeout: Duration::from_millis(500),
        statement_timeout: Duration::from_millis(500),
        ..Settings::new(url.as_str().parse().unwrap())
    };
    (settings, link)
}

/// The longest that a call may take under these settings, and something for a busy machine.
const LIMIT: Duration = Duration::from_millis(500 + 500 + 1000 + 1000);

async fn is_unavailable_in_time(catalog: &Catalog) {
    let mut calls = JoinSet::new();
    // More calls than connections: those that wait for one must hear in time as well.
    for _ in 0..30 {
        let catalog = catalog.clone();
        calls.spawn(async move {
            let began = Instant::now();
            let answer = catalog.find(record(at(0)).id).await;
            assert!(matches!(answer, Err(CatalogError::Unavailable(_))), "{answer:?}");
            assert!(began.elapsed() < LIMIT, "{:?}", began.elapsed());
        });
    }
    calls.join_all().await;
}

async fn kill_all_sessions(fresh: &Fresh) {
    let mut killer = PgConnection::connect(&fresh.url()).await.unwrap();
    let killed = sqlx::query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name = current_setting('application_name') AND pid <> pg_backend_pid()",
    )
    .execute(&mut killer)
    .await
    .unwrap();
    assert!(killed.rows_affected() > 0);
}

#[test]
fn killed_sessions_are_replaced() {
    on_postgres(async |fresh: &Fresh| {
        let catalog = &fresh.catalog;
        let record = ready(catalog, at(0)).await;
        kill_all_sessions(fresh).await;
        assert_eq!(catalog.find(record.id).await.unwrap(), Some(record));
    });
}

#[test]
fn a_server_that_hangs_is_unavailable_and_then_back() {
    on_postgres(async |fresh: &Fresh| {
        let (settings, link) = linked(fresh).await;
        let catalog = Catalog::open(&settings).await.unwrap();
        let record = ready(&catalog, at(0)).await;
        link.set(Mode::Frozen);
        is_unavailable_in_time(&catalog).await;
        link.set(Mode::Open);
        assert_eq!(catalog.find(record.id).await.unwrap(), Some(record));
    });
}

#[test]
fn a_connection_that_hangs_for_ever_is_replaced() {
    on_postgres(async |fresh: &Fresh| {
        let (settings, link) = linked(fresh).await;
        let one = Settings {
            connections: NonZeroU32::MIN,
            statement_timeout: Duration::from_secs(2),
            ..settings
        };
        let catalog = Catalog::open(&one).await.unwrap();
        let record = ready(&catalog, at(0)).await;

        // The one connection is in the middle of a statement when the link freezes.
        let mut other = PgConnection::connect(&fresh.url()).await.unwrap();
        let mut lock = other.begin().await.unwrap();
        sqlx::query("LOCK TABLE images").execute(&mut *lock).await.unwrap();
        let (found, ()) = tokio::join!(catalog.find(record.id), async {
            timeout(LIMIT, until_one_waits(&mut lock)).await.unwrap();
            link.set(Mode::Frozen);
        });
        assert!(matches!(found, Err(CatalogError::Unavailable(_))), "{found:?}");
        lock.rollback().await.unwrap();

        let _still_frozen = link.renew();
        assert_eq!(catalog.find(record.id).await.unwrap(), Some(record));
    });
}

/// Returns when a session of this test waits for a lock.
async fn until_one_waits(connection: &mut PgConnection) {
    const WAITING: &str = "SELECT count(*) FROM pg_stat_activity
         WHERE application_name = current_setting('application_name') AND wait_event_type = 'Lock'";
    loop {
        let waiting: i64 = sqlx::query_scalar(WAITING).fetch_one(&mut *connection).await.unwrap();
        if waiting > 0 {
            return;
        }
        // Within a transaction the view stands still until it is cleared.
        sqlx::query("SELECT pg_stat_clear_snapshot()").execute(&mut *connection).await.unwrap();
    }
}

#[test]
fn a_server_that_is_gone_is_unavailable_and_then_back() {
    on_postgres(async |fresh: &Fresh| {
        let (settings, link) = linked(fresh).await;
        let catalog = Catalog::open(&settings).await.unwrap();
        let record = ready(&catalog, at(0)).await;
        link.set(Mode::Cut);
        is_unavailable_in_time(&catalog).await;
        link.set(Mode::Open);
        assert_eq!(catalog.find(record.id).await.unwrap(), Some(record));
    });
}

#[test]
fn a_statement_that_waits_too_long_is_given_up() {
    on_postgres(async |fresh: &Fresh| {
        let (settings, _link) = linked(fresh).await;
        let catalog = Catalog::open(&settings).await.unwrap();
        let record = ready(&catalog, at(0)).await;
        let mut other = PgConnection::connect(&fresh.url()).await.unwrap();
        let mut lock = other.begin().await.unwrap();
        sqlx::query("SELECT 1 FROM images FOR UPDATE").execute(&mut *lock).await.unwrap();

        let began = Instant::now();
        let answer = catalog.begin_delete(record.id, at(1)).await;
        assert!(matches!(answer, Err(CatalogError::Unavailable(_))), "{answer:?}");
        assert!(began.elapsed() < LIMIT, "{:?}", began.elapsed());

        lock.rollback().await.unwrap();
        assert!(catalog.begin_delete(record.id, at(1)).await.unwrap().is_some());
    });
}
