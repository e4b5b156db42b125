//! Variants on their way out: those of an image that goes, one that nobody finished, one whose maker
//! takes it back.

use futures_util::{StreamExt, stream};
use jiff::Timestamp;

use super::plan::{self, Next};
use super::{Deleted, delete_object, left};
use crate::app::App;
use crate::catalog::{CatalogError, Doomed, Variant};
use crate::clock;
use crate::image::ImageId;

/// How many rows are looked at together.
const PAGE: u32 = 32;

/// How many objects of one image are deleted at a time.
const PARALLEL: usize = 4;

/// Deletes the objects of all variants of an image that is deleting, and the rows of those that
/// cannot come back. One that is being made at this moment keeps its row, and by it that of the image
/// (`Catalog::forget`). Whether all objects are gone.
///
/// The first page with a failure is the last: a bucket that is down is not asked a hundred times.
pub(super) async fn delete_all(
    app: &App,
    image: ImageId,
    now: Timestamp,
) -> Result<bool, CatalogError> {
    let mut after: Option<Variant> = None;
    loop {
        let rows = app.catalog.variants_of(image, after.as_ref(), PAGE).await?;
        let Some(last) = rows.last() else { return Ok(true) };
        after = Some(last.variant.clone());
        let looked_at = rows.len();
        let deletions = stream::iter(rows).map(async |row| {
            let is_gone = delete_object(app, image, &row.variant.key).await;
            is_gone.then_some(row)
        });
        let gone: Vec<_> = deletions.buffer_unordered(PARALLEL).collect().await;
        let gone: Vec<_> = gone.into_iter().flatten().collect();
        let is_whole = gone.len() == looked_at;
        let settled = gone.into_iter().filter(|row| row.settled_at <= now);
        let keys: Vec<_> = settled.map(|row| row.variant.key).collect();
        app.catalog.forget_variants(image, &keys).await?;
        if !is_whole {
            return Ok(false);
        }
    }
}

/// Removes the object and then the row of a variant that the reconciler claimed: its maker vanished or
/// gave up, or its object was not what it should be.
///
/// Failures are not errors here: the row stays, with the time of the next try.
pub(crate) async fn finish_variant(app: &App, doomed: &Doomed, now: Timestamp) -> Deleted {
    let is_gone = delete_object(app, doomed.id, &doomed.key).await;
    let done = match plan::after_delete(doomed, is_gone, now) {
        Next::Forget => {
            let forgotten = app.catalog.forget_variant(doomed.id, &doomed.key, now).await;
            forgotten.map(|_| Deleted::Gone)
        }
        Next::TryAt(due_at) => {
            let postponed = app.catalog.postpone_variant(doomed.id, &doomed.key, due_at).await;
            postponed.map(|()| Deleted::Promised)
        }
    };
    done.unwrap_or_else(|error| left(app, doomed.id, &error))
}

/// For the maker of a variant that is not to be kept: its PUT failed, or its commit was refused
/// because the image is being deleted, or because the sweeper took the maker for dead. `settled_at` is
/// the time from which no effect of the PUT can land any more: now, when its one try was answered.
///
/// What can be cleared away is cleared away at once, so that a deletion that waits for this variant
/// waits no longer than it must.
///
/// # Errors
///
/// When the catalog did not answer. The row is still there then, and the reconciler takes it.
pub(crate) async fn take_back(
    app: &App,
    variant: &Variant,
    settled_at: Timestamp,
) -> Result<(), CatalogError> {
    let now = clock::now();
    if settled_at <= now && delete_object(app, variant.image, &variant.key).await {
        app.catalog.forget_variant(variant.image, &variant.key, now).await?;
        return Ok(());
    }
    if app.catalog.abandon_variant(variant, settled_at).await? {
        return Ok(());
    }
    // The sweeper was faster, and the object may have come after its last look: it gets a row of its
    // own, since the sweeper may be about to forget the first.
    let settled_at = settled_at.max(app.sweep.sweep_at(now));
    app.catalog.adopt(ImageId::generate(now), &variant.key, settled_at).await?;
    Ok(())
}
