//! A PostgreSQL that is away, does not let us in, takes no writes or lacks a right.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use url::Url;
use uuid::Uuid;

use super::{examined, is_broken};
use crate::support::catalogs::{Schema, postgres_server};
use crate::support::process::Site;

/// A site on a schema of its own, with another user, or other words of the URL; nothing where there
/// is no server.
async fn site(change: impl FnOnce(&mut Url)) -> Option<(Site, Schema)> {
    let schema = Schema::create(&postgres_server()?).await;
    let mut site = Site::embedded();
    site.set("TINTYPE_DATABASE", &schema.url());
    assert_eq!(site.run(&["reconcile", "--once"]).await.code, Some(0));
    let mut url: Url = schema.url().parse().unwrap();
    change(&mut url);
    site.set("TINTYPE_DATABASE", url.as_str());
    Some((site, schema))
}

async fn execute(statement: String) {
    let mut connection = PgConnection::connect(&postgres_server().unwrap()).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
}

#[tokio::test]
async fn a_row_is_written_and_taken_back() {
    let Some((site, schema)) = site(|_| {}).await else { return };
    let (ended, row) = examined(&site, "catalog").await;
    assert_eq!(row["verdict"], "good", "{ended}");
    let mut connection = PgConnection::connect(&schema.url()).await.unwrap();
    let rows = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM images");
    assert_eq!(rows.fetch_one(&mut connection).await.unwrap(), 0);
}

#[tokio::test]
async fn tables_that_could_be_made_are_not_made() {
    let Some(server) = postgres_server() else { return };
    let schema = Schema::create(&server).await;
    let mut site = Site::embedded();
    site.set("TINTYPE_DATABASE", &schema.url());
    let (ended, row) = examined(&site, "catalog").await;
    assert_eq!(row["verdict"], "good", "{ended}");
    let mut connection = PgConnection::connect(&schema.url()).await.unwrap();
    let table = sqlx::query_scalar::<_, bool>("SELECT to_regclass('images') IS NULL");
    assert!(table.fetch_one(&mut connection).await.unwrap());
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_told() {
    let mut site = Site::embedded();
    site.set("TINTYPE_DATABASE", "postgres://tintype:hunter2@127.0.0.1:1/photos");
    let words =
        ["no answer", "No PostgreSQL answers at postgres://tintype@127.0.0.1:1", "start it"];
    is_broken(&site, "catalog", words).await;
    assert!(!site.run(&["doctor", "--json"]).await.stdout.contains("hunter2"));
}

#[tokio::test]
async fn a_user_or_a_database_that_is_not_there_is_told() {
    let Some((site, _schema)) = site(|url| url.set_username("nobody_at_all").unwrap()).await else {
        return;
    };
    is_broken(&site, "catalog", ["not let in", "nobody_at_all", "pg_hba.conf"]).await;

    let Some((site, _schema)) = self::site(|url| url.set_path("/nothing_here")).await else {
        return;
    };
    is_broken(&site, "catalog", ["no such database", "nothing_here", "CREATE DATABASE"]).await;
}

#[tokio::test]
async fn a_server_that_takes_no_writes_is_told() {
    let read_only = |url: &mut Url| {
        url.query_pairs_mut().append_pair("options", "-cdefault_transaction_read_only=on");
    };
    let Some((site, _schema)) = site(read_only).await else { return };
    is_broken(&site, "catalog", ["no writes", "read-only transaction", "primary"]).await;
}

/// A user that may look at the tables and do nothing else, dropped at the end of the test.
#[tokio::test]
async fn a_user_without_rights_is_told() {
    let Some(server) = postgres_server() else { return };
    let user = format!("tintype_reader_{}", Uuid::new_v4().simple());
    let (mut site, schema) = site(|_| {}).await.unwrap();
    let mut url: Url = schema.url().parse().unwrap();
    url.set_username(&user).unwrap();
    site.set("TINTYPE_DATABASE", url.as_str());
    execute(format!("CREATE ROLE {user} LOGIN")).await;
    is_broken(&site, "catalog", ["right", "no schema has been selected", "GRANT USAGE, CREATE"])
        .await;

    let name = schema.name();
    execute(format!("GRANT USAGE, CREATE ON SCHEMA {name} TO {user}")).await;
    is_broken(&site, "catalog", ["right", "permission denied for table", "GRANT SELECT"]).await;
    execute(format!("GRANT SELECT ON ALL TABLES IN SCHEMA {name} TO {user}")).await;
    is_broken(&site, "catalog", ["right", "permission denied for table images", "INSERT"]).await;
    execute(format!("DROP OWNED BY {user}; DROP ROLE {user}")).await;
    drop(server);
}
