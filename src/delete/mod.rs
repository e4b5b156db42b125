//! The use case of a deletion, and its second half, which the reconciler shares.
//!
//! The record goes to `deleting` first, so that reads stop and no variant begins; then the objects go,
//! then the rows, that of the image last. A crash anywhere leaves a row that says what is still to be
//! done.

mod plan;
mod variants;

use futures_util::future::join;
use jiff::Timestamp;

use crate::app::App;
use crate::bucket::{BucketError, ObjectKey};
use crate::catalog::{CatalogError, Doomed, Forgotten};
use crate::causes::chain;
use crate::clock;
use crate::image::ImageId;
use crate::metrics::{DeleteOutcome, FailedPart};

use self::plan::Next;

pub(crate) use self::variants::{finish_variant, take_back};

/// How far a deletion came. Either way the image is gone for every reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deleted {
    /// Neither record nor object exists, nor any variant.
    Gone,
    /// The rest is written down; the reconciler does it.
    Promised,
}

/// Deletes the image, or returns `None` when there is none.
///
/// # Errors
///
/// When the catalog could not take the deletion down. Nothing is promised then.
pub(crate) async fn delete(
    app: &App,
    id: ImageId,
    now: Timestamp,
) -> Result<Option<Deleted>, CatalogError> {
    let lease_until = app.sweep.lease_until(now);
    match app.catalog.begin_delete(id, lease_until).await? {
        Some(doomed) => {
            // A variant may have been settled while the catalog was waited for.
            let deleted = finish(app, &doomed, clock::now()).await;
            app.metrics.deletes.ended(match deleted {
                Deleted::Gone => DeleteOutcome::Gone,
                Deleted::Promised => DeleteOutcome::Promised,
            });
            Ok(Some(deleted))
        }
        None => Ok(None),
    }
}

/// Removes the objects and then the row of an image that is `deleting`: the original, and all variants,
/// also those that are being made at this moment.
///
/// Failures are not errors here: the row stays, with the time of the next try.
pub(crate) async fn finish(app: &App, doomed: &Doomed, now: Timestamp) -> Deleted {
    // Side by side, so that a bucket that hangs is waited for once.
    let (original, variants) =
        join(delete_object(app, doomed.id, &doomed.key), variants::delete_all(app, doomed.id, now))
            .await;
    let done = match variants {
        Ok(variants) => end(app, doomed, original && variants, now).await,
        Err(error) => Err(error),
    };
    done.unwrap_or_else(|error| left(app, doomed.id, &error))
}

async fn end(
    app: &App,
    doomed: &Doomed,
    objects_gone: bool,
    now: Timestamp,
) -> Result<Deleted, CatalogError> {
    match plan::after_delete(doomed, objects_gone, now) {
        Next::Forget => app.catalog.forget(doomed.id).await.map(|forgotten| match forgotten {
            Forgotten::Gone | Forgotten::Absent => Deleted::Gone,
            Forgotten::Waits => Deleted::Promised,
        }),
        Next::TryAt(due_at) => {
            app.catalog.postpone(doomed.id, due_at).await.map(|()| Deleted::Promised)
        }
    }
}

/// Counts and logs that the catalog did not take down what is done.
fn left(app: &App, image: ImageId, error: &CatalogError) -> Deleted {
    app.metrics.deletes.failed(FailedPart::Catalog);
    let cause = chain(error);
    tracing::warn!(image.id = %image, cause, "the row is left for the reconciler");
    Deleted::Promised
}

/// Whether the object is gone. Why it is not is counted and logged here.
async fn delete_object(app: &App, image: ImageId, key: &str) -> bool {
    let outcome = match ObjectKey::from_catalog(key.to_owned()) {
        Ok(key) => app.bucket.delete(&key).await,
        Err(error) => Err(BucketError::from(error)),
    };
    if let Err(error) = &outcome {
        app.metrics.deletes.failed(FailedPart::Bucket);
        let cause = chain(error);
        tracing::warn!(image.id = %image, cause, "the object could not be deleted yet");
    }
    outcome.is_ok()
}
