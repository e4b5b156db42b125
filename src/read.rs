//! The use case of reading: from a record to its bytes, a window at a time.

use std::ops::Range;

use bytes::Bytes;
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
    let length = range.as_ref().map_or(record.size, |range| range.end - range.start);
    let window = app.memory.reserve_read(length.min(READ_WINDOW)).await?;
    let key = ObjectKey::from_catalog(record.key.clone()).map_err(BucketError::from)?;
    let object = app.bucket.get(&key, range).await?;
    if object.size != record.size {
        return Err(ReadError::Altered { recorded: record.size, stored: object.size });
    }
    Ok(Opened { window, body: object.body })
}
