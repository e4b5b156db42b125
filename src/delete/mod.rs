//! The use case of a deletion, and its second half, which the reconciler shares.
//!
//! The record goes to `deleting` first, so that reads stop; then the object goes, then the row. A
//! crash anywhere leaves a row that says what is still to be done.

mod plan;

use jiff::Timestamp;

use crate::app::App;
use crate::bucket::{BucketError, ObjectKey};
use crate::catalog::{CatalogError, Doomed, Forgotten};
use crate::causes::chain;
use crate::image::ImageId;
use crate::metrics::{DeleteOutcome, FailedPart};

use self::plan::Next;

/// How far a deletion came. Either way the image is gone for every reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deleted {
    /// Neither record nor object exists.
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
            let deleted = finish(app, &doomed, now).await;
            app.metrics.deletes.ended(match deleted {
                Deleted::Gone => DeleteOutcome::Gone,
                Deleted::Promised => DeleteOutcome::Promised,
            });
            Ok(Some(deleted))
        }
        None => Ok(None),
    }
}

/// Removes the object and then the row of an image that is `deleting`.
///
/// Failures are not errors here: the row stays, with the time of the next try.
pub(crate) async fn finish(app: &App, doomed: &Doomed, now: Timestamp) -> Deleted {
    let outcome = delete_object(app, &doomed.key).await;
    if let Err(error) = &outcome {
        app.metrics.deletes.failed(FailedPart::Bucket);
        let cause = chain(error);
        tracing::warn!(image.id = %doomed.id, cause, "the object could not be deleted yet");
    }
    let done = match plan::after_delete(doomed, outcome.is_ok(), now) {
        Next::Forget => app.catalog.forget(doomed.id).await.map(|forgotten| match forgotten {
            Forgotten::Gone | Forgotten::Absent => Deleted::Gone,
            Forgotten::Waits => Deleted::Promised,
        }),
        Next::TryAt(due_at) => {
            app.catalog.postpone(doomed.id, due_at).await.map(|()| Deleted::Promised)
        }
    };
    done.unwrap_or_else(|error| {
        app.metrics.deletes.failed(FailedPart::Catalog);
        let cause = chain(&error);
        tracing::warn!(image.id = %doomed.id, cause, "the row is left for the reconciler");
        Deleted::Promised
    })
}

async fn delete_object(app: &App, key: &str) -> Result<(), BucketError> {
    let key = ObjectKey::from_catalog(key.to_owned())?;
    app.bucket.delete(&key).await
}
