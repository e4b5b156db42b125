//! Buckets, keys and bytes to try with.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use futures_util::TryStreamExt;
use tempfile::TempDir;
use tintype::bucket::{
    Bucket, BucketError, Keys, Listed, Location, ObjectKey, S3Settings, Settings,
};
use tintype::image::{Format, ImageId};
use uuid::Uuid;

use crate::support::s3_double::S3Double;

/// A bucket, and what has to stay alive for it.
pub(crate) struct Sample {
    pub(crate) bucket: Bucket,
    _alive: Alive,
}

enum Alive {
    Nothing,
    Directory(#[expect(dead_code, reason = "removes the directory when dropped")] TempDir),
    Double(#[expect(dead_code, reason = "stops when dropped")] S3Double),
}

impl Sample {
    pub(crate) async fn directory() -> Option<Self> {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("made/on/demand");
        let settings = Settings::new(Location::Directory { path });
        Self::new(&settings, Alive::Directory(directory)).await
    }

    pub(crate) async fn memory() -> Option<Self> {
        Self::new(&Settings::new(Location::Memory), Alive::Nothing).await
    }

    pub(crate) async fn s3_double() -> Option<Self> {
        let double = S3Double::start().await;
        let settings =
            Settings { location: "s3://pics/some/prefix".parse().unwrap(), ..double.settings() };
        Self::new(&settings, Alive::Double(double)).await
    }

    /// The S3 server that `TINTYPE_TEST_S3_ENDPOINT` names. Without it the test says that it was
    /// not run there.
    pub(crate) async fn s3_server() -> Option<Self> {
        Self::new(&server_settings()?, Alive::Nothing).await
    }

    async fn new(settings: &Settings, alive: Alive) -> Option<Self> {
        let bucket = Bucket::connect(settings).await.unwrap();
        Some(Self { bucket, _alive: alive })
    }
}

/// Settings of the server that the environment names, each time with a new prefix.
pub(crate) fn server_settings() -> Option<Settings> {
    let Some(endpoint) = variable("TINTYPE_TEST_S3_ENDPOINT") else {
        println!("not run on an S3 server: TINTYPE_TEST_S3_ENDPOINT is not set");
        return None;
    };
    let name = variable("TINTYPE_TEST_S3_BUCKET").unwrap();
    let location = format!("s3://{name}/test-{}", Uuid::new_v4());
    let s3 = S3Settings {
        endpoint: Some(endpoint.parse().unwrap()),
        keys: Keys {
            access_key_id: variable("AWS_ACCESS_KEY_ID"),
            secret_access_key: variable("AWS_SECRET_ACCESS_KEY").map(Into::into),
            session_token: None,
        },
        ..S3Settings::default()
    };
    Some(Settings { s3, ..Settings::new(location.parse().unwrap()) })
}

/// The address of that server.
pub(crate) fn server_address() -> Option<SocketAddr> {
    let endpoint: url::Url = variable("TINTYPE_TEST_S3_ENDPOINT")?.parse().unwrap();
    endpoint.socket_addrs(|| None).unwrap().first().copied()
}

fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.into_string().unwrap())
}

/// A new id.
pub(crate) fn id() -> ImageId {
    ImageId::from_uuid(Uuid::now_v7())
}

/// A new key in this bucket.
pub(crate) fn key(bucket: &Bucket) -> ObjectKey {
    bucket.original_key(id(), Format::Jpeg)
}

/// As many bytes as asked for, no two stretches of them alike.
pub(crate) fn bytes(length: u32) -> Bytes {
    (0..length).map(|at| (at.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect()
}

/// Puts `bytes` under a new key.
pub(crate) async fn put(bucket: &Bucket, bytes: Bytes) -> ObjectKey {
    let key = key(bucket);
    bucket.put(&key, bytes, Format::Jpeg).await.unwrap();
    key
}

/// The whole object.
pub(crate) async fn read(bucket: &Bucket, key: &ObjectKey) -> Result<Bytes, BucketError> {
    let chunks: Vec<Bytes> = bucket.get(key, None).await?.body.try_collect().await?;
    Ok(chunks.concat().into())
}

/// Everything that the bucket lists, sorted by key.
pub(crate) async fn list(bucket: &Bucket) -> Result<Vec<Listed>, BucketError> {
    let mut listed: Vec<Listed> = bucket.list().try_collect().await?;
    listed.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(listed)
}

/// Bytes that tell when the last clone of them has been dropped.
pub(crate) struct Owned {
    bytes: Bytes,
    dropped: Arc<AtomicBool>,
}

impl AsRef<[u8]> for Owned {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        self.dropped.store(true, Ordering::SeqCst);
    }
}

/// `bytes` with an owner, and the flag that says when the owner has been dropped.
pub(crate) fn owned(bytes: Bytes) -> (Bytes, Arc<AtomicBool>) {
    let dropped = Arc::new(AtomicBool::new(false));
    (Bytes::from_owner(Owned { bytes, dropped: Arc::clone(&dropped) }), dropped)
}
