//! Locations and settings as text, and the migrations.

use sqlx::{Connection as _, PgConnection, SqliteConnection};
use tempfile::tempdir;
use tintype::catalog::{Catalog, CatalogError, InvalidLocation, Location, OpenError, Settings};
use tokio::task::JoinSet;

use crate::support::catalogs::{Fresh, Schema, at, block_on, postgres_server, ready};

pub(super) async fn opening_again_changes_nothing(fresh: &Fresh) {
    let record = ready(&fresh.catalog, at(0)).await;
    let again = fresh.again().await;
    assert_eq!(again.find(record.id).await.unwrap(), Some(record));
    again.close().await;
}

/// The catalog of `fresh` says only which database to make new ones in.
pub(super) async fn many_open_a_new_catalog_at_once(fresh: &Fresh) {
    let directory = tempdir().unwrap();
    let mut schema = None;
    let location = match &fresh.settings.location {
        Location::Sqlite { .. } => Location::Sqlite { path: directory.path().join("new.db") },
        Location::Postgres { .. } => {
            let schema = schema.insert(Schema::create(&postgres_server().unwrap()).await);
            schema.url().parse().unwrap()
        }
    };
    let settings = Settings::new(location);
    let mut replicas = JoinSet::new();
    for second in 0..8 {
        let settings = settings.clone();
        replicas.spawn(async move {
            let catalog = Catalog::open(&settings).await.unwrap();
            ready(&catalog, at(second)).await;
            catalog
        });
    }
    for catalog in replicas.join_all().await {
        assert_eq!(catalog.list(None, 20).await.unwrap().len(), 8);
        catalog.close().await;
    }
}

pub(super) async fn a_newer_catalog_is_refused(fresh: &Fresh) {
    const FROM_THE_FUTURE: &str = "INSERT INTO tintype_migrations
        (version, description, installed_on, success, checksum, execution_time)
        VALUES (9000, 'from the future', CURRENT_TIMESTAMP, TRUE, '', 0)";
    match &fresh.settings.location {
        Location::Sqlite { .. } => {
            let mut connection = SqliteConnection::connect(&fresh.url()).await.unwrap();
            sqlx::query(FROM_THE_FUTURE).execute(&mut connection).await.unwrap();
        }
        Location::Postgres { .. } => {
            let mut connection = PgConnection::connect(&fresh.url()).await.unwrap();
            sqlx::query(FROM_THE_FUTURE).execute(&mut connection).await.unwrap();
        }
    }
    let refused = Catalog::open(&fresh.settings).await;
    assert!(matches!(refused, Err(OpenError::Newer { migration: 9000 })), "{refused:?}");
}

pub(super) async fn a_closed_catalog_is_unavailable(fresh: &Fresh) {
    let catalog = fresh.again().await;
    let clone = catalog.clone();
    let record = ready(&catalog, at(0)).await;
    catalog.close().await;
    catalog.close().await;

    assert!(matches!(clone.ping().await, Err(CatalogError::Unavailable(_))));
    assert!(matches!(clone.find(record.id).await, Err(CatalogError::Unavailable(_))));
    assert!(matches!(clone.forget(record.id).await, Err(CatalogError::Unavailable(_))));
    assert_eq!(fresh.catalog.find(record.id).await.unwrap(), Some(record));
}

#[test]
fn a_sqlite_file_is_created_and_nothing_else() {
    block_on(async {
        let directory = tempdir().unwrap();
        let path = directory.path().join("catalog.db");
        let settings = Settings::new(Location::Sqlite { path: path.clone() });
        let catalog = Catalog::open(&settings).await.unwrap();
        ready(&catalog, at(0)).await;
        catalog.close().await;
        let left: Vec<_> =
            directory.path().read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(left, [path], "the log is written back when the catalog is closed");

        let path = directory.path().join("missing/catalog.db");
        let refused = Catalog::open(&Settings::new(Location::Sqlite { path })).await;
        assert!(matches!(refused, Err(OpenError::Connect(_))), "{refused:?}");
        assert!(!directory.path().join("missing").exists());
    });
}

#[test]
fn a_server_that_is_not_there_is_an_error() {
    let location = "postgres://nobody@127.0.0.1:1/nothing".parse().unwrap();
    let refused = block_on(async { Catalog::open(&Settings::new(location)).await });
    assert!(matches!(refused, Err(OpenError::Connect(_))), "{refused:?}");
}

#[test]
fn locations_are_read_from_urls() {
    let shown = [
        ("sqlite:///var/lib/c.db", "sqlite:///var/lib/c.db"),
        ("sqlite://data/c 100%.db", "sqlite://data/c 100%.db"),
        ("postgres://u:secret@db:5433/photos?sslmode=require", "postgres://u@db:5433/photos"),
        ("postgresql://u:secret@db/photos?password=secret", "postgres://u@db:5432/photos"),
    ];
    for (text, expected) in shown {
        let location: Location = text.parse().unwrap();
        assert_eq!(location.to_string(), expected);
        let settings = format!("{:?}", Settings::new(location));
        assert!(!settings.contains("secret"), "{settings}");
    }
}

#[test]
fn what_is_no_location_is_refused() {
    for text in ["", "catalog.db", "mysql://h/d", "sqlite:c.db", "POSTGRES://h/d"] {
        assert!(matches!(text.parse::<Location>(), Err(InvalidLocation::Scheme)), "{text}");
    }
    assert!(matches!("sqlite://".parse::<Location>(), Err(InvalidLocation::NoPath)));
    for text in ["sqlite://:memory:", "sqlite://c.db?mode=ro", "sqlite://file:c.db"] {
        assert!(matches!(text.parse::<Location>(), Err(InvalidLocation::NotAPath)), "{text}");
    }
    for text in ["postgres://h:port/d", "postgres://h/d?sslmode=maybe"] {
        assert!(matches!(text.parse::<Location>(), Err(InvalidLocation::Postgres(_))), "{text}");
    }
}
