//! The probe of the bucket: the smallest image goes the way of an upload and is taken back.
//!
//! It obeys the law of every object: its row comes first and goes last, so a crash in the middle
//! leaves a row that the reconciler finishes and not an object that nobody knows.

use bytes::Bytes;
use jiff::Timestamp;

use crate::app::App;
use crate::bucket::{BucketError, ObjectKey};
use crate::catalog::{Record, Reserve};
use crate::digest;
use crate::image::{Format, ImageId};
use crate::strip::Stripped;
use crate::upload::UploadError;

/// A GIF of one transparent pixel.
pub(crate) const PIXEL: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\0\0\0\x21\xf9\x04\x01\0\0\0\0\x2c\0\0\0\0\
    \x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";

/// Puts a pixel into the bucket and deletes it again; the reconciler drops its row.
///
/// # Errors
///
/// When catalog or bucket did not do its part.
pub(crate) async fn probe(app: &App, now: Timestamp) -> Result<(), UploadError> {
    let id = ImageId::generate(now);
    let key = app.bucket.original_key(id, Format::Gif);
    let record = record(id, &key, now);
    let sweep_at = app.sweep.sweep_at(now);
    app.catalog.reserve(&record, &Reserve { sweep_at, idempotency: None, now }).await?;
    let outcome = put_and_delete(app, &key).await;
    app.catalog.abandon(id, sweep_at).await?;
    Ok(outcome?)
}

async fn put_and_delete(app: &App, key: &ObjectKey) -> Result<(), BucketError> {
    app.bucket.put(key, Bytes::from_static(PIXEL), Format::Gif).await?;
    app.bucket.delete(key).await
}

fn record(id: ImageId, key: &ObjectKey, now: Timestamp) -> Record {
    Record {
        id,
        key: key.to_string(),
        filename: None,
        format: Format::Gif,
        size: PIXEL.len() as u64,
        width: 1,
        height: 1,
        frames: 1,
        duration: None,
        sha256: digest::of(PIXEL),
        stripped: Stripped::default(),
        placeholder: None,
        color: None,
        caption: None,
        alt: None,
        metadata: serde_json::Map::new(),
        created_at: now,
    }
}
