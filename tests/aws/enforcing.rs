//! What these tests believe of their servers: that a key may do what its policy allows and nothing
//! else. Without that a denial in another test would prove nothing.

use object_store::ObjectStoreExt as _;
use object_store::path::Path;

use crate::moto::{Key, Moto, s3_at};
use crate::support::catalogs::environment;

/// Puts, reads and deletes, and tries what must not be allowed.
async fn may_do_what_the_service_does(bucket: &object_store::aws::AmazonS3) {
    let key = Path::from("a/b");
    bucket.put(&key, "bytes".into()).await.unwrap();
    assert_eq!(bucket.get(&key).await.unwrap().bytes().await.unwrap(), "bytes");
    bucket.delete(&key).await.unwrap();
}

async fn is_denied(bucket: &object_store::aws::AmazonS3) {
    let error = bucket.put(&Path::from("a/b"), "bytes".into()).await.unwrap_err();
    assert!(matches!(error, object_store::Error::PermissionDenied { .. }), "{error}");
}

#[tokio::test]
async fn moto_holds_keys_to_their_policies() {
    let moto = Moto::start().await;
    let admin = moto.enforce().await;
    moto.make_bucket("pics", &admin).await;
    moto.make_bucket("other", &admin).await;
    let iam = moto.iam(&admin);
    iam.create_user().user_name("uploader").send().await.unwrap();
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject","s3:DeleteObject"],"Resource":"arn:aws:s3:::pics/*"}]}"#;
    let put = iam.put_user_policy().user_name("uploader").policy_name("pics");
    put.policy_document(policy).send().await.unwrap();
    let made = iam.create_access_key().user_name("uploader").send().await.unwrap();
    let made = made.access_key().unwrap();
    let key = Key { id: made.access_key_id().into(), secret: made.secret_access_key().into() };
    may_do_what_the_service_does(&moto.s3("pics", &key)).await;
    is_denied(&moto.s3("other", &key)).await;
    let stranger = Key { secret: "wrong".to_owned(), ..key };
    is_denied(&moto.s3("pics", &stranger)).await;
}

#[tokio::test]
async fn seaweedfs_holds_the_uploader_to_one_bucket() {
    let variable = |name: &str| environment(name).unwrap_or_else(|| panic!("{name} is not set"));
    let endpoint = variable("TINTYPE_TEST_S3_ENDPOINT");
    let id = variable("TINTYPE_TEST_UPLOADER_KEY");
    let key = Key { id, secret: variable("TINTYPE_TEST_UPLOADER_SECRET") };
    let bucket = variable("TINTYPE_TEST_S3_BUCKET");
    may_do_what_the_service_does(&s3_at(&endpoint, &bucket, &key)).await;
    is_denied(&s3_at(&endpoint, "another-bucket", &key)).await;
}
