//! The three kinds of store behind one bucket, and where they differ.

use bytes::Bytes;
use object_store::aws::AmazonS3;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, GetOptions, GetResult, ObjectStore, ObjectStoreExt, PutMode, PutOptions,
    PutPayload,
};

use super::directory::Directory;
use super::key::{ObjectKey, ObjectKind};
use super::signing::Payload;

pub(super) enum Store {
    S3(AmazonS3),
    Directory(Directory),
    Memory(InMemory),
}

impl Store {
    pub(super) fn as_dyn(&self) -> &dyn ObjectStore {
        match self {
            Self::S3(store) => store,
            Self::Directory(directory) => &directory.store,
            Self::Memory(store) => store,
        }
    }

    pub(super) async fn put(
        &self,
        key: &ObjectKey,
        payload: Payload,
        kind: ObjectKind,
    ) -> object_store::Result<()> {
        let path = Path::parse(key.as_str())?;
        let (payload, store): (Payload, &dyn ObjectStore) = match self {
            Self::Directory(directory) => return directory.put(&path, payload.bytes).await,
            Self::S3(store) => (payload, store),
            // A copy, because the owner of the bytes waits for them to be let go: they are accounted
            // for by a reservation, and this bucket keeps what it is given.
            Self::Memory(store) => (Bytes::copy_from_slice(&payload.bytes).into(), store),
        };
        let body = PutPayload::from(payload.bytes.clone());
        payload.lend(store.put_opts(&path, body, put_options(kind))).await.map(|_| ())
    }

    pub(super) async fn get(
        &self,
        key: &ObjectKey,
        options: GetOptions,
    ) -> object_store::Result<GetResult> {
        self.as_dyn().get_opts(&Path::parse(key.as_str())?, options).await
    }

    pub(super) async fn delete(&self, key: &ObjectKey) -> object_store::Result<()> {
        let path = Path::parse(key.as_str())?;
        match self {
            Self::S3(store) => store.delete(&path).await,
            Self::Memory(store) => store.delete(&path).await,
            Self::Directory(directory) => directory.delete(key).await.map_err(|source| {
                object_store::Error::Generic { store: "directory", source: source.into() }
            }),
        }
    }
}

/// Overwriting can be repeated: with `PutMode::Create`, a put whose answer was lost would find its
/// own object and report it as another's.
fn put_options(kind: ObjectKind) -> PutOptions {
    let policy = kind.policy();
    let mut attributes = Attributes::new();
    attributes.insert(Attribute::ContentType, policy.content_type.into());
    attributes.insert(Attribute::CacheControl, policy.cache_control.into());
    PutOptions { mode: PutMode::Overwrite, attributes, ..PutOptions::default() }
}
