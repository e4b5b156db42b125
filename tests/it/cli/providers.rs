//! `--provider`: what each preset makes of a request, and what wins over it.

use super::pixel;
use crate::support::process::Site;
use crate::support::s3_double::{ACCESS_KEY_ID, S3Double, SECRET_ACCESS_KEY, SeenRequest};

const CRC: &str = "x-amz-checksum-crc64nvme";
const SHA: &str = "x-amz-checksum-sha256";

/// Uploads an image to a double with these settings; the PUT as it arrived.
async fn put(settings: &[(&str, &str)]) -> SeenRequest {
    let double = S3Double::start().await;
    let mut site = Site::on_double(&double.endpoint()).await;
    site.unset("AWS_REGION");
    for (name, value) in settings {
        site.set(name, value);
    }
    let service = site.serve().await;
    service.uploaded(pixel()).await;
    service.stop().await;
    let put = double.requests().into_iter().find(|request| request.method == "PUT").unwrap();
    assert!(put.path.starts_with("/pics/"), "{}", put.path);
    put
}

/// The region in the signature, and the names of the checksum headers.
fn region_and_checksums(put: &SeenRequest) -> (&str, Vec<&str>) {
    let region = put.header("authorization").split('/').nth(2).unwrap();
    let names = put.headers.keys().map(|name| name.as_str());
    (region, names.filter(|name| name.starts_with("x-amz-checksum-")).collect())
}

#[tokio::test]
async fn every_preset_speaks_as_its_provider_wants() {
    for (provider, region, checksums) in [
        ("aws", "us-east-1", &[CRC][..]),
        ("minio", "us-east-1", &[]),
        ("seaweedfs", "us-east-1", &[CRC]),
        ("r2", "auto", &[]),
        ("b2", "us-east-1", &[]),
        ("garage", "garage", &[]),
        ("ceph", "us-east-1", &[]),
        ("gcs", "auto", &[]),
        ("wasabi", "us-east-1", &[]),
    ] {
        let put = put(&[("TINTYPE_PROVIDER", provider)]).await;
        assert_eq!(region_and_checksums(&put), (region, checksums.to_vec()), "{provider}");
    }
}

#[tokio::test]
async fn what_is_set_wins_over_the_preset() {
    let garage = ("TINTYPE_PROVIDER", "garage");
    let there = put(&[garage, ("AWS_REGION", "here"), ("TINTYPE_S3_CHECKSUM", "sha256")]).await;
    assert_eq!(region_and_checksums(&there), ("here", vec![SHA]));
    let weed = put(&[("TINTYPE_PROVIDER", "seaweedfs"), ("TINTYPE_S3_CHECKSUM", "off")]).await;
    assert_eq!(region_and_checksums(&weed), ("us-east-1", vec![]));
    // Spaces wants the bucket in front of a host, which the double has not.
    let spaces = ("TINTYPE_PROVIDER", "spaces");
    put(&[spaces, ("TINTYPE_S3_ADDRESSING", "path")]).await;
    let mut site = Site::on_double("http://127.0.0.1:9").await;
    site.set(spaces.0, spaces.1);
    let ended = site.run(&["serve"]).await;
    assert!(ended.stderr.contains("virtual-host style needs an endpoint with a host"), "{ended}");
}

/// A bucket with a key, and no endpoint.
fn without_endpoint(provider: &str) -> Site {
    let mut site = Site::embedded();
    site.set("TINTYPE_BUCKET", "s3://pics").set("TINTYPE_PROVIDER", provider);
    site.set("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID).set("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY);
    site
}

#[tokio::test]
async fn a_missing_endpoint_is_told_with_its_form() {
    for (provider, form) in [
        ("minio", "http://HOST:9000"),
        ("seaweedfs", "http://HOST:8333"),
        ("r2", "https://ACCOUNT_ID.r2.cloudflarestorage.com"),
        ("b2", "https://s3.REGION.backblazeb2.com"),
        ("garage", "http://HOST:3900"),
        ("ceph", "http://HOST:7480"),
        ("spaces", "https://REGION.digitaloceanspaces.com"),
        ("wasabi", "https://s3.REGION.wasabisys.com"),
    ] {
        let ended = without_endpoint(provider).run(&["serve"]).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{ended}");
        for part in [provider, form, "set AWS_ENDPOINT_URL_S3"] {
            assert!(ended.stderr.contains(part), "{part:?} is missing: {ended}");
        }
    }
}

#[tokio::test]
async fn the_endpoint_may_be_the_profiles_or_the_providers_own() {
    let double = S3Double::start().await;
    let mut site = without_endpoint("minio");
    site.write("config", format!("[default]\nendpoint_url = {}\n", double.endpoint()));
    let config = site.path().join("config");
    site.set("AWS_CONFIG_FILE", config.to_str().unwrap());
    let service = site.serve().await;
    service.uploaded(pixel()).await;
    service.stop().await;
    assert_eq!(double.count("PUT"), 1);

    // Nothing is asked of the bucket at start.
    assert_eq!(without_endpoint("gcs").serve().await.stop().await.code, Some(0));
}

#[tokio::test]
async fn an_unknown_provider_is_told_with_those_that_are_known() {
    let ended = without_endpoint("azure").run(&["serve"]).await;
    assert_eq!(ended.code, Some(2), "{ended}");
    let told = "--provider (TINTYPE_PROVIDER): \"azure\" is not aws, minio, seaweedfs";
    assert!(ended.stderr.contains(told), "{ended}");
}
