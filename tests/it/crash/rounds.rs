//! Kills at random moments under concurrent uploads, requests for variants and deletes, round after
//! round on the same data.
//!
//! `TINTYPE_TEST_CRASH_ROUNDS` says how many; `TINTYPE_TEST_CRASH_SEED` repeats what clients did
//! and when the kills came, as far as the machine allows.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::chance::Chance;
use super::ledger::{Asked, Ledger, Seen};
use super::load::Client;
use super::{SWEEP_PATIENCE, settled};
use crate::support::app::{Answer, real_s3};
use crate::support::catalogs::environment;
use crate::support::process::{Service, Site};

const ROUNDS: u64 = 5;

/// The longest time under load, in milliseconds.
const LOAD: u64 = 900;

/// The longest time after a restart until the second kill of a round, in milliseconds: as long as
/// the sweep takes to be due, so that some of these kills hit the reconciler at work.
const RECOVERY: u64 = 3600;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_moments_it_loses_nothing_and_leaves_nothing() {
    let rounds = number("TINTYPE_TEST_CRASH_ROUNDS").unwrap_or(ROUNDS);
    let random = || Uuid::new_v4().as_u64_pair().0;
    let seed = number("TINTYPE_TEST_CRASH_SEED").unwrap_or_else(random);
    eprintln!("{rounds} rounds with TINTYPE_TEST_CRASH_SEED={seed}");
    let mut site = Site::under_test().await;
    site.set("TINTYPE_PUT_DEADLINE", "2s");
    site.set("TINTYPE_SWEEP_MARGIN", "1s");
    site.set("TINTYPE_RECONCILE_INTERVAL", "200ms");
    let mut chance = Chance::new(seed);
    let ledger = Arc::default();
    let mut service = site.serve().await;
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        service = kill_under_load(&site, service, &ledger, &mut chance).await;
        settled(&site).await;
        look(&site, &service, &ledger).await;
    }
    eprintln!("{:#?}", ledger.lock().unwrap().tally);
    let ended = service.stop().await;
    assert_eq!(ended.code, Some(0), "{ended}");
}

fn number(name: &str) -> Option<u64> {
    environment(name).map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

async fn kill_under_load(
    site: &Site,
    service: Service,
    ledger: &Arc<Mutex<Ledger>>,
    chance: &mut Chance,
) -> Service {
    let mut crowd = Client::crowd(&service, ledger, chance);
    tokio::time::sleep(Duration::from_millis(5 + chance.below(LOAD))).await;
    service.kill().await;
    while let Some(client) = crowd.join_next().await {
        client.unwrap();
    }
    let service = site.serve().await;
    if !chance.once_in(3) {
        return service;
    }
    tokio::time::sleep(Duration::from_millis(chance.below(RECOVERY))).await;
    service.kill().await;
    site.serve().await
}

/// Holds the service at rest against what it said before it was killed.
async fn look(site: &Site, service: &Service, ledger: &Arc<Mutex<Ledger>>) {
    let client = Client::of(service, ledger);
    let retries = client.ledger().to_retry();
    for asked in retries {
        let answer = stored(&client, &asked).await;
        client.ledger().uploaded(&asked, &answer);
    }
    replays(&client).await;
    settled(site).await;
    let listed = listed(service).await;
    client.ledger().settle(&listed);
    let readable = client.ledger().readable();
    for (id, sha256) in &readable {
        let answer = service.get(&format!("/i/{id}")).await;
        assert_eq!((answer.status, &hex::encode(Sha256::digest(&answer.body))), (200, sha256));
    }
    let deleted = client.ledger().deleted_since();
    for id in deleted {
        for path in [format!("/i/{id}"), format!("/v1/images/{id}")] {
            assert_eq!(service.get(&path).await.outcome(), "404 NOT_FOUND");
        }
    }
    nothing_else_is_there(site, readable.len()).await;
}

/// Sends an upload with its key until it is stored, as a client does that is told to try again: with
/// deadlines as short as these a busy machine may miss one.
async fn stored(client: &Client, asked: &Asked) -> Answer {
    let deadline = Instant::now() + SWEEP_PATIENCE;
    loop {
        let answer = Answer::read(client.upload_of(asked).send().await.unwrap()).await;
        match answer.status {
            201 => return answer,
            // Not in time, and the row that it left is not swept yet.
            503 | 409 => assert!(Instant::now() < deadline, "never stored: {}", answer.text()),
            _ => panic!("{}", answer.text()),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// An upload that was answered before the kill has the same answer after it, and makes no image.
async fn replays(client: &Client) {
    let answered = client.ledger().take_answered();
    for (asked, id) in answered {
        let answer = Answer::read(client.upload_of(&asked).send().await.unwrap()).await;
        assert_eq!((answer.status, answer.header("idempotency-replayed")), (201, "true"));
        assert_eq!(answer.json()["id"], *id, "{asked:?}");
    }
}

async fn listed(service: &Service) -> Vec<Seen> {
    let (mut seen, mut query) = (Vec::new(), String::new());
    loop {
        let page = service.get(&format!("/v1/images{query}")).await.json();
        let text = |image: &serde_json::Value, name| image[name].as_str().unwrap().to_owned();
        seen.extend(page["images"].as_array().unwrap().iter().map(|image| Seen {
            id: text(image, "id"),
            sha256: text(image, "sha256"),
            caption: text(image, "caption"),
        }));
        let Some(cursor) = page["next_cursor"].as_str() else { return seen };
        query = format!("?cursor={cursor}");
    }
}

/// Neither the catalog nor the bucket holds anything but these images and variants of them.
async fn nothing_else_is_there(site: &Site, images: usize) {
    let (ended, report) = site.check(&["--deep"]).await;
    let variants = usize::try_from(report["variants"].as_u64().unwrap()).unwrap();
    let objects = images + variants;
    let expected = json!({
        "records": images,
        "variants": variants,
        "objects": {"listing": "listed", "ours": objects, "foreign": 0},
        "pending": 0,
        "deleting": 0,
        "findings": [],
        "more_findings": 0,
    });
    assert_eq!((ended.code, &report), (Some(0), &expected), "{ended}");
    if real_s3().is_none() {
        let files = files(&site.bucket_directory());
        assert_eq!(files.len(), objects, "{files:#?}");
    }
}

/// Every file below `directory`; a directory with nothing in it is named too.
fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let (directories, mut files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    for inner in directories {
        let found = self::files(&inner);
        files.extend(if found.is_empty() { vec![inner] } else { found });
    }
    files
}
