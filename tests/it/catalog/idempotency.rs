//! Idempotency keys: who comes first, and what the others are told.

use jiff::{SignedDuration, Timestamp};
use tintype::catalog::{
    Catalog, IDEMPOTENCY_LIFETIME, IdempotencyClaim, Record, Reserve, Reserved, Sha256,
};
use tokio::task::JoinSet;

use crate::support::catalogs::{Fresh, at, record};

fn claim() -> IdempotencyClaim {
    IdempotencyClaim {
        principal: "key:7".to_owned(),
        key: "upload-1".to_owned(),
        fingerprint: Sha256::new([1; 32]),
    }
}

/// Asks for a new row under `claim` at `now`; a row that comes of it is due a minute later.
async fn ask(catalog: &Catalog, claim: IdempotencyClaim, now: Timestamp) -> (Record, Reserved) {
    let record = record(now);
    let sweep_at = now + SignedDuration::from_secs(60);
    let reserve = Reserve { sweep_at, idempotency: Some(claim), now };
    let reserved = catalog.reserve(&record, &reserve).await.unwrap();
    (record, reserved)
}

fn replay(record: &Record) -> Reserved {
    Reserved::Replay(Box::new(record.clone()))
}

pub(super) async fn a_key_is_new_then_running_then_replayed(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let (first, reserved) = ask(catalog, claim(), at(0)).await;
    assert_eq!(reserved, Reserved::New);
    assert_eq!(ask(catalog, claim(), at(1)).await.1, Reserved::Running);

    assert!(catalog.commit(first.id, at(2), Some(&first)).await.unwrap());
    assert_eq!(ask(catalog, claim(), at(3)).await.1, replay(&first));
    assert_eq!(catalog.page(None, 10).await.unwrap().len(), 1, "only New leaves a row");
}

pub(super) async fn another_fingerprint_is_a_mismatch(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let other = IdempotencyClaim { fingerprint: Sha256::new([2; 32]), ..claim() };
    let (first, _) = ask(catalog, claim(), at(0)).await;
    assert_eq!(ask(catalog, other.clone(), at(1)).await.1, Reserved::Mismatch);
    catalog.commit(first.id, at(2), Some(&first)).await.unwrap();
    assert_eq!(ask(catalog, other, at(3)).await.1, Reserved::Mismatch);
}

pub(super) async fn another_principal_is_another_key(fresh: &Fresh) {
    let other = IdempotencyClaim { principal: "key:8".to_owned(), ..claim() };
    assert_eq!(ask(&fresh.catalog, claim(), at(0)).await.1, Reserved::New);
    assert_eq!(ask(&fresh.catalog, other, at(0)).await.1, Reserved::New);
}

pub(super) async fn a_key_is_forgotten_after_its_lifetime(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let lifetime = SignedDuration::try_from(IDEMPOTENCY_LIFETIME).unwrap();
    let (first, _) = ask(catalog, claim(), at(0)).await;
    catalog.commit(first.id, at(2), Some(&first)).await.unwrap();

    let just_before = at(0) + lifetime - SignedDuration::from_micros(1);
    assert_eq!(ask(catalog, claim(), just_before).await.1, replay(&first));
    let (second, reserved) = ask(catalog, claim(), at(0) + lifetime).await;
    assert_eq!(reserved, Reserved::New);
    catalog.commit(second.id, at(2) + lifetime, Some(&second)).await.unwrap();
    assert_eq!(ask(catalog, claim(), at(3) + lifetime).await.1, replay(&second));
}

pub(super) async fn a_failed_upload_releases_its_key(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let (first, _) = ask(catalog, claim(), at(0)).await;
    catalog.abandon(first.id, at(60)).await.unwrap();

    let (second, reserved) = ask(catalog, claim(), at(1)).await;
    assert_eq!(reserved, Reserved::New);
    // What becomes of the first does not touch the second's key.
    catalog.claim(at(60), at(90), 1).await.unwrap();
    catalog.forget(first.id).await.unwrap();
    catalog.commit(second.id, at(2), Some(&second)).await.unwrap();
    assert_eq!(ask(catalog, claim(), at(3)).await.1, replay(&second));
}

pub(super) async fn a_swept_upload_releases_its_key(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let (first, _) = ask(catalog, claim(), at(0)).await;
    assert_eq!(ask(catalog, claim(), at(59)).await.1, Reserved::Running);

    catalog.claim(at(60), at(90), 1).await.unwrap();
    let (second, reserved) = ask(catalog, claim(), at(61)).await;
    assert_eq!(reserved, Reserved::New);

    // As after a crash: the rows go, unanswered keys with them.
    catalog.forget(first.id).await.unwrap();
    catalog.claim(at(121), at(130), 1).await.unwrap();
    catalog.forget(second.id).await.unwrap();
    assert_eq!(catalog.purge_idempotency_keys(at(1000), 10).await.unwrap(), 0);
}

pub(super) async fn an_answer_outlives_its_image(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let (first, _) = ask(catalog, claim(), at(0)).await;
    catalog.commit(first.id, at(1), Some(&first)).await.unwrap();
    catalog.begin_delete(first.id, at(2)).await.unwrap();
    assert_eq!(ask(catalog, claim(), at(3)).await.1, replay(&first));
    catalog.forget(first.id).await.unwrap();
    assert_eq!(ask(catalog, claim(), at(4)).await.1, replay(&first));
}

pub(super) async fn of_sixteen_at_once_one_is_new(fresh: &Fresh) {
    let mut requests = JoinSet::new();
    for _ in 0..16 {
        let catalog = fresh.catalog.clone();
        requests.spawn(async move { ask(&catalog, claim(), at(0)).await.1 });
    }
    let answers = requests.join_all().await;
    let count = |wanted: &Reserved| answers.iter().filter(|answer| *answer == wanted).count();
    assert_eq!((count(&Reserved::New), count(&Reserved::Running)), (1, 15));
    assert_eq!(fresh.catalog.page(None, 20).await.unwrap().len(), 1);
}

pub(super) async fn old_keys_are_purged_oldest_first(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    for second in [3, 1, 2, 9] {
        let claim = IdempotencyClaim { key: format!("upload-{second}"), ..claim() };
        let (record, _) = ask(catalog, claim, at(second)).await;
        catalog.commit(record.id, at(second), Some(&record)).await.unwrap();
    }
    assert_eq!(catalog.purge_idempotency_keys(at(9), 2).await.unwrap(), 2);
    let kept = IdempotencyClaim { key: "upload-3".to_owned(), ..claim() };
    assert!(matches!(ask(catalog, kept, at(10)).await.1, Reserved::Replay(_)));
    assert_eq!(catalog.purge_idempotency_keys(at(9), 2).await.unwrap(), 1);
    assert_eq!(catalog.purge_idempotency_keys(at(9), 2).await.unwrap(), 0);
}
