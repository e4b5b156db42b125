//! A SQLite catalog that is away, closed, full, damaged or too new, and one that is well.

use serde_json::json;
use sqlx::{Connection as _, SqliteConnection};

use super::{examined, is_broken, is_warned_of, run_after_mounts};
use crate::support::process::Site;

/// The catalog's file in the site's directory.
const FILE: &str = "tintype-data/catalog.db";

/// A site whose catalog is there, with no process on it.
async fn with_catalog() -> Site {
    let site = Site::embedded();
    assert_eq!(site.run(&["reconcile", "--once"]).await.code, Some(0));
    site
}

async fn connect(site: &Site) -> SqliteConnection {
    let url = format!("sqlite://{}", site.path().join(FILE).display());
    SqliteConnection::connect(&url).await.unwrap()
}

#[tokio::test]
async fn before_the_first_start_there_is_nothing_to_mend_and_nothing_is_made() {
    let site = Site::embedded();
    let (ended, row) = examined(&site, "catalog").await;
    assert_eq!((&row["verdict"], &row["fix"]), (&json!("good"), &json!(null)), "{ended}");
    assert!(row["got"].as_str().unwrap().contains("no tables yet"), "{ended}");
    assert!(!site.path().join(FILE).exists());
}

#[tokio::test]
async fn a_row_is_written_and_taken_back() {
    let site = with_catalog().await;
    let (ended, row) = examined(&site, "catalog").await;
    assert_eq!(row["verdict"], "good", "{ended}");
    let rows: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM images")
        .fetch_one(&mut connect(&site).await)
        .await
        .unwrap();
    assert_eq!(rows, 0);
}

#[tokio::test]
async fn something_else_in_the_place_of_the_file_is_told() {
    let site = Site::embedded();
    std::fs::create_dir_all(site.path().join(FILE)).unwrap();
    is_broken(
        &site,
        "catalog",
        ["cannot be opened", "something else is in its place", "TINTYPE_DATABASE"],
    )
    .await;

    let site = Site::embedded();
    site.write("tintype-data", "a file where the directory belongs");
    is_broken(&site, "catalog", ["cannot be opened", "Not a directory", "TINTYPE_DATA_DIR"]).await;

    let mut site = Site::embedded();
    site.write("photo.jpg", "no database");
    site.set("TINTYPE_DATABASE", "sqlite://photo.jpg");
    is_broken(&site, "catalog", ["no database", "photo.jpg is damaged", "backup"]).await;
}

#[tokio::test]
async fn a_directory_or_a_file_that_takes_no_writes_is_told() {
    for place in ["tintype-data", FILE] {
        let mut site = with_catalog().await;
        let script = format!("mount --bind {place} {place} && mount -o remount,bind,ro {place}");
        if run_after_mounts(&mut site, &script) {
            is_broken(&site, "catalog", ["no writes", "takes no writes", "mounted for writing"])
                .await;
        }
    }
}

#[tokio::test]
async fn a_full_disk_is_told() {
    let mut site = with_catalog().await;
    let script = "mv tintype-data kept && mkdir tintype-data && \
                  mount -t tmpfs -o size=512k none tintype-data && cp -r kept/. tintype-data && \
                  ! dd if=/dev/zero of=tintype-data/fill bs=4k 2>/dev/null";
    if run_after_mounts(&mut site, script) {
        is_broken(&site, "catalog", ["full", "The disk is full or fails", "make room"]).await;
    }
}

#[tokio::test]
async fn tables_of_another_version_are_told() {
    let site = with_catalog().await;
    let mut connection = connect(&site).await;
    sqlx::raw_sql("DELETE FROM tintype_migrations").execute(&mut connection).await.unwrap();
    is_warned_of(
        &site,
        "catalog",
        ["older tables", "brings them up to date", "back the catalog up"],
    )
    .await;

    let site = with_catalog().await;
    let mut connection = connect(&site).await;
    let later = "UPDATE tintype_migrations SET version = 9000 \
                 WHERE version = (SELECT max(version) FROM tintype_migrations)";
    sqlx::raw_sql(later).execute(&mut connection).await.unwrap();
    is_broken(&site, "catalog", ["newer tables", "migration 9000", "at least as new"]).await;
}

#[tokio::test]
async fn a_file_that_another_process_holds_is_told() {
    let site = with_catalog().await;
    let mut connection = connect(&site).await;
    sqlx::raw_sql("BEGIN EXCLUSIVE").execute(&mut connection).await.unwrap();
    is_broken(&site, "catalog", ["busy", "database is locked", "fuser"]).await;
}
