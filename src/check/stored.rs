//! One object held against what its row says of it.

use std::ops::Range;

use futures_util::StreamExt;

use super::Depth;
use crate::app::App;
use crate::bucket::{BucketError, Object, ObjectKey};
use crate::catalog::Sha256;
use crate::digest::Hasher;

/// What a ready row says of its object.
pub(super) struct Stored<'row> {
    pub(super) key: &'row str,
    pub(super) size: u64,
    pub(super) sha256: Sha256,
}

/// What is wrong with an object.
pub(super) enum Fault {
    Missing,
    Denied,
    WrongSize { stored: u64 },
    WrongBytes { stored: Sha256 },
    Unreadable,
}

impl Stored<'_> {
    /// Reads the object as closely as is asked for.
    pub(super) async fn fault(&self, app: &App, depth: Depth) -> Option<Fault> {
        match depth {
            Depth::Existence => self.existence(app).await,
            Depth::Bytes => self.bytes(app).await,
        }
    }

    /// One byte is read, since the least privilege has no HEAD of its own and a GET tells the size too.
    async fn existence(&self, app: &App) -> Option<Fault> {
        match self.read(app, Some(0..1)).await {
            Ok(object) => self.wrong_size(&object),
            Err(error) => Some(absent(&error)),
        }
    }

    async fn bytes(&self, app: &App) -> Option<Fault> {
        let mut object = match self.read(app, None).await {
            Ok(object) => object,
            Err(error) => return Some(absent(&error)),
        };
        if let Some(fault) = self.wrong_size(&object) {
            return Some(fault);
        }
        let mut hasher = Hasher::default();
        while let Some(chunk) = object.body.next().await {
            match chunk {
                Ok(chunk) => hasher.update(&chunk),
                Err(_) => return Some(Fault::Unreadable),
            }
        }
        let stored = hasher.finish();
        (stored != self.sha256).then_some(Fault::WrongBytes { stored })
    }

    async fn read(&self, app: &App, range: Option<Range<u64>>) -> Result<Object, BucketError> {
        let key = ObjectKey::from_catalog(self.key.to_owned())?;
        app.bucket.get(&key, range).await
    }

    fn wrong_size(&self, object: &Object) -> Option<Fault> {
        (object.size != self.size).then_some(Fault::WrongSize { stored: object.size })
    }
}

fn absent(error: &BucketError) -> Fault {
    match error {
        BucketError::Missing { .. } => Fault::Missing,
        BucketError::Denied { .. } => Fault::Denied,
        BucketError::Refused { .. }
        | BucketError::Unavailable { .. }
        | BucketError::DeadlineExceeded { .. } => Fault::Unreadable,
    }
}
