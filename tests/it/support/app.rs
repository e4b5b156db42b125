//! The whole service in this process: a socket, a catalog and a bucket of its own.
//!
//! Which catalog and bucket is said by `TINTYPE_TEST_CATALOG` and `TINTYPE_TEST_BUCKET`, so that the
//! same tests run on every pair of them. A test ends with [`TestApp::finish`], which asserts that
//! the memory budget is whole again, no task is left and bucket and catalog agree.

use std::future::IntoFuture as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use tempfile::TempDir;
use tintype::app::{self, App};
use tintype::bucket;
use tintype::check::{self, Depth, Report};
use tintype::http::{self, Pace, Server, ServerSettings};
use tintype::reconcile::{self, SweepRule};
use tintype::{inspect, memory, multipart};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::catalogs::{Fresh, environment};
use super::fault_proxy::FaultProxy;
use super::s3_double::{S3Double, settings_for};

/// What a test may change before the service starts.
pub(crate) struct Setup {
    pub(crate) app: app::Settings,
    pub(crate) http: http::Settings,
    pub(crate) server: ServerSettings,
}

/// A running service and everything it stands on.
pub(crate) struct TestApp {
    pub(crate) app: Arc<App>,
    pub(crate) address: SocketAddr,
    pub(crate) client: reqwest::Client,
    /// What stands between the service and its bucket, for those who asked for it.
    proxy: Option<FaultProxy>,
    settings: app::Settings,
    http: http::Settings,
    stop: CancellationToken,
    server: Option<JoinHandle<Duration>>,
    _catalog: Fresh,
    bucket: Ground,
}

/// What a bucket stands on and has to outlive it.
pub(crate) enum Ground {
    Directory(#[expect(dead_code, reason = "held for its Drop")] TempDir),
    Double(S3Double),
    Elsewhere,
}

impl TestApp {
    /// The service with its default settings, but for a small memory budget.
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// The same, with settings changed by `change`.
    pub(crate) async fn start_with(change: impl FnOnce(&mut Setup)) -> Self {
        let (bucket, ground) = fresh_bucket().await;
        Self::on(bucket, ground, None, change).await
    }

    /// The service on an S3 bucket behind a proxy that a test can make misbehave.
    pub(crate) async fn behind_faults() -> Self {
        Self::behind_faults_with(|_| {}).await
    }

    /// The same, with settings changed by `change`.
    pub(crate) async fn behind_faults_with(change: impl FnOnce(&mut Setup)) -> Self {
        let (upstream, ground) = match real_s3() {
            Some(address) => (address, Ground::Elsewhere),
            None => {
                let double = S3Double::start().await;
                (double.address(), Ground::Double(double))
            }
        };
        let proxy = FaultProxy::in_front_of(upstream).await;
        let bucket = s3_at(&proxy.endpoint());
        Self::on(bucket, ground, Some(proxy), change).await
    }

    /// The service on the S3 double of this process, whatever bucket this run is about.
    pub(crate) async fn on_double() -> Self {
        let double = S3Double::start().await;
        Self::on(double.settings(), Ground::Double(double), None, |_| {}).await
    }

    async fn on(
        bucket: bucket::Settings,
        ground: Ground,
        proxy: Option<FaultProxy>,
        change: impl FnOnce(&mut Setup),
    ) -> Self {
        let catalog = fresh_catalog().await;
        let mut setup = setup(bucket, catalog.settings.clone());
        change(&mut setup);
        let settings = setup.app;
        let app = App::start(&settings).await.unwrap();
        let http = setup.http;
        let router = http::standalone(Arc::clone(&app), http.clone());
        let server = Server::bind("127.0.0.1:0".parse().unwrap(), setup.server).unwrap();
        let server = server.counted_by(&app);
        let address = server.address().unwrap();
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        #[expect(clippy::disallowed_methods, reason = "the harness holds and awaits the handle")]
        let server = Some(tokio::spawn(server.run(router, stopped)));
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self {
            app,
            address,
            client,
            proxy,
            settings,
            http,
            stop,
            server,
            _catalog: catalog,
            bucket: ground,
        }
    }

    /// The routes without the service around them, as an application mounts them.
    pub(crate) fn routes<S: Clone + Send + Sync + 'static>(&self) -> axum::Router<S> {
        http::router(Arc::clone(&self.app), self.http.clone())
    }

    /// Serves `router` until the application stops; `http://127.0.0.1:PORT`.
    pub(crate) async fn serve_beside(&self, router: axum::Router) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = format!("http://{}", listener.local_addr().unwrap());
        let stopped = self.stop.clone().cancelled_owned();
        let server = axum::serve(listener, router).with_graceful_shutdown(stopped);
        self.app.tasks().spawn(server.into_future());
        host
    }

    /// Another process on the same catalog and bucket, as far as one process can have it.
    pub(crate) async fn replica(&self) -> Arc<App> {
        App::start(&self.settings).await.unwrap()
    }

    /// The settings of the HTTP part.
    pub(crate) fn http(&self) -> http::Settings {
        self.http.clone()
    }

    /// The proxy before the bucket.
    pub(crate) fn faults(&self) -> &FaultProxy {
        self.proxy.as_ref().expect("start the application with `behind_faults`")
    }

    /// The double that stands for the bucket.
    pub(crate) fn double(&self) -> &S3Double {
        match &self.bucket {
            Ground::Double(double) => double,
            Ground::Directory(_) | Ground::Elsewhere => panic!("start with `on_double`"),
        }
    }

    /// A request to `path`, or to an absolute URL that an answer named.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http://") {
            path.to_owned()
        } else {
            format!("http://{}{path}", self.address)
        };
        self.client.request(method, url)
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        Answer::read(request.send().await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Posts a form.
    pub(crate) async fn post(&self, form: Form) -> Answer {
        self.send(self.request(Method::POST, "/v1/images").multipart(form)).await
    }

    /// Posts `bytes` as the file `photo` of a form.
    pub(crate) async fn upload(&self, bytes: impl Into<Vec<u8>>) -> Answer {
        self.post(form(bytes)).await
    }

    /// Uploads and expects 201; the image.
    pub(crate) async fn uploaded(&self, bytes: impl Into<Vec<u8>>) -> Value {
        let answer = self.upload(bytes).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()
    }

    /// When what is unfinished counts as abandoned.
    pub(crate) const fn sweep(&self) -> SweepRule {
        self.settings.sweep
    }

    /// One pass of the reconciler.
    pub(crate) async fn reconcile(&self) -> reconcile::Pass {
        reconcile::pass(&self.app).await.unwrap()
    }

    /// Rows and objects, as a line of text: `1 ready, 0 pending, 0 deleting; 1 object`.
    pub(crate) async fn world(&self) -> String {
        let report = self.check().await;
        let listed: Vec<_> = self.app.bucket().list().try_collect().await.unwrap();
        let objects = listed.len();
        let plural = if objects == 1 { "" } else { "s" };
        let check::Report { records, pending, deleting, .. } = report;
        format!("{records} ready, {pending} pending, {deleting} deleting; {objects} object{plural}")
    }

    /// A deep check of the invariants.
    pub(crate) async fn check(&self) -> Report {
        check::check(&self.app, Depth::Bytes).await.unwrap()
    }

    /// Stops the service and asserts that it left everything in order.
    pub(crate) async fn finish(mut self) {
        self.wind_down().await;
        let report = self.check().await;
        assert!(report.holds(), "{report}");
        self.app.stop(Duration::from_secs(1)).await;
    }

    /// The same for a test that closed the catalog, so that nobody can look into it any more.
    pub(crate) async fn finish_without_catalog(mut self) {
        self.wind_down().await;
        self.app.stop(Duration::from_secs(1)).await;
    }

    async fn wind_down(&mut self) {
        self.stop.cancel();
        self.server.take().unwrap().await.unwrap();
        self.app.tasks().close();
        let tasks = tokio::time::timeout(Duration::from_secs(20), self.app.tasks().wait());
        tasks.await.expect("a task is left");
        let memory = self.app.memory();
        assert_eq!(memory.available(), memory.size(), "the memory budget is not whole again");
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        assert!(
            self.server.is_none() || std::thread::panicking(),
            "a test ends with `finish`, which looks at what is left"
        );
    }
}

/// A form with `bytes` as the file `photo`.
pub(crate) fn form(bytes: impl Into<Vec<u8>>) -> Form {
    Form::new().part("photo", file(bytes))
}

/// A file part.
pub(crate) fn file(bytes: impl Into<Vec<u8>>) -> Part {
    Part::bytes(bytes.into()).file_name("photo.jpg")
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: bytes::Bytes,
}

impl Answer {
    pub(crate) async fn read(response: reqwest::Response) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        Self { status, headers, body: response.bytes().await.unwrap() }
    }

    /// The value of a header, empty when it is absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    /// `413 LIMIT_FILE_SIZE`, or the status alone where there is no code.
    pub(crate) fn outcome(&self) -> String {
        let json: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let code = json["code"].as_str().unwrap_or_default();
        format!("{} {code}", self.status).trim_end().to_owned()
    }
}

fn setup(bucket: bucket::Settings, catalog: tintype::catalog::Settings) -> Setup {
    let sweep = SweepRule::new(bucket.limits.put_deadline, Duration::from_secs(60)).unwrap();
    Setup {
        app: app::Settings {
            bucket,
            catalog,
            memory: memory::Settings {
                budget: 64 << 20,
                connections: 0,
                queue_timeout: Duration::from_secs(10),
                variant_cache: None,
                proofs: 0,
            },
            image: inspect::Limits::default(),
            metadata: tintype::strip::Metadata::default(),
            proof: tintype::Proof::default(),
            variants: tintype::derive::Settings::default(),
            sweep,
        },
        http: http::Settings {
            public_url: None,
            max_image_size: 4 << 20,
            max_batch_files: 50,
            form: multipart::Limits {
                file_bytes: 4 << 20,
                files: usize::MAX,
                ..multipart::Limits::default()
            },
            pace: Pace::default(),
        },
        server: ServerSettings::default(),
    }
}

pub(crate) async fn fresh_catalog() -> Fresh {
    match environment("TINTYPE_TEST_CATALOG").as_deref() {
        None | Some("sqlite") => Fresh::sqlite().await,
        Some("postgres") => Fresh::postgres().await.expect("TINTYPE_TEST_POSTGRES names it"),
        Some(other) => panic!("TINTYPE_TEST_CATALOG is sqlite or postgres, not {other}"),
    }
}

pub(crate) async fn fresh_bucket() -> (bucket::Settings, Ground) {
    match environment("TINTYPE_TEST_BUCKET").as_deref() {
        None | Some("directory") => {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().to_owned();
            let settings = bucket::Settings::new(bucket::Location::Directory { path });
            (settings, Ground::Directory(directory))
        }
        Some("memory") => (bucket::Settings::new(bucket::Location::Memory), Ground::Elsewhere),
        Some("s3") => {
            let endpoint = environment("TINTYPE_TEST_S3_ENDPOINT").expect("the S3 server");
            (s3_at(&endpoint), Ground::Elsewhere)
        }
        Some(other) => panic!("TINTYPE_TEST_BUCKET is directory, memory or s3, not {other}"),
    }
}

/// The real S3 server under test, if this run has one.
pub(crate) fn real_s3() -> Option<SocketAddr> {
    if environment("TINTYPE_TEST_BUCKET").as_deref() != Some("s3") {
        return None;
    }
    let endpoint = environment("TINTYPE_TEST_S3_ENDPOINT").expect("the S3 server");
    Some(endpoint.trim_start_matches("http://").parse().expect("http://ADDRESS:PORT"))
}

/// A prefix of its own in the bucket under test, or in the double's.
fn s3_at(endpoint: &str) -> bucket::Settings {
    let mut settings = settings_for(endpoint);
    if real_s3().is_some() {
        let bucket = environment("TINTYPE_TEST_S3_BUCKET").expect("the bucket");
        let prefix = Uuid::new_v4().simple();
        settings.location = format!("s3://{bucket}/{prefix}").parse().unwrap();
        settings.s3.keys.access_key_id = environment("AWS_ACCESS_KEY_ID");
        settings.s3.keys.secret_access_key =
            environment("AWS_SECRET_ACCESS_KEY").map(secrecy::SecretString::from);
    }
    settings
}
