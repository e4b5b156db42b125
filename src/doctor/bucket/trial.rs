//! Does with a probe what the service does with an image: puts it, reads it, reads a part of it,
//! deletes it. It obeys the law of every object: its row comes first and goes last.

use std::ops::Range;

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use jiff::Timestamp;

use super::entry::{Entry, Rest};
use crate::bucket::{Bucket, BucketError, ObjectKey, witnessed};
use crate::catalog::Catalog;
use crate::clock;
use crate::doctor::diagnosis::Seen;
use crate::image::{Format, ImageId};
use crate::probe::PIXEL;
use crate::reconcile::SweepRule;

/// The part that is read: bytes of the probe that no other three of it are equal to.
const PART: Range<u64> = 1..4;

/// How the trial went.
#[derive(Debug)]
pub(super) struct Trial {
    /// Where the probe was put.
    pub(super) key: ObjectKey,
    /// How it was put.
    pub(super) put: Seen,
    /// When that was answered.
    pub(super) answered_at: Timestamp,
    /// The rest of the way; nothing where it was not gone.
    pub(super) after: Option<After>,
    /// What is left behind.
    pub(super) rest: Rest,
}

/// What is done with an object after it was put.
#[derive(Debug)]
pub(super) struct After {
    /// All of it is read.
    pub(super) get: Seen,
    /// A part of it is read, if reading all of it worked.
    pub(super) part: Option<Seen>,
    /// It is deleted.
    pub(super) delete: Seen,
}

impl Trial {
    /// Puts the probe. If that worked, or `goes_on` says that the rest can teach something all the
    /// same, reads and deletes it too.
    pub(super) async fn run(
        bucket: &Bucket,
        catalog: Option<&Catalog>,
        sweep: SweepRule,
        goes_on: impl Fn(&Seen) -> bool,
    ) -> Self {
        let now = clock::now();
        let id = ImageId::generate(now);
        let key = bucket.original_key(id, Format::Gif);
        let entry = Entry::write(catalog, id, &key, sweep.sweep_at(now)).await;
        let (outcome, answer) =
            witnessed(bucket.put(&key, Bytes::from_static(PIXEL), Format::Gif)).await;
        let answered_at = clock::now();
        // A try that was given up may still land after the delete.
        let is_settled = outcome.as_ref().map_or(true, |put| put.attempts == 1);
        let put = Seen::of(outcome.as_ref().map(|_| ()), answer);
        let after = match put.is_done() || goes_on(&put) {
            true => Some(After::run(bucket, &key).await),
            false => None,
        };
        let is_deleted = after.as_ref().is_some_and(|after| after.delete.is_done());
        let is_gone = if is_deleted { is_settled } else { !put.may_have_effect() };
        let rest = entry.close(is_gone).await;
        Self { key, put, answered_at, after, rest }
    }
}

impl After {
    async fn run(bucket: &Bucket, key: &ObjectKey) -> Self {
        let get = read(bucket, key, None).await;
        let part = match get.is_done() {
            true => Some(read(bucket, key, Some(PART)).await),
            false => None,
        };
        let (outcome, answer) = witnessed(bucket.delete(key)).await;
        Self { get, part, delete: Seen::of(outcome.as_ref().copied(), answer) }
    }
}

async fn read(bucket: &Bucket, key: &ObjectKey, range: Option<Range<u64>>) -> Seen {
    let wanted = match &range {
        Some(_) => &b"IF8"[..],
        None => PIXEL,
    };
    let (outcome, answer) = witnessed(bytes(bucket, key, range)).await;
    let seen = Seen::of(outcome.as_ref().map(|_| ()), answer);
    if outcome.is_ok_and(|bytes| bytes != wanted) {
        return Seen::Unfit("the bytes are others".to_owned());
    }
    seen
}

async fn bytes(
    bucket: &Bucket,
    key: &ObjectKey,
    range: Option<Range<u64>>,
) -> Result<Vec<u8>, BucketError> {
    let object = bucket.get(key, range).await?;
    // More than the probe cannot be the probe, and is not read.
    let mut body = object.body;
    let mut bytes = Vec::new();
    while bytes.len() <= PIXEL.len()
        && let Some(chunk) = body.try_next().await?
    {
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
