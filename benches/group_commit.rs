//! What group commit is worth: `cargo bench --bench group_commit`.
//!
//! Each writer reserves a row and makes it ready, as an upload does: two durable writes. Beside it
//! stands the plain way on the same disk: each write in a transaction of its own, each writer with
//! a connection of its own, and a busy time-out. CPU is that of the whole process.

#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a benchmark prints its table, and stops where it meets the unexpected"
)]

use std::time::{Duration, Instant};

use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};
use tintype::catalog::{Catalog, Location, Record, Reserve, Settings, Sha256};
use tintype::image::{Format, ImageId};
use tokio::task::JoinSet;

/// Writes of one run, shared among its writers.
const WRITES: usize = 4000;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    println!("{:>8} {:>24} {:>24}", "writers", "group commit", "a transaction a write");
    for writers in [1, 8, 64] {
        // In turn, so that both meet the same noise.
        let grouped = measure(|| runtime.block_on(grouped(writers)));
        let plain = measure(|| runtime.block_on(plain(writers)));
        println!("{writers:>8} {grouped:>24} {plain:>24}");
    }
}

/// Writes a second and CPU a write, the median of three runs.
fn measure(run: impl Fn()) -> String {
    let mut runs: Vec<_> = (0..3)
        .map(|_| {
            let (began, cpu) = (Instant::now(), cpu_time());
            run();
            (began.elapsed(), cpu_time() - cpu)
        })
        .collect();
    runs.sort();
    let (wall, cpu) = runs[1];
    let rate = WRITES as f64 / wall.as_secs_f64();
    format!("{rate:.0}/s, {:.2} ms CPU", cpu.as_secs_f64() * 1000.0 / WRITES as f64)
}

fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<_> = stat.rsplit(')').next().expect("a name").split_whitespace().collect();
    let ticks: u64 = fields[11..13].iter().map(|ticks| ticks.parse::<u64>().expect("ticks")).sum();
    Duration::from_millis(ticks * 10)
}

async fn grouped(writers: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("catalog.db");
    let catalog =
        Catalog::open(&Settings::new(Location::Sqlite { path })).await.expect("a catalog");
    let mut tasks = JoinSet::new();
    for _ in 0..writers {
        let catalog = catalog.clone();
        tasks.spawn(async move {
            for _ in 0..WRITES / writers / 2 {
                let record = record();
                let now = record.created_at;
                let reserve = Reserve { sweep_at: now, idempotency: None, now };
                catalog.reserve(&record, &reserve).await.expect("a row");
                assert!(catalog.commit(record.id, now, None).await.expect("a commit"));
            }
        });
    }
    tasks.join_all().await;
    catalog.close().await;
}

async fn plain(writers: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("plain.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(60));
    let mut first = options.connect().await.expect("a database");
    let table = "CREATE TABLE images (id BLOB PRIMARY KEY, state TEXT, body TEXT) WITHOUT ROWID";
    sqlx::query(table).execute(&mut first).await.expect("a table");
    let mut tasks = JoinSet::new();
    for _ in 0..writers {
        let mut connection = options.connect().await.expect("a connection");
        tasks.spawn(async move {
            for _ in 0..WRITES / writers / 2 {
                let record = record();
                let body = serde_json::to_string(&record).expect("JSON");
                sqlx::query("INSERT INTO images VALUES ($1, 'pending', $2)")
                    .bind(record.id.as_uuid())
                    .bind(body)
                    .execute(&mut connection)
                    .await
                    .expect("a row");
                sqlx::query("UPDATE images SET state = 'ready' WHERE id = $1")
                    .bind(record.id.as_uuid())
                    .execute(&mut connection)
                    .await
                    .expect("a commit");
            }
            connection.close().await.expect("closed");
        });
    }
    tasks.join_all().await;
    let count = sqlx::query("SELECT count(*) FROM images").fetch_one(&mut first).await;
    assert_eq!(count.expect("a count").get::<i64, _>(0), (WRITES / 2 / writers * writers) as i64);
}

fn record() -> Record {
    #[expect(clippy::disallowed_methods, reason = "a benchmark is an edge")]
    let now = Timestamp::now();
    let id = ImageId::generate(now);
    Record {
        id,
        key: format!("0000/{id}/original.jpg"),
        filename: Some("photo.jpg".to_owned()),
        format: Format::Jpeg,
        size: 1,
        width: 1,
        height: 1,
        frames: 1,
        duration: None,
        sha256: Sha256::new([0; 32]),
        stripped: tintype::strip::Stripped::default(),
        placeholder: None,
        color: None,
        caption: None,
        alt: None,
        metadata: serde_json::Map::new(),
        created_at: now,
    }
}
