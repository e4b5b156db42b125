//! Where the bytes of images live: S3 or anything that speaks its API, a directory, or memory.
//!
//! This is the only folder that names `object_store` and `aws-config`. It puts, reads and deletes
//! one object at a time; it asks for no HEAD and, outside of [`Bucket::list`], for no List, so
//! `GetObject`, `PutObject` and `DeleteObject` on the bucket's keys are all that it needs.

mod access;
#[cfg(feature = "cli")]
mod answer;
#[cfg(feature = "cli")]
mod arn;
mod chain;
mod credentials;
mod directory;
mod endpoint;
mod error;
#[cfg(feature = "cli")]
mod inquiry;
mod key;
#[cfg(feature = "cli")]
mod lifecycle;
mod location;
mod name;
mod provider;
mod s3;
mod settings;
mod signing;
mod store;
mod traffic;
mod wire;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use jiff::Timestamp;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, GetResult, GetResultPayload, ObjectMeta};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tracing::Instrument as _;

use crate::image::{Format, ImageId, VariantName};
use crate::metrics::{BucketMeter, Operation, Outcome};
use crate::spans;

use self::directory::Directory;
use self::store::Store;
use self::traffic::Traffic;
use self::wire::Exchange;

#[cfg(feature = "cli")]
pub(crate) use self::access::Access;
#[cfg(feature = "iam")]
pub(crate) use self::answer::SMALLEST_MOVED;
#[cfg(feature = "cli")]
pub(crate) use self::answer::{Answer, witnessed};
#[cfg(feature = "iam")]
pub(crate) use self::arn::bucket_arn;
#[cfg(feature = "cli")]
pub(crate) use self::arn::{Partition, objects_arn};
pub use self::endpoint::{Endpoint, InvalidEndpoint};
pub use self::error::{BucketError, Cause, ConnectError, TookTooLong};
#[cfg(feature = "cli")]
pub(crate) use self::inquiry::{Inquiry, Question};
pub use self::key::{
    InvalidKey, InvalidPrefix, MAX_KEY_LENGTH, MAX_PREFIX_LENGTH, ObjectKey, ObjectKind,
    ObjectPolicy, Prefix, image_of,
};
#[cfg(feature = "cli")]
pub(crate) use self::lifecycle::LifecycleRules;
pub use self::location::{InvalidLocation, Location};
pub use self::name::{BucketName, InvalidBucketName};
pub use self::provider::{EndpointNeeded, Provider, UnknownProvider};
pub use self::settings::{
    Addressing, Checksum, HalfCredential, InstanceRole, Keys, Limits, S3Settings, Settings,
};
pub use self::signing::Payload;
pub use self::traffic::Recent;
#[cfg(feature = "cli")]
pub(crate) use self::wire::element;
#[cfg(feature = "iam")]
pub(crate) use aws_config::SdkConfig;

/// How many objects are put or deleted at a time. Each has a connection with its buffers, which the
/// memory budget does not count; at 50 ms a request this many still make 2,500 a second.
const WRITES: usize = 128;

/// The bucket. A clone is the same bucket and costs nothing.
#[derive(Clone)]
pub struct Bucket(Arc<Inner>);

struct Inner {
    store: Store,
    prefix: Prefix,
    limits: Limits,
    traffic: Traffic,
    meter: BucketMeter,
    writes: Semaphore,
    description: String,
}

/// An object was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Put {
    /// How many requests may have reached the bucket. With more than one, a try that was given up
    /// may still take effect until the put's deadline has passed, even after a delete.
    pub attempts: u32,
}

/// An object that is being read.
pub struct Object {
    /// The size of the whole object in bytes, whatever range was asked for.
    pub size: u64,
    /// The bytes that were asked for. They come as they are read; an error ends them.
    pub body: BoxStream<'static, Result<Bytes, BucketError>>,
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Object").field("size", &self.size).finish_non_exhaustive()
    }
}

/// An object as the bucket lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The full key, prefix included.
    pub key: String,
    /// In bytes.
    pub size: u64,
    /// When it was put last.
    pub modified: Timestamp,
    /// The image that the key belongs to; nothing for a key that Tintype did not make.
    pub image: Option<ImageId>,
}

impl Bucket {
    /// Opens the bucket: finds credentials, region and endpoint, or makes the directory. Nothing is
    /// asked of an S3 bucket.
    ///
    /// # Errors
    /// What the operator has to set or mend. That there are no credentials is known within a
    /// second.
    pub async fn connect(settings: &Settings) -> Result<Self, ConnectError> {
        let limits = settings.limits;
        let mut prefix = Prefix::default();
        let mut description = settings.location.to_string();
        let store = match &settings.location {
            Location::S3 { bucket, prefix: ours } => {
                let s3 = s3::connect(bucket, &settings.s3, limits).await?;
                prefix = ours.clone();
                description = format!("{description} ({})", s3.description);
                Store::S3(s3.store)
            }
            Location::Directory { path } => {
                let path = path.clone();
                let directory = Directory::open(&path)
                    .map_err(|source| ConnectError::Directory { path, source })?;
                description = format!("directory {}", directory.path().display());
                Store::Directory(directory)
            }
            Location::Memory => Store::Memory(InMemory::new()),
        };
        let traffic = Traffic::default();
        let meter = BucketMeter::default();
        let writes = Semaphore::new(WRITES);
        Ok(Self(Arc::new(Inner { store, prefix, limits, traffic, meter, writes, description })))
    }

    /// The key under which the original of an image belongs in this bucket.
    #[must_use]
    pub fn original_key(&self, id: ImageId, format: Format) -> ObjectKey {
        ObjectKey::original(&self.0.prefix, id, format)
    }

    /// A new key for a variant of an image in this bucket, another one at each call.
    #[must_use]
    pub fn variant_key(&self, id: ImageId, name: &VariantName) -> ObjectKey {
        ObjectKey::variant(&self.0.prefix, id, name)
    }

    /// Puts an object, in place of what was there. When this returns, the object is as durable as
    /// the service, or the file system, makes it, and the payload has been let go.
    ///
    /// # Errors
    /// Whatever the error, the object may exist now or come to exist until the deadline has passed.
    pub async fn put(
        &self,
        key: &ObjectKey,
        payload: impl Into<Payload>,
        kind: impl Into<ObjectKind>,
    ) -> Result<Put, BucketError> {
        let limit = self.0.limits.put_deadline;
        let (payload, kind) = (payload.into(), kind.into());
        let size = payload.bytes.len() as u64;
        let put = self.in_turn(self.0.store.put(key, payload, kind));
        let (outcome, requests) = self.operate(Operation::Put, limit, put).await;
        outcome.map(|()| {
            self.0.meter.sent(size);
            Put { attempts: requests.max(1) }
        })
    }

    /// Reads an object, or the `range` of its bytes, which must lie within its size.
    ///
    /// A body whose connection breaks is taken up again where it broke off, within the limits.
    ///
    /// # Errors
    /// [`BucketError::Missing`] or [`BucketError::Denied`]: the object is not there, or it is and
    /// may not be read; Amazon does not tell which to those who may not list the bucket.
    pub async fn get(
        &self,
        key: &ObjectKey,
        range: Option<Range<u64>>,
    ) -> Result<Object, BucketError> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let limit = self.0.limits.answer_deadline;
        let result = self.operate(Operation::Get, limit, self.0.store.get(key, options)).await.0?;
        let size = result.meta.size;
        Ok(Object { size, body: self.body(result) })
    }

    /// Deletes an object. That there is none is success, so a delete can be repeated.
    ///
    /// In a directory this also removes what unfinished puts of the object left, and the image's
    /// own directory with its last object.
    ///
    /// # Errors
    /// The object may still be there.
    pub async fn delete(&self, key: &ObjectKey) -> Result<(), BucketError> {
        let limit = self.0.limits.answer_deadline;
        let delete = self.in_turn(self.0.store.delete(key));
        match self.operate(Operation::Delete, limit, delete).await.0 {
            Err(BucketError::Missing { .. }) => Ok(()),
            outcome => outcome,
        }
    }

    /// Lists the objects under the prefix, ours and others, in no order. For `tintype check` alone:
    /// on S3 it needs the right to list, which nothing else does.
    ///
    /// An error ends the list; [`BucketError::Denied`] says that listing is not allowed.
    #[must_use]
    pub fn list(&self) -> BoxStream<'static, Result<Listed, BucketError>> {
        // The store ends the prefix with a slash.
        let prefix = self.0.prefix.as_str();
        let prefix = (!prefix.is_empty()).then(|| Path::from(prefix));
        let entries = self.0.store.as_dyn().list(prefix.as_ref());
        let bucket = self.clone();
        stream::try_unfold((bucket, entries), |(bucket, mut entries)| async move {
            let limit = bucket.0.limits.answer_deadline;
            let next = bucket.operate(Operation::List, limit, entries.try_next()).await.0?;
            Ok(next.map(|meta| (bucket.listed(&meta), (bucket, entries))))
        })
        .boxed()
    }

    /// How the bucket fared with the requests that were made of it.
    #[must_use]
    pub fn recent(&self) -> Recent {
        self.0.traffic.recent()
    }

    /// What and where this bucket is, for people; it holds no secret.
    #[must_use]
    pub fn describe(&self) -> String {
        self.0.description.clone()
    }

    /// Runs one write when its turn has come. The wait counts against the write's deadline.
    async fn in_turn<T>(&self, write: impl Future<Output = T>) -> T {
        // The semaphore is never closed; without a permit the write would only be unbounded.
        let _turn = self.0.writes.acquire().await.ok();
        write.await
    }

    /// What this bucket counts.
    pub(crate) fn meter(&self) -> &BucketMeter {
        &self.0.meter
    }

    /// Runs one operation within its time, judges its error and notes how the bucket fared. Also
    /// says how many requests it took.
    async fn operate<T>(
        &self,
        operation: Operation,
        limit: Duration,
        work: impl Future<Output = object_store::Result<T>> + Send,
    ) -> (Result<T, BucketError>, u32) {
        let exchange = Arc::new(Exchange::default());
        let began = Instant::now();
        let work = timeout(limit, exchange.record(work));
        let outcome = match work.instrument(spans::call("bucket", operation.text())).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(BucketError::judge(error, exchange.refusal().as_ref())),
            Err(_) => Err(BucketError::too_slow(limit)),
        };
        self.0.traffic.note(&outcome);
        let requests = exchange.requests();
        // A listing hands out the objects of one page one by one: only what asked for the page counts.
        if operation != Operation::List || requests > 0 || outcome.is_err() {
            let refusal = exchange.refusal();
            let ended = outcome.as_ref().err().map(|error| error.outcome(refusal.as_ref()));
            self.0.meter.ended(operation, ended.unwrap_or(Outcome::Ok), began.elapsed());
            self.0.meter.retried(operation, requests);
        }
        (outcome, requests)
    }

    fn body(&self, result: GetResult) -> BoxStream<'static, Result<Bytes, BucketError>> {
        let body = match result.payload {
            GetResultPayload::File(file, _) => directory::read(file, result.range),
            GetResultPayload::Stream(stream) => {
                stream.map_err(|error| BucketError::judge(error, None)).boxed()
            }
        };
        let bucket = self.clone();
        let mut received = self.0.meter.received();
        body.inspect_ok(move |chunk| received.add(chunk.len() as u64))
            .inspect_err(move |_| {
                bucket.0.traffic.failed();
                bucket.0.meter.broken_read();
            })
            .boxed()
    }

    fn listed(&self, meta: &ObjectMeta) -> Listed {
        let key = meta.location.to_string();
        let nanoseconds = i32::try_from(meta.last_modified.timestamp_subsec_nanos()).unwrap_or(0);
        let modified = Timestamp::new(meta.last_modified.timestamp(), nanoseconds);
        Listed {
            image: image_of(&self.0.prefix, &key),
            key,
            size: meta.size,
            modified: modified.unwrap_or(Timestamp::UNIX_EPOCH),
        }
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.description)
    }
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Bucket").field(&self.0.description).finish()
    }
}
