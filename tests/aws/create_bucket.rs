//! `tintype iam setup --create-bucket`: a bucket with everything around it, and what its owner
//! decided is kept. Amazon's own Python client tells what came of it.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::moto::{Key, Moto, python};
use crate::support::catalogs::environment;
use crate::support::fault_proxy::Outcome::{ApplyThenFail, Fail, Pass};
use crate::support::fault_proxy::{FaultProxy, put};
use crate::support::process::{Ended, Site};

const SCRIPT: &str = include_str!("bucket.py");

/// A service, and who may do everything there.
struct Office {
    endpoint: String,
    admin: Key,
    /// What to trust, where the service has a certificate.
    certificate: Option<String>,
    site: Site,
}

impl Office {
    fn new(endpoint: String, admin: Key, certificate: Option<String>) -> Self {
        let mut site = Site::embedded();
        site.set("AWS_ENDPOINT_URL", &endpoint).set("AWS_REGION", "us-east-1");
        site.set("AWS_ACCESS_KEY_ID", &admin.id).set("AWS_SECRET_ACCESS_KEY", &admin.secret);
        if let Some(certificate) = &certificate {
            site.set("SSL_CERT_FILE", certificate);
        }
        Self { endpoint, admin, certificate, site }
    }

    /// SeaweedFS, with its administrator.
    fn seaweedfs() -> Self {
        let variable = |name: &str| environment(name).unwrap_or_else(|| panic!("no {name}"));
        let endpoint = variable("TINTYPE_TEST_S3_ENDPOINT");
        let id = variable("AWS_ACCESS_KEY_ID");
        let admin = Key { id, secret: variable("AWS_SECRET_ACCESS_KEY") };
        Self::new(endpoint, admin, None)
    }

    async fn setup(&self, bucket: &str, flags: &[&str]) -> Ended {
        let setup = ["iam", "setup", "--bucket", bucket, "--create-bucket"];
        self.site.run(&[&setup, flags].concat()).await
    }

    async fn script(&self, command: &str, bucket: &str) -> String {
        let mut arguments = vec![command, &self.endpoint, bucket];
        arguments.extend(self.certificate.as_deref());
        python(SCRIPT, &arguments, &self.admin).await
    }

    async fn settings(&self, bucket: &str) -> Value {
        serde_json::from_str(&self.script("tell", bucket).await).unwrap()
    }
}

/// The key of somebody who may do everything where nothing is enforced.
fn founder() -> Key {
    Key { id: "founder".to_owned(), secret: "founder".to_owned() }
}

/// The rule that is added, as the Python client reads it.
fn rule() -> Value {
    json!({"ID": "tintype-abort-unfinished-uploads", "Filter": {"Prefix": ""},
        "Status": "Enabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}})
}

/// The statement that is added.
fn statement(bucket: &str) -> Value {
    let whole = format!("arn:aws:s3:::{bucket}");
    json!({"Sid": "TintypeRequireTls", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
        "Resource": [whole, format!("{whole}/*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}}})
}

fn is_encrypted(settings: &Value) -> bool {
    settings["encryption"][0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
}

fn is_closed(settings: &Value) -> bool {
    let blocks = settings["public"].as_object().unwrap();
    blocks.len() == 4 && blocks.values().all(|block| *block == true)
}

#[tokio::test]
async fn a_bucket_is_made_with_everything_around_it_and_only_once() {
    let moto = Moto::start().await;
    let mut office = Office::new(moto.endpoint(), founder(), None);
    office.site.set("AWS_REGION", "eu-west-1");
    let planned = office.setup("pics", &["--dry-run"]).await;
    for call in [
        "s3:CreateBucket Bucket=pics LocationConstraint=eu-west-1",
        "s3:PutPublicAccessBlock Bucket=pics BlockPublicAcls=true IgnorePublicAcls=true \
         BlockPublicPolicy=true RestrictPublicBuckets=true",
        "s3:PutBucketEncryption Bucket=pics SSEAlgorithm=AES256",
        "s3:PutBucketLifecycleConfiguration Bucket=pics RuleId=tintype-abort-unfinished-uploads \
         DaysAfterInitiation=7",
    ] {
        assert!(planned.stdout.contains(call), "{call}: {planned}");
    }
    assert_eq!(office.settings("pics").await["rules"], "NoSuchBucket", "{planned}");

    let made = office.setup("pics", &["--yes"]).await;
    assert_eq!(made.code, Some(0), "{made}");
    assert!(made.stderr.contains("would lock everybody out"), "{made}");
    let settings = office.settings("pics").await;
    assert!(is_closed(&settings) && is_encrypted(&settings), "{settings}");
    assert_eq!(settings["region"], "eu-west-1");
    assert_eq!(settings["rules"], json!([rule()]));
    assert_eq!(settings["policy"], "NoSuchBucketPolicy");

    let again = office.setup("pics", &["--dry-run"]).await;
    assert_eq!(again.code, Some(0), "{again}");
    assert!(!again.stdout.contains("s3:"), "{again}");
    assert_eq!(office.settings("pics").await, settings);
}

#[tokio::test]
async fn what_the_owner_of_a_bucket_decided_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (_moto, office) = with_tls(&folder).await;
    office.script("own", "mine").await;
    let before = office.settings("mine").await;
    for _ in 0..2 {
        let made = office.setup("mine", &["--yes"]).await;
        assert_eq!(made.code, Some(0), "{made}");
        let after = office.settings("mine").await;
        let (rules, statements) = (&after["rules"], &after["policy"]["Statement"]);
        assert_eq!(*rules, json!([before["rules"][0], before["rules"][1], rule()]));
        let owners = &before["policy"]["Statement"][0];
        assert_eq!(*statements, json!([owners, statement("mine")]));
        assert_eq!(after["policy"]["Id"], "mine");
        assert!(is_closed(&after) && is_encrypted(&after), "{after}");
    }
}

/// A moto of its own behind TLS. It cannot be told to enforce: it would not know conditions.
async fn with_tls(folder: &TempDir) -> (Moto, Office) {
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (certificate, secret) = (path("certificate.pem"), path("key.pem"));
    let admin = founder();
    python(include_str!("certificate.py"), &[&certificate, &secret], &admin).await;
    let moto = Moto::run(&["-s", "-c", &certificate, "-k", &secret]).await;
    let endpoint = moto.endpoint().replace("http://", "https://");
    (moto, Office::new(endpoint, admin, Some(certificate)))
}

#[tokio::test]
async fn what_a_service_does_not_have_stops_nothing() {
    let office = Office::seaweedfs();
    let bucket = format!("made-{}", uuid::Uuid::new_v4().simple());
    let made = office.setup(&bucket, &["--yes", "--print"]).await;
    assert_eq!(made.code, Some(0), "{made}");
    assert!(made.stderr.contains("the service does not have"), "{made}");
    let settings = office.settings(&bucket).await;
    assert!(is_encrypted(&settings), "{settings}");
    assert_eq!(settings["rules"], json!([rule()]));
    // Or nobody could ask for it any more.
    assert_eq!(settings["policy"], "NoSuchBucketPolicy");
}

/// SeaweedFS with a proxy before its S3.
async fn behind_a_proxy() -> (FaultProxy, Office) {
    let mut office = Office::seaweedfs();
    let address = office.endpoint.trim_start_matches("http://").parse().unwrap();
    let proxy = FaultProxy::in_front_of(address).await;
    office.site.set("AWS_ENDPOINT_URL_S3", &proxy.endpoint());
    (proxy, office)
}

#[tokio::test]
async fn a_service_that_is_busy_is_asked_again() {
    let (proxy, office) = behind_a_proxy().await;
    let bucket = format!("made-{}", uuid::Uuid::new_v4().simple());
    // The second finds the bucket that the first has made; the fourth is the encryption.
    proxy.script([put(ApplyThenFail(500)), put(Pass), put(Pass), put(Fail(503)), put(Fail(500))]);
    let made = office.setup(&bucket, &["--yes", "--print"]).await;
    assert_eq!(made.code, Some(0), "{made}");
    let settings = office.settings(&bucket).await;
    assert!(is_encrypted(&settings), "{settings}");
    assert_eq!(settings["rules"], json!([rule()]));
}

#[tokio::test]
async fn a_service_that_stays_busy_is_not_asked_for_ever() {
    let (proxy, office) = behind_a_proxy().await;
    let bucket = format!("made-{}", uuid::Uuid::new_v4().simple());
    proxy.script([503; 6].map(|status| put(Fail(status))));
    let stopped = office.setup(&bucket, &["--yes", "--print"]).await;
    assert_eq!(stopped.code, Some(1), "{stopped}");
    let call = format!("failed: s3:CreateBucket Bucket={bucket}");
    assert!(stopped.stderr.contains(&call), "{stopped}");
    assert!(stopped.stderr.contains("run the same command again"), "{stopped}");
    assert_eq!(office.settings(&bucket).await["rules"], "NoSuchBucket");
    let made = office.setup(&bucket, &["--yes", "--print"]).await;
    assert_eq!(made.code, Some(0), "{made}");
    assert!(is_encrypted(&office.settings(&bucket).await));
}

#[tokio::test]
async fn a_bucket_of_somebody_else_is_left_alone() {
    let moto = Moto::start().await;
    let admin = moto.enforce().await;
    moto.make_bucket("taken", &admin).await;
    let iam = moto.iam(&admin);
    iam.create_user().user_name("guest").send().await.unwrap();
    let all_of_iam = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:*","sts:*"],"Resource":"*"}]}"#;
    let put = iam.put_user_policy().user_name("guest").policy_name("iam");
    put.policy_document(all_of_iam).send().await.unwrap();
    let made = iam.create_access_key().user_name("guest").send().await.unwrap();
    let made = made.access_key().unwrap();
    let guest = Key { id: made.access_key_id().into(), secret: made.secret_access_key().into() };
    let office = Office::new(moto.endpoint(), guest, None);
    let refused = office.setup("taken", &["--yes"]).await;
    assert_ne!(refused.code, Some(0), "{refused}");
    assert!(refused.stderr.contains("either it belongs to somebody else"), "{refused}");
    assert!(refused.stderr.contains("s3:ListBucket"), "{refused}");
    let users = iam.list_users().send().await.unwrap();
    assert!(users.users().iter().all(|user| ["admin", "guest"].contains(&user.user_name())));
    assert_eq!(office.site.names(), [""; 0]);
}
