//! What goes over the wire to an S3 service: the plain dialect that every one of them accepts.

use tintype::bucket::{Addressing, Bucket, BucketError, Checksum, ConnectError, Settings};
use tintype::image::Format;

use super::samples::{bytes, id, key, list, put, read, server_settings};
use crate::support::s3_double::{ACCESS_KEY_ID, S3Double, SECRET_ACCESS_KEY, settings_for};

async fn upload_read_delete(settings: &Settings) -> Result<(), BucketError> {
    let bucket = Bucket::connect(settings).await.unwrap();
    let key = key(&bucket);
    bucket.put(&key, bytes(1000), Format::Png).await?;
    read(&bucket, &key).await?;
    bucket.delete(&key).await
}

#[tokio::test]
async fn an_image_costs_one_request_per_step_and_no_other_right() {
    let double = S3Double::start().await;
    upload_read_delete(&double.settings()).await.unwrap();
    let requests = double.requests();
    let methods: Vec<_> = requests.iter().map(|request| request.method.as_str()).collect();
    assert_eq!(methods, ["PUT", "GET", "DELETE"]);
    for request in &requests {
        assert!(request.path.ends_with("/original.jpg"), "{}", request.path);
        assert_eq!(request.query, "");
        assert!(!request.headers.contains_key("x-amz-acl"));
    }
}

#[tokio::test]
async fn the_object_keeps_what_a_browser_needs() {
    let double = S3Double::start().await;
    let bucket = Bucket::connect(&double.settings()).await.unwrap();
    let key = bucket.original_key(id(), Format::Avif);
    bucket.put(&key, bytes(1000), Format::Avif).await.unwrap();
    assert_eq!(double.keys(), [key.as_str()]);
    let object = double.object(key.as_str()).unwrap();
    assert_eq!(object.bytes, bytes(1000));
    assert_eq!(object.content_type.as_deref(), Some("image/avif"));
    assert_eq!(object.cache_control.as_deref(), Some("public, max-age=31536000, immutable"));
}

#[tokio::test]
async fn an_object_that_somebody_took_away_is_missing() {
    let double = S3Double::start().await;
    let bucket = Bucket::connect(&double.settings()).await.unwrap();
    let key = put(&bucket, bytes(10)).await;
    assert!(double.remove(key.as_str()));
    let outcome = read(&bucket, &key).await;
    assert!(matches!(outcome, Err(BucketError::Missing { .. })), "{outcome:?}");
    bucket.delete(&key).await.unwrap();
    assert_eq!(double.count("DELETE"), 1);
}

#[tokio::test]
async fn every_checksum_is_taken_by_the_server() {
    for checksum in [Checksum::Auto, Checksum::Crc64Nvme, Checksum::Sha256, Checksum::Off] {
        if let Some(mut settings) = server_settings() {
            settings.s3.checksum = checksum;
            upload_read_delete(&settings).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_put_is_plain_signed_and_tells_type_and_age() {
    let double = S3Double::start().await;
    upload_read_delete(&double.settings()).await.unwrap();
    let put = double.requests().remove(0);
    assert_eq!(put.header("content-length"), "1000");
    assert_eq!(put.header("transfer-encoding"), "");
    assert_eq!(put.header("content-encoding"), "");
    assert_eq!(put.header("content-type"), "image/png");
    assert_eq!(put.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(put.header("x-amz-content-sha256").len(), 64);
    assert_eq!(put.header("if-none-match"), "");
    assert!(put.header("authorization").contains(&format!("Credential={ACCESS_KEY_ID}/")));
}

#[tokio::test]
async fn the_checksum_is_a_header_only_when_asked_for() {
    for (checksum, expected) in [
        (Checksum::Auto, None),
        (Checksum::Off, None),
        (Checksum::Sha256, Some("x-amz-checksum-sha256")),
        (Checksum::Crc64Nvme, Some("x-amz-checksum-crc64nvme")),
    ] {
        let double = S3Double::start().await;
        let mut settings = double.settings();
        settings.s3.checksum = checksum;
        upload_read_delete(&settings).await.unwrap();
        let put = double.requests().remove(0);
        let headers = put.headers.keys().map(|name| name.as_str());
        let found: Vec<_> = headers.filter(|name| name.contains("checksum")).collect();
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{checksum:?}");
        // Without TLS the body is always in the signature.
        assert_eq!(put.header("x-amz-content-sha256").len(), 64, "{checksum:?}");
    }
}

#[tokio::test]
async fn virtual_host_style_puts_the_bucket_in_front_of_the_host() {
    let double = S3Double::start().await;
    let mut settings = settings_for(&double.endpoint().replace("127.0.0.1", "localhost"));
    settings.s3.addressing = Addressing::Virtual;
    // The double has no such host to answer for, but `*.localhost` may lead to it all the same;
    // either way nothing is sent in path style.
    upload_read_delete(&settings).await.unwrap_err();
    for request in double.requests() {
        assert!(request.header("host").starts_with("pics.localhost:"), "{:?}", request.headers);
        assert!(!request.path.starts_with("/pics/"), "{}", request.path);
    }
}

#[tokio::test]
async fn virtual_host_style_needs_a_host_name() {
    let mut settings = settings_for("http://127.0.0.1:1");
    settings.s3.addressing = Addressing::Virtual;
    let outcome = Bucket::connect(&settings).await;
    assert!(matches!(outcome, Err(ConnectError::NoHostName)), "{outcome:?}");
}

#[tokio::test]
async fn the_list_comes_in_pages_and_ends_its_prefix_with_a_slash() {
    let double = S3Double::start().await;
    double.set_page_size(2);
    let settings = Settings { location: "s3://pics/photos".parse().unwrap(), ..double.settings() };
    let bucket = Bucket::connect(&settings).await.unwrap();
    for length in 1..=5 {
        put(&bucket, bytes(length)).await;
    }
    double.insert("photos-old/4d20/x/original.jpg", "not ours");
    double.insert("photos/readme.txt", "in our place, but not ours");
    let listed = list(&bucket).await.unwrap();
    assert_eq!(listed.len(), 6);
    assert_eq!(listed.iter().filter(|object| object.image.is_some()).count(), 5);
    assert_eq!(listed[0].modified.to_string(), "2026-01-02T03:04:05Z");
    assert_eq!(double.requests().iter().filter(|request| request.is_list()).count(), 3);
}

#[tokio::test]
async fn a_missing_bucket_is_a_fault_of_the_setup_and_no_missing_object() {
    let double = S3Double::start().await;
    let settings = Settings { location: "s3://elsewhere".parse().unwrap(), ..double.settings() };
    let bucket = Bucket::connect(&settings).await.unwrap();
    let key = key(&bucket);
    let outcomes = [
        bucket.put(&key, bytes(10), Format::Jpeg).await.map(drop),
        bucket.get(&key, None).await.map(drop),
        bucket.delete(&key).await,
        list(&bucket).await.map(drop),
    ];
    for outcome in outcomes {
        assert!(matches!(outcome, Err(BucketError::Refused { .. })), "{outcome:?}");
    }
}

#[tokio::test]
async fn what_is_shown_to_people_holds_no_secret() {
    let double = S3Double::start().await;
    let mut settings = double.settings();
    settings.s3.keys.session_token = Some("the-token-of-the-double".into());
    let bucket = Bucket::connect(&settings).await.unwrap();
    assert_eq!(bucket.describe(), format!("s3://pics (bucket pics at {})", double.endpoint()));
    let error = bucket.get(&key(&bucket), None).await.unwrap_err();
    for text in [format!("{bucket:?}"), format!("{settings:?}"), format!("{error:?}")] {
        assert!(!text.contains(SECRET_ACCESS_KEY), "{text}");
        assert!(!text.contains("the-token-of-the-double"), "{text}");
    }
}
