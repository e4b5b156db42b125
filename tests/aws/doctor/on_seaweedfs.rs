//! The same of SeaweedFS, which has its own answers: an identity that may read and write one bucket
//! may look at the bucket's settings as well, and a bucket that it may not write is denied whether it
//! is there or not.

use futures_util::TryStreamExt as _;
use object_store::ObjectStore as _;
use uuid::Uuid;

use crate::moto::{Key, s3_at};
use crate::support::catalogs::environment;
use crate::support::examination::Report;
use crate::support::process::Site;

fn variable(name: &str) -> String {
    environment(name).unwrap_or_else(|| panic!("{name} is not set"))
}

/// A site of the restricted identity, with a prefix of its own in the bucket that all tests share.
pub(super) fn site() -> (Site, String) {
    let prefix = format!("doctor-{}", Uuid::new_v4().simple());
    let mut site = Site::embedded();
    site.set("AWS_ENDPOINT_URL_S3", &variable("TINTYPE_TEST_S3_ENDPOINT"));
    site.set("AWS_ACCESS_KEY_ID", &variable("TINTYPE_TEST_UPLOADER_KEY"));
    site.set("AWS_SECRET_ACCESS_KEY", &variable("TINTYPE_TEST_UPLOADER_SECRET"));
    site.set("TINTYPE_BUCKET", &format!("s3://{}/{prefix}", variable("TINTYPE_TEST_S3_BUCKET")));
    (site, prefix)
}

#[tokio::test]
async fn an_identity_that_may_read_and_write_works() {
    let (site, prefix) = site();
    let report = Report::of(&site).await;
    report.warns_of(&["other_prefix", "bucket_policy"]);
    assert_eq!(report.cell("list", "got"), "denied", "{}", report.ended);
    let fix = format!(" --prefix {prefix} --endpoint-url http");
    report.says("other_prefix", ["allowed", "outside of", &fix]);
    let server = report.cell("endpoint", "got");
    assert!(server.starts_with("SeaweedFS"), "{}", report.ended);
    assert_eq!(report.cell("endpoint", "fix"), "set TINTYPE_PROVIDER=seaweedfs");
    assert_eq!(report.cell("versioning", "got"), "off", "{}", report.ended);
    let report = Report::with(&site, &["--other-bucket", "another-bucket"]).await;
    assert_eq!(report.cell("other_bucket", "got"), "denied", "{}", report.ended);

    let key = |name| variable(name);
    let key = Key { id: key("AWS_ACCESS_KEY_ID"), secret: key("AWS_SECRET_ACCESS_KEY") };
    let bucket =
        s3_at(&variable("TINTYPE_TEST_S3_ENDPOINT"), &variable("TINTYPE_TEST_S3_BUCKET"), &key);
    let rest: Vec<_> = bucket.list(Some(&prefix.into())).try_collect().await.unwrap();
    assert_eq!(rest, []);
}

#[tokio::test]
async fn its_refusals_are_told_apart() {
    let (mut site, prefix) = site();
    site.set("TINTYPE_BUCKET", &format!("s3://not-mine/{prefix}"));
    let report = Report::of(&site).await;
    assert_eq!(report.ended.code, Some(1), "{}", report.ended);
    assert_eq!(report.steps("broken"), ["put", "delete"], "{}", report.ended);
    let words = ["everything is denied", "that is another's, or not there", "TINTYPE_BUCKET"];
    report.says("bucket", words);

    let (mut site, _) = self::site();
    site.set("AWS_SECRET_ACCESS_KEY", "wrong");
    let report = Report::of(&site).await;
    report.is_broken("credentials", ["SignatureDoesNotMatch", "not the one", "rotate"]);

    let (mut site, _) = self::site();
    site.set("AWS_ACCESS_KEY_ID", "nobody");
    let report = Report::of(&site).await;
    report.is_broken("credentials", ["InvalidAccessKeyId", "knows no such", "a key of"]);
}
