//! Every move between states: from where it goes, and from where it does not.

use tintype::catalog::{
    Catalog, CatalogError, Change, Forgotten, Record, Reserve, Reserved, State,
};
use tokio::task::JoinSet;

use crate::support::catalogs::{Fresh, at, pending, ready, record};

pub(super) async fn an_image_lives_from_pending_to_forgotten(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let record = record(at(0));

    pending(catalog, &record).await;
    assert_eq!(catalog.find(record.id).await.unwrap(), None);

    assert!(catalog.commit(record.id, at(5), None).await.unwrap());
    assert_eq!(catalog.find(record.id).await.unwrap().as_ref(), Some(&record));

    let doomed = catalog.begin_delete(record.id, at(100)).await.unwrap().unwrap();
    assert_eq!((doomed.id, doomed.key), (record.id, record.key.clone()));
    assert_eq!((doomed.settled_at, doomed.attempts), (at(5), 0));
    assert_eq!(catalog.find(record.id).await.unwrap(), None);

    assert_eq!(catalog.forget(record.id).await.unwrap(), Forgotten::Gone);
    assert_eq!(state(catalog, &record).await, None);
}

pub(super) async fn every_move_is_refused_from_every_other_state(fresh: &Fresh) {
    use State::{Deleting, Pending, Ready};
    let catalog = &fresh.catalog;
    // The state before, then the state after each move: commit, annotate, begin_delete, forget.
    let table = [
        (None, [None, None, None, None]),
        (Some(Pending), [Some(Ready), Some(Pending), Some(Pending), Some(Pending)]),
        (Some(Ready), [Some(Ready), Some(Ready), Some(Deleting), Some(Ready)]),
        (Some(Deleting), [Some(Deleting), Some(Deleting), Some(Deleting), None]),
    ];
    for (before, after) in table {
        let mut found = [None; 4];
        for (step, found) in found.iter_mut().enumerate() {
            let record = in_state(catalog, before).await;
            let moved = take_step(catalog, &record, step).await;
            *found = state(catalog, &record).await;
            let does_something = match step {
                0 => before == Some(Pending),
                1 => before == Some(Ready),
                2 => before == Some(Ready) || before == Some(Deleting),
                _ => before == Some(Deleting),
            };
            assert_eq!(moved, does_something, "step {step} from {before:?}");
        }
        assert_eq!(found, after, "from {before:?}");
    }
}

async fn in_state(catalog: &Catalog, state: Option<State>) -> Record {
    let record = record(at(0));
    match state {
        None => {}
        Some(State::Pending) => pending(catalog, &record).await,
        Some(State::Ready) => return ready(catalog, at(0)).await,
        Some(State::Deleting) => {
            let record = ready(catalog, at(0)).await;
            catalog.begin_delete(record.id, at(0)).await.unwrap().unwrap();
            return record;
        }
    }
    record
}

async fn take_step(catalog: &Catalog, record: &Record, step: usize) -> bool {
    match step {
        0 => catalog.commit(record.id, at(1), None).await.unwrap(),
        1 => catalog.annotate(record.id, &Change::default(), at(1)).await.unwrap().is_some(),
        2 => catalog.begin_delete(record.id, at(1)).await.unwrap().is_some(),
        _ => catalog.forget(record.id).await.unwrap() == Forgotten::Gone,
    }
}

async fn state(catalog: &Catalog, record: &Record) -> Option<State> {
    let rows = catalog.page(None, 1000).await.unwrap();
    rows.into_iter().find(|row| row.record.id == record.id).map(|row| row.state)
}

pub(super) async fn of_many_deletes_one_forgets(fresh: &Fresh) {
    let record = ready(&fresh.catalog, at(0)).await;
    let mut deletes = JoinSet::new();
    for _ in 0..8 {
        let catalog = fresh.catalog.clone();
        deletes.spawn(async move {
            catalog.begin_delete(record.id, at(9)).await.unwrap();
            catalog.forget(record.id).await.unwrap() == Forgotten::Gone
        });
    }
    let forgotten = deletes.join_all().await.into_iter().filter(|forgotten| *forgotten).count();
    assert_eq!(forgotten, 1);
}

pub(super) async fn a_claimed_upload_cannot_be_committed(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let record = record(at(0));
    pending(catalog, &record).await;
    assert_eq!(catalog.claim(at(60), at(90), 10).await.unwrap().len(), 1);

    assert!(!catalog.commit(record.id, at(61), None).await.unwrap());
    catalog.abandon(record.id, at(0)).await.unwrap();

    let row = catalog.page(None, 10).await.unwrap().remove(0);
    assert_eq!((row.state, row.due_at), (State::Deleting, at(90)));
}

pub(super) async fn an_id_is_used_once(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let first = ready(catalog, at(0)).await;
    let second = Record { caption: Some("an impostor".to_owned()), ..first.clone() };
    let reserve = Reserve { sweep_at: at(60), idempotency: None, now: at(0) };

    let refused = catalog.reserve(&second, &reserve).await;
    assert!(matches!(refused, Err(CatalogError::Refused(_))), "{refused:?}");
    assert_eq!(catalog.find(first.id).await.unwrap(), Some(first));

    let third = record(at(0));
    assert_eq!(catalog.reserve(&third, &reserve).await.unwrap(), Reserved::New);
}
