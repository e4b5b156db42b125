//! The use case of reading: from a record to its bytes, a window at a time.

use std::ops::Range;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;

use crate::app::App;
use crate::bucket::{BucketError, ObjectKey};
use crate::catalog::{CatalogError, Record};
use crate::memory::{Overloaded, READ_WINDOW, Reservation};

/// The bytes of an original on their way from the bucket.
pub(crate) struct Opened {
    /// What pays for the bytes that are on their way; to be held as long as `body` is read.
    pub(crate) window: Reservation,
    /// The bytes that were asked for.
    pub(crate) body: BoxStream<'static, Result<Bytes, BucketError>>,
}

/// Why an original could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The image is recorded, and its object is missing or may not be read: without the right to
    /// list, Amazon does not say which. An operator has to look.
    #[error("the image is recorded, but its object is missing or may not be read")]
    Missing(#[source] BucketError),
    /// The object has another size than the record: something else wrote to the bucket. An operator
    /// has to look.
    #[error("the record says {recorded} bytes, the object has {stored}")]
    Altered {
        /// Bytes, by the record.
        recorded: u64,
        /// Bytes of the object.
        stored: u64,
    },
    /// The bucket did not answer as it should. Where it was unavailable, another try may help.
    #[error("the bucket failed")]
    Bucket(#[source] BucketError),
    /// The catalog did not answer as it should. Where it was unavailable, another try may help.
    #[error("the catalog failed")]
    Catalog(#[from] CatalogError),
    /// No memory came free in time. Another try may help.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
}

impl ReadError {
    /// Whether the object is not what the record says, as it is of an image that was deleted since.
    pub(crate) const fn is_of_the_object(&self) -> bool {
        match self {
            Self::Missing(_) | Self::Altered { .. } => true,
            Self::Bucket(_) | Self::Catalog(_) | Self::Overloaded(_) => false,
        }
    }
}

impl From<BucketError> for ReadError {
    fn from(error: BucketError) -> Self {
        if error.is_missing_or_denied() { Self::Missing(error) } else { Self::Bucket(error) }
    }
}

/// Opens the original of `record`, or the `range` of its bytes.
pub(crate) async fn open(
    app: &App,
    record: &Record,
    range: Option<Range<u64>>,
) -> Result<Opened, ReadError> {
    open_object(app, (&record.key, record.size), range).await
}

/// Opens the object with this key and, by the catalog, this size.
pub(crate) async fn open_object(
    app: &App,
    (key, size): (&str, u64),
    range: Option<Range<u64>>,
) -> Result<Opened, ReadError> {
    let length = range.as_ref().map_or(size, |range| range.end - range.start);
    let window = app.memory.reserve_read(length.min(READ_WINDOW)).await?;
    let body = get(app, (key, size), range).await?;
    Ok(Opened { window, body })
}

/// All bytes of an object, in memory that the caller has reserved: `size` and a read window.
pub(crate) async fn whole(app: &App, key: &str, size: u64) -> Result<Vec<u8>, ReadError> {
    let mut body = get(app, (key, size), None).await?;
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(usize::MAX));
    while let Some(piece) = body.next().await {
        let piece = piece?;
        let stored = bytes.len() as u64 + piece.len() as u64;
        if stored > size {
            return Err(ReadError::Altered { recorded: size, stored });
        }
        bytes.extend_from_slice(&piece);
    }
    match bytes.len() as u64 {
        stored if stored < size => Err(ReadError::Altered { recorded: size, stored }),
        _ => Ok(bytes),
    }
}

async fn get(
    app: &App,
    (key, size): (&str, u64),
    range: Option<Range<u64>>,
) -> Result<BoxStream<'static, Result<Bytes, BucketError>>, ReadError> {
    let key = ObjectKey::from_catalog(key.to_owned()).map_err(BucketError::from)?;
    let object = app.bucket.get(&key, range).await?;
    if object.size != size {
        return Err(ReadError::Altered { recorded: size, stored: object.size });
    }
    Ok(object.body)
}
