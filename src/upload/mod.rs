//! The use case of an upload: proved bytes become an image.
//!
//! The order is the law (`ARCHITECTURE.md`, "The life of an image"): the row comes first, as
//! pending, then the object, then the row becomes ready. Whoever cannot list the bucket must have
//! written down every key before using it.

mod proof;
mod source;

use std::time::Instant;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Map, Value};
use tracing::Instrument as _;

use crate::app::App;
use crate::bucket::{BucketError, ObjectKey, Payload, Put};
use crate::catalog::{CatalogError, IdempotencyClaim, Record, Reserve, Reserved, Sha256};
use crate::clock;
use crate::digest::{self, Hasher};
use crate::image::ImageId;
use crate::inspect::{self, Facts, InspectError};
use crate::memory::Overloaded;
use crate::metrics::{Stage, UploadOutcome};
use crate::spans;
use crate::strip::{self, Stripped};
use crate::variant::Placeholder;

pub use self::proof::Undecodable;
pub(crate) use self::source::UploadBytes;

/// The piece that is hashed before other tasks get their turn: about half a millisecond of work.
const HASH_STRIDE: usize = 1024 * 1024;

/// What the user sent, in reserved memory.
#[derive(Debug)]
pub(crate) struct Upload {
    /// The bytes of the image. They are dropped, and their memory is free, once they are stored.
    pub(crate) bytes: UploadBytes,
    /// What the client said with them.
    pub(crate) said: Said,
    /// The promise that a retry of this upload makes no second image.
    pub(crate) idempotency: Option<IdempotencyKey>,
}

/// What a client says of an image.
#[derive(Debug)]
pub(crate) struct Said {
    /// The name of the file, cleaned; kept for downloads, never used in a key.
    pub(crate) filename: Option<String>,
    /// What the user says of the image.
    pub(crate) caption: Option<String>,
    /// What a screen reader says of the image.
    pub(crate) alt: Option<String>,
    /// Whatever else the application wants to keep.
    pub(crate) metadata: Map<String, Value>,
}

/// A client's own name for one upload.
#[derive(Clone, Debug)]
pub(crate) struct IdempotencyKey {
    /// Who asks; keys of different principals never meet.
    pub(crate) principal: String,
    /// The text of the header.
    pub(crate) key: String,
}

/// How an upload ended well.
#[derive(Debug)]
pub(crate) enum Stored {
    /// A new image is ready: object and record are durable.
    New(Record),
    /// The same upload was stored before; this is its record as it was then.
    Replayed(Record),
}

/// How an upload ended otherwise.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UploadError {
    /// The bytes are not an image that is taken.
    #[error(transparent)]
    Refused(#[from] InspectError),
    /// The pixels are not taken.
    #[error(transparent)]
    Undecodable(#[from] Undecodable),
    /// No memory or no core came free in time to decode them.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// The catalog did not do its part. Nothing that was acknowledged is lost.
    #[error("the catalog failed")]
    Catalog(#[from] CatalogError),
    /// The bucket did not do its part. The reconciler removes what may have arrived.
    #[error("the bucket failed")]
    Bucket(#[from] BucketError),
    /// An upload with the same idempotency key is at work, or was cut off and is not swept yet.
    #[error("an upload with this idempotency key is under way")]
    StillRunning,
    /// The same idempotency key came with other content.
    #[error("this idempotency key belongs to other content")]
    OtherContent,
    /// The upload took so long that the reconciler took it for abandoned.
    #[error("the upload was taken for abandoned")]
    Swept,
}

/// Proves that `upload` is an image, stores it and records it.
///
/// # Errors
///
/// [`UploadError`]. After any error nothing of the upload stays behind for good: what may have
/// reached the bucket is under a row that the reconciler finishes.
pub(crate) async fn store(
    app: &App,
    upload: Upload,
    now: Timestamp,
) -> Result<Stored, UploadError> {
    let stored = prove_and_store(app, upload, now).await;
    app.metrics.uploads.ended(match &stored {
        Ok(Stored::New(_)) => UploadOutcome::Stored,
        Ok(Stored::Replayed(_)) => UploadOutcome::Replayed,
        Err(UploadError::Refused(_) | UploadError::Undecodable(_)) => UploadOutcome::Refused,
        Err(UploadError::Overloaded(_)) => UploadOutcome::Overloaded,
        Err(UploadError::Catalog(_)) => UploadOutcome::Catalog,
        Err(UploadError::Bucket(_)) => UploadOutcome::Bucket,
        Err(UploadError::StillRunning | UploadError::OtherContent) => UploadOutcome::Conflict,
        Err(UploadError::Swept) => UploadOutcome::Swept,
    });
    stored
}

async fn prove_and_store(app: &App, upload: Upload, now: Timestamp) -> Result<Stored, UploadError> {
    let inspecting = app.metrics.uploads.start(Stage::Inspect);
    let proved = prove(app, upload.bytes).instrument(spans::step("inspect")).await?;
    drop(inspecting);
    let record = record(app, upload.said, &proved, now);
    let idempotency = upload.idempotency.as_ref().map(|key| IdempotencyClaim {
        principal: key.principal.clone(),
        key: key.key.clone(),
        fingerprint: fingerprint(&record),
    });
    let is_keyed = idempotency.is_some();
    let sweep_at = app.sweep.sweep_at(now);
    let began = Instant::now();
    let mut cataloguing = app.metrics.uploads.start(Stage::Catalog);
    match app.catalog.reserve(&record, &Reserve { sweep_at, idempotency, now }).await? {
        Reserved::New if began.elapsed() > app.sweep.latest_start() => {
            // A catalog this slow has used up the margin that a late PUT needs.
            app.catalog.abandon(record.id, now).await?;
            Err(UploadError::Swept)
        }
        Reserved::New => {
            cataloguing.pause();
            let put = put(app, &record, proved.bytes, sweep_at).await?;
            cataloguing.resume();
            // A try that was given up may still land. Until the sweep time has passed, a deletion of
            // this image is not the last word (`delete::finish` waits for it).
            let settled_at = if put.attempts > 1 { sweep_at } else { record.created_at };
            let answer = is_keyed.then_some(&record);
            if app.catalog.commit(record.id, settled_at, answer).await? {
                return Ok(Stored::New(record));
            }
            bury(app, &record).await?;
            Err(UploadError::Swept)
        }
        Reserved::Replay(first) => Ok(Stored::Replayed(*first)),
        Reserved::Running => Err(UploadError::StillRunning),
        Reserved::Mismatch => Err(UploadError::OtherContent),
    }
}

/// What is known of the bytes that are going to be stored.
struct Proved {
    bytes: Bytes,
    facts: Facts,
    stripped: Stripped,
    sha256: Sha256,
    placeholder: Option<Placeholder>,
}

async fn prove(app: &App, bytes: UploadBytes) -> Result<Proved, UploadError> {
    let facts = inspect::inspect(bytes.as_slice(), &app.image)?;
    let edits = strip::edits(bytes.as_slice(), facts.format, app.metadata)?;
    let bytes = bytes.edited(&edits);
    let placeholder = proof::decode(app, &bytes, &facts).await?;
    let sha256 = hash(&bytes).await;
    Ok(Proved { bytes, facts, stripped: edits.stripped(), sha256, placeholder })
}

async fn put(
    app: &App,
    record: &Record,
    bytes: Bytes,
    sweep_at: Timestamp,
) -> Result<Put, UploadError> {
    let key = ObjectKey::from_catalog(record.key.clone()).map_err(BucketError::from)?;
    let payload = Payload::hashed(bytes, *record.sha256.as_bytes());
    let putting = app.metrics.uploads.start(Stage::Put);
    let put = app.bucket.put(&key, payload, record.format).await;
    drop(putting);
    match put {
        Ok(put) => Ok(put),
        Err(error) => {
            if !app.catalog.abandon(record.id, sweep_at).await? {
                bury(app, record).await?;
            }
            Err(error.into())
        }
    }
}

/// The sweeper was faster: this process slept past its deadline, and the object may have come after
/// the sweeper's last look. It gets a row of its own, since the sweeper may be about to forget the
/// first, and the reconciler deletes it once nothing can land any more.
async fn bury(app: &App, record: &Record) -> Result<(), CatalogError> {
    let now = clock::now();
    app.catalog.adopt(ImageId::generate(now), &record.key, app.sweep.sweep_at(now)).await?;
    Ok(())
}

fn record(app: &App, said: Said, proved: &Proved, now: Timestamp) -> Record {
    let Proved { bytes, facts, stripped, sha256, placeholder } = proved;
    let id = ImageId::generate(now);
    Record {
        id,
        key: app.bucket.original_key(id, facts.format).to_string(),
        filename: said.filename,
        format: facts.format,
        size: bytes.len() as u64,
        width: facts.width,
        height: facts.height,
        frames: facts.frames,
        duration: facts.duration,
        sha256: *sha256,
        stripped: *stripped,
        placeholder: placeholder.as_ref().map(|seen| seen.hash.clone()),
        color: placeholder.as_ref().map(|seen| seen.color),
        caption: said.caption,
        alt: said.alt,
        metadata: said.metadata,
        created_at: now,
    }
}

async fn hash(bytes: &Bytes) -> Sha256 {
    let mut hasher = Hasher::default();
    for stride in bytes.chunks(HASH_STRIDE) {
        hasher.update(stride);
        tokio::task::yield_now().await;
    }
    hasher.finish()
}

/// What makes two uploads the same: the bytes and everything that the client said with them.
fn fingerprint(record: &Record) -> Sha256 {
    let said = (&record.sha256, &record.filename, &record.caption, &record.alt, &record.metadata);
    digest::of(&serde_json::to_vec(&said).unwrap_or_default())
}
