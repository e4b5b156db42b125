//! Presets on servers that hold keys to their policies: each takes what a preset makes of an upload.

use tintype::bucket::{Bucket, Keys, Provider, S3Settings, Settings};
use tintype::image::{Format, ImageId};

use crate::moto::{Key, Moto};
use crate::support::catalogs::environment;

/// The settings for a bucket at a service of this provider, and no others.
fn settings(provider: Provider, endpoint: &str, bucket: &str, key: &Key) -> Settings {
    let s3 = S3Settings {
        endpoint: Some(endpoint.parse().unwrap()),
        provider: Some(provider),
        keys: Keys {
            access_key_id: Some(key.id.clone()),
            secret_access_key: Some(key.secret.clone().into()),
            session_token: None,
        },
        ..S3Settings::default()
    };
    Settings { s3, ..Settings::new(format!("s3://{bucket}/presets").parse().unwrap()) }
}

async fn uploads_reads_and_deletes(settings: &Settings) {
    let bucket = Bucket::connect(settings).await.unwrap();
    let id = ImageId::from_uuid(uuid::Uuid::now_v7());
    let key = bucket.original_key(id, Format::Jpeg);
    bucket.put(&key, bytes::Bytes::from(vec![7; 100_000]), Format::Jpeg).await.unwrap();
    bucket.get(&key, None).await.unwrap();
    bucket.delete(&key).await.unwrap();
    let gone = bucket.get(&key, None).await;
    assert!(gone.is_err_and(|error| error.is_missing_or_denied()));
}

#[tokio::test]
async fn the_preset_of_amazon_works_on_moto() {
    let moto = Moto::start().await;
    let admin = moto.enforce().await;
    moto.make_bucket("pics", &admin).await;
    let settings = settings(Provider::Aws, &moto.endpoint(), "pics", &admin);
    uploads_reads_and_deletes(&settings).await;
}

#[tokio::test]
async fn the_preset_of_seaweedfs_works_with_read_and_write_alone() {
    let variable = |name: &str| environment(name).unwrap_or_else(|| panic!("{name} is not set"));
    let key = Key {
        id: variable("TINTYPE_TEST_UPLOADER_KEY"),
        secret: variable("TINTYPE_TEST_UPLOADER_SECRET"),
    };
    let endpoint = variable("TINTYPE_TEST_S3_ENDPOINT");
    let bucket = variable("TINTYPE_TEST_S3_BUCKET");
    let settings = settings(Provider::Seaweedfs, &endpoint, &bucket, &key);
    uploads_reads_and_deletes(&settings).await;
}
