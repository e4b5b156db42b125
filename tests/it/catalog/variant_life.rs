//! Every move of a variant: from where it goes and from where it does not, alone and in a race.

use tintype::catalog::{Catalog, Location, State, VARIANTS_PER_IMAGE, Variant, VariantReserved};
use tokio::task::JoinSet;

use crate::support::catalogs::{
    Fresh, at, pending, pending_variant, ready, ready_variant, record, variant,
};

async fn reserve(catalog: &Catalog, variant: &Variant) -> VariantReserved {
    catalog.reserve_variant(variant, at(60), VARIANTS_PER_IMAGE).await.unwrap()
}

async fn state(catalog: &Catalog, variant: &Variant) -> Option<State> {
    let rows = catalog.variants_of(variant.image, None, 1000).await.unwrap();
    rows.into_iter().find(|row| row.variant.key == variant.key).map(|row| row.state)
}

pub(super) async fn a_variant_lives_from_pending_to_forgotten(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let image = ready(catalog, at(0)).await;
    let variant = pending_variant(catalog, &image, "w320.webp").await;
    let find = async || catalog.find_variant(image.id, &variant.name).await.unwrap();
    assert_eq!(find().await, None);
    assert!(catalog.commit_variant(&variant, at(5)).await.unwrap());
    assert_eq!(find().await.as_ref(), Some(&variant));
    let row = catalog.variants_of(image.id, None, 10).await.unwrap().remove(0);
    assert_eq!((&row.variant, row.state, row.settled_at), (&variant, State::Ready, at(5)));

    assert!(catalog.doom_variant(&variant, at(9)).await.unwrap());
    assert_eq!(find().await, None);
    let doomed = catalog.claim_variants(at(9), at(90), 10).await.unwrap().remove(0);
    assert_eq!((doomed.id, &doomed.key), (image.id, &variant.key));
    assert_eq!((doomed.settled_at, doomed.attempts), (at(9), 1));
    assert!(catalog.forget_variant(image.id, &variant.key, at(9)).await.unwrap());
    assert_eq!(state(catalog, &variant).await, None);
    assert_eq!(catalog.find(image.id).await.unwrap(), Some(image));
}

pub(super) async fn every_move_of_a_variant_is_refused_from_every_other_state(fresh: &Fresh) {
    use State::{Deleting, Pending, Ready};
    let catalog = &fresh.catalog;
    // The state before, then the state after each move: commit, abandon, doom, forget.
    let table = [
        (None, [None, None, None, None]),
        (Some(Pending), [Some(Ready), Some(Deleting), Some(Pending), Some(Pending)]),
        (Some(Ready), [Some(Ready), Some(Ready), Some(Deleting), Some(Ready)]),
        (Some(Deleting), [Some(Deleting), Some(Deleting), Some(Deleting), None]),
    ];
    for (before, after) in table {
        for (step, after) in after.into_iter().enumerate() {
            let variant = in_state(catalog, before).await;
            let moved = take_step(catalog, &variant, step).await;
            assert_eq!(state(catalog, &variant).await, after, "step {step} from {before:?}");
            assert_eq!(moved, before != after, "step {step} from {before:?}");
        }
    }
}

async fn in_state(catalog: &Catalog, state: Option<State>) -> Variant {
    let image = ready(catalog, at(0)).await;
    match state {
        None => variant(&image, "w320.webp"),
        Some(State::Pending) => pending_variant(catalog, &image, "w320.webp").await,
        Some(State::Ready) => ready_variant(catalog, &image, "w320.webp").await,
        Some(State::Deleting) => {
            let variant = ready_variant(catalog, &image, "w320.webp").await;
            assert!(catalog.doom_variant(&variant, at(1)).await.unwrap());
            variant
        }
    }
}

async fn take_step(catalog: &Catalog, variant: &Variant, step: usize) -> bool {
    match step {
        0 => catalog.commit_variant(variant, at(1)).await.unwrap(),
        1 => catalog.abandon_variant(variant, at(1)).await.unwrap(),
        2 => catalog.doom_variant(variant, at(1)).await.unwrap(),
        _ => catalog.forget_variant(variant.image, &variant.key, at(1)).await.unwrap(),
    }
}

pub(super) async fn a_variant_needs_an_image_that_is_ready(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let nobody = record(at(0));
    assert_eq!(reserve(catalog, &variant(&nobody, "w320.webp")).await, VariantReserved::NoImage);
    pending(catalog, &nobody).await;
    assert_eq!(reserve(catalog, &variant(&nobody, "w320.webp")).await, VariantReserved::NoImage);

    let image = ready(catalog, at(0)).await;
    let made = ready_variant(catalog, &image, "w320.webp").await;
    let making = pending_variant(catalog, &image, "w640.webp").await;
    catalog.begin_delete(image.id, at(30)).await.unwrap();
    assert_eq!(catalog.find_variant(image.id, &made.name).await.unwrap(), None);
    assert!(!catalog.commit_variant(&making, at(1)).await.unwrap());
    assert_eq!(reserve(catalog, &variant(&image, "w64.webp")).await, VariantReserved::NoImage);
    assert!(catalog.forget_variant(image.id, &made.key, at(1)).await.unwrap(), "it goes as it is");
}

pub(super) async fn of_many_makers_of_one_name_one_gets_it(fresh: &Fresh) {
    let image = ready(&fresh.catalog, at(0)).await;
    let mut makers = JoinSet::new();
    for _ in 0..8 {
        let (catalog, variant) = (fresh.again().await, variant(&image, "w320.webp"));
        makers.spawn(async move {
            let reserved = reserve(&catalog, &variant).await;
            catalog.close().await;
            reserved
        });
    }
    let mut reserved = makers.join_all().await;
    reserved.sort_by_key(|reserved| *reserved != VariantReserved::New);
    assert_eq!(reserved[0], VariantReserved::New);
    assert_eq!(reserved[1..], [VariantReserved::Exists; 7]);
}

pub(super) async fn an_image_has_no_more_variants_than_it_may(fresh: &Fresh) {
    let image = ready(&fresh.catalog, at(0)).await;
    let other = ready(&fresh.catalog, at(0)).await;
    ready_variant(&fresh.catalog, &other, "w64.webp").await;
    let mut makers = JoinSet::new();
    for number in 0..12 {
        let (catalog, variant) =
            (fresh.catalog.clone(), variant(&image, &format!("w{number}.jpg")));
        makers.spawn(async move { catalog.reserve_variant(&variant, at(60), 5).await.unwrap() });
    }
    let reserved = makers.join_all().await;
    let count = |what| reserved.iter().filter(|reserved| **reserved == what).count();
    assert_eq!((count(VariantReserved::New), count(VariantReserved::TooMany)), (5, 7));
}

/// Makers and one deletion at once. What the deletion finds after it has begun is all there will
/// ever be; whoever came later was told that there is no image.
pub(super) async fn no_variant_appears_once_its_image_is_deleting(fresh: &Fresh) {
    const MAKERS: usize = 4;
    const MOST: usize = 1000;
    // In SQLite one process has all writers: several would wait for the file by chance.
    let elsewhere = match &fresh.settings.location {
        Location::Sqlite { .. } => [fresh.catalog.clone(), fresh.catalog.clone()],
        Location::Postgres { .. } => [fresh.again().await, fresh.again().await],
    };
    for round in 0..12 {
        let image = ready(&fresh.catalog, at(0)).await;
        let mut makers = JoinSet::new();
        for maker in 0..MAKERS {
            let (catalog, image) = (elsewhere[maker % 2].clone(), image.clone());
            makers.spawn(async move {
                let mut made = 0;
                while made < MOST {
                    let variant = variant(&image, &format!("w{maker}-{made}.jpg"));
                    match catalog.reserve_variant(&variant, at(60), u32::MAX).await.unwrap() {
                        VariantReserved::New => made += 1,
                        VariantReserved::NoImage => break,
                        other @ (VariantReserved::Exists
                        | VariantReserved::TooMany
                        | VariantReserved::TooManyGoing) => panic!("{other:?}"),
                    }
                    catalog.commit_variant(&variant, at(1)).await.unwrap();
                }
                made
            });
        }
        for _ in 0..round {
            tokio::task::yield_now().await;
        }
        fresh.catalog.begin_delete(image.id, at(30)).await.unwrap().unwrap();
        let found = fresh.catalog.variants_of(image.id, None, 10_000).await.unwrap().len();
        let made: usize = makers.join_all().await.into_iter().sum();
        assert_eq!(found, made, "round {round}");
        let left = fresh.catalog.variants_of(image.id, None, 10_000).await.unwrap();
        assert_eq!(left.len(), made, "round {round}");
        let keys: Vec<_> = left.into_iter().map(|row| row.variant.key).collect();
        assert_eq!(fresh.catalog.forget_variants(image.id, &keys).await.unwrap(), made as u64);
    }
    for catalog in elsewhere {
        if matches!(fresh.settings.location, Location::Postgres { .. }) {
            catalog.close().await;
        }
    }
}

pub(super) async fn a_name_is_free_again_once_its_variant_is_to_go(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let image = ready(catalog, at(0)).await;
    let failed = pending_variant(catalog, &image, "w320.webp").await;
    assert_eq!(reserve(catalog, &variant(&image, "w320.webp")).await, VariantReserved::Exists);
    assert!(catalog.abandon_variant(&failed, at(60)).await.unwrap());
    let second = ready_variant(catalog, &image, "w320.webp").await;
    assert_eq!(reserve(catalog, &variant(&image, "w320.webp")).await, VariantReserved::Exists);
    assert_eq!(catalog.find_variant(image.id, &second.name).await.unwrap().as_ref(), Some(&second));
    assert!(catalog.doom_variant(&second, at(2)).await.unwrap());
    let third = ready_variant(catalog, &image, "w320.webp").await;
    assert_eq!(catalog.find_variant(image.id, &third.name).await.unwrap(), Some(third));
    // One is there and two are to go; each kind has the limit for itself.
    let table = [
        (1, VariantReserved::TooMany),
        (2, VariantReserved::TooManyGoing),
        (3, VariantReserved::New),
    ];
    for (limit, expected) in table {
        let another = variant(&image, "w64.webp");
        let reserved = catalog.reserve_variant(&another, at(60), limit).await.unwrap();
        assert_eq!(reserved, expected, "at most {limit}");
    }
}

pub(super) async fn a_placeholder_is_noted_once(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let image = ready(catalog, at(0)).await;
    assert_eq!((&image.placeholder, image.color), (&None, None));
    assert!(catalog.describe(image.id, &[1, 2, 3, 4, 5], [255, 0, 17]).await.unwrap());
    assert!(!catalog.describe(image.id, &[9; 25], [0, 0, 0]).await.unwrap());
    let found = catalog.find(image.id).await.unwrap().unwrap();
    assert_eq!((found.placeholder, found.color), (Some(vec![1, 2, 3, 4, 5]), Some([255, 0, 17])));
    let listed = catalog.list(None, 1).await.unwrap().remove(0);
    assert_eq!(listed.color, Some([255, 0, 17]));

    let waiting = record(at(0));
    pending(catalog, &waiting).await;
    assert!(!catalog.describe(waiting.id, &[1], [0, 0, 0]).await.unwrap());
    let mut seen = record(at(0));
    (seen.placeholder, seen.color) = (Some(vec![7; 25]), Some([1, 2, 3]));
    pending(catalog, &seen).await;
    assert!(catalog.commit(seen.id, at(1), None).await.unwrap());
    assert_eq!(catalog.find(seen.id).await.unwrap(), Some(seen));
}
