//! Many askers at a time, who share statements: each gets the answer to its own question.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use tintype::catalog::{Catalog, CatalogError, Change, Edit, Location, Record};
use tintype::image::ImageId;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::support::catalogs::{Fresh, at, pending, ready, record};

const FIND_SQLITE: &str = include_str!("../../../src/catalog/sql/find_sqlite.sql");
const FIND_POSTGRES: &str = include_str!("../../../src/catalog/sql/find_postgres.sql");

/// More than one statement asks for, and more than the queue holds.
const ASKERS: usize = 400;

type Answer = Result<Option<Record>, CatalogError>;

/// The answers to `ASKERS` lookups at once: asker `n` asks for `id(n)`.
async fn ask_at_once(catalog: &Catalog, id: impl Fn(usize) -> ImageId) -> Vec<Answer> {
    let mut askers = JoinSet::new();
    for asker in 0..ASKERS {
        let (catalog, id) = (catalog.clone(), id(asker));
        askers.spawn(async move { (asker, catalog.find(id).await) });
    }
    let mut answers = askers.join_all().await;
    answers.sort_by_key(|(asker, _)| *asker);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

pub(super) async fn every_asker_gets_its_own_answer(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let mut known = Vec::new();
    for second in 0..30 {
        let seen = ready(catalog, at(second)).await;
        known.push((seen.id, Some(seen)));
        let hidden = record(at(second));
        pending(catalog, &hidden).await;
        known.push((hidden.id, None));
        let doomed = ready(catalog, at(second)).await.id;
        catalog.begin_delete(doomed, at(99)).await.unwrap().unwrap();
        known.push((doomed, None));
        known.push((ImageId::generate(at(second)), None));
    }
    let answers = ask_at_once(catalog, |asker| known[asker * 7 % known.len()].0).await;
    for (asker, answer) in answers.into_iter().enumerate() {
        assert_eq!(answer.unwrap(), known[asker * 7 % known.len()].1);
    }
}

pub(super) async fn a_lookup_sees_what_was_done_before_it(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let crowd = ready(catalog, at(0)).await.id;
    let mut writers = JoinSet::new();
    for second in 0..8 {
        let catalog = catalog.clone();
        writers.spawn(async move {
            let id = ready(&catalog, at(second)).await.id;
            for round in 0..10 {
                let caption = Edit::Set(format!("round {round}"));
                let change = Change { caption: caption.clone(), ..Change::default() };
                catalog.annotate(id, &change, at(1)).await.unwrap().unwrap();
                let found = catalog.find(id).await.unwrap().unwrap();
                assert_eq!(found.caption, Some(format!("round {round}")));
            }
            catalog.begin_delete(id, at(99)).await.unwrap().unwrap();
            assert_eq!(catalog.find(id).await.unwrap(), None);
        });
    }
    // Statements are under way all the while, so that the writers' lookups have some to be late for.
    while !writers.is_empty() {
        let answers = ask_at_once(catalog, |_| crowd).await;
        assert!(answers.into_iter().all(|answer| answer.unwrap().is_some()));
        while let Some(ended) = writers.try_join_next() {
            ended.unwrap();
        }
    }
}

pub(super) async fn a_failure_reaches_every_asker(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let known = ready(catalog, at(0)).await;
    execute(fresh, "ALTER TABLE images RENAME TO elsewhere").await;
    let answers = ask_at_once(catalog, |_| known.id).await;
    assert!(answers.iter().all(|answer| matches!(answer, Err(CatalogError::Refused(_)))));

    execute(fresh, "ALTER TABLE elsewhere RENAME TO images").await;
    assert_eq!(catalog.find(known.id).await.unwrap(), Some(known));
}

pub(super) async fn a_row_that_cannot_be_read_harms_no_neighbour(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let sound = ready(catalog, at(0)).await;
    let corrupt = ready(catalog, at(1)).await;
    // Both databases take this for a number of JSON; it is larger than any that fits into 64 bits.
    let statement = format!(
        "UPDATE images SET metadata = '{{\"n\": 1e999}}' WHERE object_key = '{}'",
        corrupt.key
    );
    execute(fresh, &statement).await;
    let answers = ask_at_once(catalog, |n| if n % 2 == 0 { sound.id } else { corrupt.id }).await;
    for (asker, answer) in answers.into_iter().enumerate() {
        if asker % 2 == 0 {
            assert_eq!(answer.unwrap(), Some(sound.clone()));
        } else {
            assert!(matches!(answer, Err(CatalogError::Corrupt(_))), "{answer:?}");
        }
    }
}

pub(super) async fn an_asker_that_goes_away_harms_no_other(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let known = ready(catalog, at(0)).await;
    let mut staying = JoinSet::new();
    for _ in 0..ASKERS / 2 {
        let mut leaving = Box::pin(catalog.find(known.id));
        // One look puts the lookup into the queue.
        assert!(futures_util::poll!(&mut leaving).is_pending());
        let (catalog, id) = (catalog.clone(), known.id);
        staying.spawn(async move { catalog.find(id).await });
    }
    for answer in staying.join_all().await {
        assert_eq!(answer.unwrap().as_ref(), Some(&known));
    }
}

pub(super) async fn a_lookup_reads_the_primary_key(fresh: &Fresh) {
    match &fresh.settings.location {
        Location::Sqlite { .. } => {
            let mut connection = SqliteConnection::connect(&fresh.url()).await.unwrap();
            let plan: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {FIND_SQLITE}")))
                    .bind("[]")
                    .fetch_all(&mut connection)
                    .await
                    .unwrap();
            let details: Vec<_> = plan.into_iter().map(|(.., detail)| detail).collect();
            assert_eq!(
                details,
                ["SCAN asked VIRTUAL TABLE INDEX 1:", "SEARCH images USING PRIMARY KEY (id=?)"]
            );
        }
        Location::Postgres { .. } => {
            let mut connection = PgConnection::connect(&fresh.url()).await.unwrap();
            super::claims::fill_and_analyze(&mut connection).await;
            let plan: Vec<String> =
                sqlx::query_scalar(AssertSqlSafe(format!("EXPLAIN {FIND_POSTGRES}")))
                    .bind(vec![Uuid::max(); 64])
                    .fetch_all(&mut connection)
                    .await
                    .unwrap();
            let plan = plan.join("\n");
            assert!(plan.contains("images_pkey"), "{plan}");
            assert!(!plan.contains("Seq Scan"), "{plan}");
        }
    }
}

async fn execute(fresh: &Fresh, statement: &str) {
    match &fresh.settings.location {
        Location::Sqlite { .. } => {
            let mut connection = SqliteConnection::connect(&fresh.url()).await.unwrap();
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
        }
        Location::Postgres { .. } => {
            let mut connection = PgConnection::connect(&fresh.url()).await.unwrap();
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
        }
    }
}
