//! An AWS of a test's own: moto, with its IAM and S3. Policies and signatures hold from when a test
//! calls [`Moto::enforce`].

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use aws_sdk_iam::config::{BehaviorVersion, Credentials, Region};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::support::catalogs::environment;
use crate::support::process::Site;

/// How long moto may take to answer for the first time. Only one that hangs takes so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// An access key.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// A running moto, killed when it is dropped.
pub(crate) struct Moto {
    pub(crate) port: u16,
    _child: Child,
}

impl Moto {
    /// Starts it, empty, and waits until it answers.
    pub(crate) async fn start() -> Self {
        let moto = Self::run(&[]).await;
        let deadline = Instant::now() + PATIENCE;
        while moto.ask("GET", "").await.is_err() {
            assert!(Instant::now() < deadline, "moto does not answer");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        moto
    }

    /// Starts it behind TLS, with a certificate that it has made up, and waits until it listens.
    pub(crate) async fn start_with_tls() -> Self {
        Self::run(&["-s"]).await
    }

    /// Starts it with further flags, and waits until it listens.
    pub(crate) async fn run(flags: &[&str]) -> Self {
        let port = free_port();
        let child = Command::new(python_tool("moto_server"))
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .args(flags)
            .env_clear()
            .env("PATH", environment("PATH").unwrap_or_default())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
            assert!(Instant::now() < deadline, "moto does not listen");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Self { port, _child: child }
    }

    /// `http://127.0.0.1:PORT`.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Makes an administrator, who may do everything, and has policies and signatures hold from now
    /// on.
    pub(crate) async fn enforce(&self) -> Key {
        let key = Key { id: "founder".to_owned(), secret: "founder".to_owned() };
        let iam = self.iam(&key);
        iam.create_user().user_name("admin").send().await.unwrap();
        let everything = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        let policy = iam.put_user_policy().user_name("admin").policy_name("everything");
        policy.policy_document(everything).send().await.unwrap();
        let made = iam.create_access_key().user_name("admin").send().await.unwrap();
        let made = made.access_key().unwrap();
        self.ask("POST", "reset-auth").await.unwrap();
        Key { id: made.access_key_id().to_owned(), secret: made.secret_access_key().to_owned() }
    }

    /// A client of its IAM that is not ours.
    pub(crate) fn iam(&self, key: &Key) -> aws_sdk_iam::Client {
        iam_at(&self.endpoint(), key)
    }

    /// A client of a bucket that is not ours.
    pub(crate) fn s3(&self, bucket: &str, key: &Key) -> AmazonS3 {
        s3_at(&self.endpoint(), bucket, key)
    }

    /// Makes a bucket, with a key that may.
    pub(crate) async fn make_bucket(&self, bucket: &str, key: &Key) {
        make_bucket_at(&self.endpoint(), bucket, key).await;
    }

    /// A working directory for the real binary whose environment has this key and nothing else of
    /// AWS but the region and this endpoint.
    pub(crate) fn site(&self, key: &Key) -> Site {
        let mut site = Site::embedded();
        site.set("AWS_ENDPOINT_URL", &self.endpoint());
        site.set("AWS_REGION", "us-east-1");
        site.set("AWS_ACCESS_KEY_ID", &key.id).set("AWS_SECRET_ACCESS_KEY", &key.secret);
        site
    }

    fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("{}/moto-api/{path}", self.endpoint());
        client.request(method.parse().unwrap(), url).header("content-type", "text/plain")
    }

    async fn ask(&self, method: &str, path: &str) -> Result<(), reqwest::Error> {
        self.request(method, path).body("0").send().await?.error_for_status().map(|_| ())
    }
}

/// A client of an IAM that is not ours.
pub(crate) fn iam_at(endpoint: &str, key: &Key) -> aws_sdk_iam::Client {
    let config = aws_sdk_iam::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new(&key.id, &key.secret, None, None, "test"))
        .build();
    aws_sdk_iam::Client::from_conf(config)
}

/// A client of a bucket that is not ours.
pub(crate) fn s3_at(endpoint: &str, bucket: &str, key: &Key) -> AmazonS3 {
    AmazonS3Builder::new()
        .with_endpoint(endpoint)
        .with_allow_http(true)
        .with_bucket_name(bucket)
        .with_region("us-east-1")
        .with_access_key_id(&key.id)
        .with_secret_access_key(&key.secret)
        .with_disable_bulk_delete(true)
        .build()
        .unwrap()
}

/// Makes a bucket, with a key that may, by Amazon's own Python client.
pub(crate) async fn make_bucket_at(endpoint: &str, bucket: &str, key: &Key) {
    let script = "import boto3, sys\n\
        boto3.client('s3', endpoint_url=sys.argv[1]).create_bucket(Bucket=sys.argv[2])";
    python(script, &[endpoint, bucket], key).await;
}

/// Runs a script with Amazon's Python clients at hand; what it printed.
pub(crate) async fn python(script: &str, arguments: &[&str], key: &Key) -> String {
    let output = Command::new(python_tool("python"))
        .args(["-c", script])
        .args(arguments)
        .env_clear()
        .env("PATH", environment("PATH").unwrap_or_default())
        .env("AWS_ACCESS_KEY_ID", &key.id)
        .env("AWS_SECRET_ACCESS_KEY", &key.secret)
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .output()
        .await
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A program of the Python environment that `cargo xtask` makes.
pub(crate) fn python_tool(name: &str) -> PathBuf {
    let tools = environment("TINTYPE_TEST_PYTHON_TOOLS");
    let tools = tools.expect("TINTYPE_TEST_PYTHON_TOOLS: run `cargo xtask test --only aws`");
    PathBuf::from(tools).join(name)
}

/// A port that nobody listens on. Another may take it before moto does; ports are handed out in
/// turn, so that takes thousands of connections in between.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}
