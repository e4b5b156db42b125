//! What happens to a variant after it was answered with: it goes to the bucket, row first, and the
//! record learns what stands in for the picture.
//!
//! Nobody waits for any of this, and nothing is lost when it fails: a variant can be made again.

use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use tokio::sync::OwnedSemaphorePermit;
use tracing::Instrument as _;

use super::Wanted;
use super::cache::Kept;
use super::flights::Flight;
use super::make::Made;
use crate::app::App;
use crate::bucket::{BucketError, ObjectKey, ObjectKind, Payload};
use crate::catalog::{CatalogError, Variant, VariantReserved};
use crate::causes::chain;
use crate::clock;
use crate::delete;
use crate::metrics::{Keeping, VariantStage};
use crate::variant::Placeholder;

/// How many variants are stored at a time. Each holds its bytes; while the bucket hangs, further ones
/// are not stored.
pub(super) const STORES: usize = 64;

/// Why a variant was not stored.
#[derive(Debug, thiserror::Error)]
enum StoreError {
    #[error("the catalog failed")]
    Catalog(#[from] CatalogError),
    #[error("the bucket failed")]
    Bucket(#[from] BucketError),
}

/// What is to be stored.
pub(super) struct Cargo {
    pub(super) made: Made,
    /// The row of an earlier making whose object is lost. It stands in the way of the new one.
    pub(super) lost: Option<Box<Variant>>,
    /// Lasts until it is stored, so that nobody makes it again meanwhile.
    pub(super) flight: Flight,
}

/// Stores what was made, in a task of its own.
pub(super) fn begin(app: &Arc<App>, wanted: Wanted, cargo: Cargo) {
    let Ok(place) = Arc::clone(&app.deriver.stores).try_acquire_owned() else {
        return app.metrics.variants.ended(Keeping::Skipped);
    };
    app.tasks.spawn(keep(Arc::clone(app), wanted, cargo, place).in_current_span());
}

async fn keep(app: Arc<App>, wanted: Wanted, cargo: Cargo, place: OwnedSemaphorePermit) {
    let Cargo { made: Made { kept, placeholder }, lost, flight } = cargo;
    let storing = app.metrics.variants.start(VariantStage::Store);
    let stored = replace(&app, &wanted, (lost, kept)).await;
    drop((storing, flight, place));
    app.metrics.variants.ended(stored.unwrap_or_else(|error| {
        warn(&wanted, &error, "the variant was not stored");
        Keeping::Failed
    }));
    note_placeholder(&app, &wanted, &placeholder).await;
}

async fn note_placeholder(app: &App, wanted: &Wanted, placeholder: &Placeholder) {
    if wanted.record.placeholder.is_some() {
        return;
    }
    let (image, color) = (wanted.record.id, placeholder.color);
    if let Err(error) = app.catalog.describe(image, &placeholder.hash, color).await {
        warn(wanted, &error, "the placeholder was not noted");
    }
}

async fn replace(
    app: &App,
    wanted: &Wanted,
    (lost, kept): (Option<Box<Variant>>, Arc<Kept>),
) -> Result<Keeping, StoreError> {
    if let Some(lost) = lost
        && app.catalog.doom_variant(&lost, clock::now()).await?
    {
        let name = lost.name.as_str();
        tracing::warn!(image.id = %lost.image, variant = name, "the object of a variant was lost");
    }
    store(app, wanted, kept, clock::now()).await
}

fn warn(wanted: &Wanted, error: &(dyn Error + 'static), what: &str) {
    let name = wanted.key.1.as_str();
    tracing::warn!(image.id = %wanted.record.id, variant = name, cause = chain(error), "{what}");
}

async fn store(
    app: &App,
    wanted: &Wanted,
    kept: Arc<Kept>,
    now: Timestamp,
) -> Result<Keeping, StoreError> {
    let variant = row(app, wanted, &kept, now);
    let sweep_at = app.sweep.sweep_at(now);
    let began = Instant::now();
    match app.catalog.reserve_variant(&variant, sweep_at, wanted.asker.limit()).await? {
        VariantReserved::New if began.elapsed() > app.sweep.latest_start() => {
            // A catalog this slow has used up the margin that a late PUT needs.
            app.catalog.abandon_variant(&variant, now).await?;
            Ok(Keeping::Skipped)
        }
        VariantReserved::New => put(app, &variant, kept, sweep_at).await,
        VariantReserved::Exists => Ok(Keeping::Another),
        VariantReserved::NoImage => Ok(Keeping::Deleted),
        VariantReserved::TooMany | VariantReserved::TooManyGoing => Ok(Keeping::Skipped),
    }
}

fn row(app: &App, wanted: &Wanted, kept: &Kept, now: Timestamp) -> Variant {
    let (image, name) = wanted.key.clone();
    Variant {
        image,
        key: app.bucket.variant_key(image, &name).to_string(),
        name,
        format: kept.format,
        size: kept.len(),
        width: kept.size.0,
        height: kept.size.1,
        sha256: kept.sha256,
        created_at: now,
    }
}

async fn put(
    app: &App,
    variant: &Variant,
    kept: Arc<Kept>,
    sweep_at: Timestamp,
) -> Result<Keeping, StoreError> {
    let key = ObjectKey::from_catalog(variant.key.clone()).map_err(BucketError::from)?;
    let payload = Payload::hashed(kept.bytes(), *variant.sha256.as_bytes());
    match app.bucket.put(&key, payload, ObjectKind::Variant(variant.format)).await {
        Ok(put) => {
            // A try that was given up may still land.
            let settled_at = if put.attempts > 1 { sweep_at } else { variant.created_at };
            if app.catalog.commit_variant(variant, settled_at).await? {
                return Ok(Keeping::Stored);
            }
            delete::take_back(app, variant, settled_at).await?;
            Ok(Keeping::Deleted)
        }
        Err(error) => {
            delete::take_back(app, variant, sweep_at).await?;
            Err(error.into())
        }
    }
}
