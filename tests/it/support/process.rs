//! The real binary as a process of its own: where it runs, what it is told, what it says, and the
//! ways to end it.
//!
//! A [`Site`] outlives its processes: what one leaves behind, the next one finds. Nothing of the
//! environment of the tests reaches them but `PATH`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use reqwest::multipart::Form;
use reqwest::{Method, RequestBuilder};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;
use tokio::time::timeout;
use uuid::Uuid;

use super::app::{Answer, real_s3};
use super::catalogs::{Schema, environment, postgres_server};
use super::s3_double::{ACCESS_KEY_ID, BUCKET, SECRET_ACCESS_KEY};

/// How long a process may take to start, to run a command or to end. Only a process that hangs
/// takes so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// A working directory with an environment, and the catalog and bucket that go with them.
pub(crate) struct Site {
    directory: TempDir,
    environment: BTreeMap<String, String>,
    /// What the command line begins with: the binary, unless something else runs it.
    program: Vec<String>,
    _schema: Option<Schema>,
}

impl Site {
    /// An empty directory and no settings but a free port to listen on: SQLite and a bucket in
    /// `./tintype-data`.
    pub(crate) fn embedded() -> Self {
        let mut site = Self {
            directory: tempfile::tempdir().unwrap(),
            environment: BTreeMap::new(),
            program: vec![env!("CARGO_BIN_EXE_tintype").to_owned()],
            _schema: None,
        };
        site.set("PATH", &environment("PATH").unwrap_or_default());
        site.set("TINTYPE_LISTEN", "127.0.0.1:0");
        site.set("AWS_EC2_METADATA_DISABLED", "true");
        site
    }

    /// An empty directory for the example with this name, which `cargo test` has built beside the
    /// tests.
    pub(crate) fn of_example(name: &str) -> Self {
        let tests = std::env::current_exe().unwrap();
        let path = tests.ancestors().nth(2).unwrap().join("examples").join(name);
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let built = std::fs::metadata(&path).and_then(|built| built.modified()).ok();
        assert!(
            built >= Some(newest(&sources)),
            "{} is missing or older than the source: `cargo test --test it` builds no examples, \
             `cargo build --examples` does",
            path.display()
        );
        let mut site = Self::embedded();
        site.program = vec![path.to_str().unwrap().to_owned()];
        site
    }

    /// On the catalog and the bucket that this run of the tests is for. A bucket in memory does not
    /// outlive its process, so a directory stands in for it.
    pub(crate) async fn under_test() -> Self {
        match real_s3() {
            Some(address) => Self::on_s3(&format!("http://{address}")).await,
            None => Self::on_directory().await,
        }
    }

    /// On the catalog that this run of the tests is for, and an S3 service at `endpoint`: the
    /// double or what stands between us and the real one.
    pub(crate) async fn on_s3(endpoint: &str) -> Self {
        let mut site = Self::on_directory().await;
        match environment("TINTYPE_TEST_S3_BUCKET").filter(|_| real_s3().is_some()) {
            Some(bucket) => {
                let prefix = Uuid::new_v4().simple();
                site.use_bucket(endpoint, &format!("s3://{bucket}/{prefix}"));
                for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
                    site.set(name, &environment(name).expect("the key of the S3 server"));
                }
            }
            None => site.use_double(endpoint),
        }
        site
    }

    /// On the catalog that this run of the tests is for, and the double, or what stands before it,
    /// whatever bucket the run is for.
    pub(crate) async fn on_double(endpoint: &str) -> Self {
        let mut site = Self::on_directory().await;
        site.use_double(endpoint);
        site
    }

    /// On the catalog that this run of the tests is for, and a bucket in `./tintype-data`. Here and
    /// on S3 tests count rows, objects and requests, so the service examines nothing when it starts.
    pub(crate) async fn on_directory() -> Self {
        let mut site = Self::embedded();
        site.set("TINTYPE_DOCTOR", "off");
        if environment("TINTYPE_TEST_CATALOG").as_deref() == Some("postgres") {
            let server = postgres_server().expect("TINTYPE_TEST_POSTGRES names it");
            let schema = Schema::create(&server).await;
            site.set("TINTYPE_DATABASE", &schema.url());
            site._schema = Some(schema);
        }
        site
    }

    fn use_double(&mut self, endpoint: &str) {
        self.use_bucket(endpoint, &format!("s3://{BUCKET}"));
        self.set("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID);
        self.set("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY);
    }

    fn use_bucket(&mut self, endpoint: &str, bucket: &str) {
        self.set("AWS_ENDPOINT_URL_S3", endpoint);
        self.set("AWS_REGION", "us-east-1");
        self.set("TINTYPE_BUCKET", bucket);
    }

    /// Sets a variable for the processes that start from now on.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Takes a variable away again.
    pub(crate) fn unset(&mut self, name: &str) -> &mut Self {
        self.environment.remove(name);
        self
    }

    /// Has every process started by `words`, a program that runs the one after it in its own place.
    pub(crate) fn run_under(&mut self, words: &[&str]) -> &mut Self {
        self.program.splice(..0, words.iter().map(|word| (*word).to_owned()));
        self
    }

    /// Moves every setting of Tintype and AWS into `.env`.
    pub(crate) fn settings_into_dot_env(&mut self) {
        let mut lines = String::new();
        for (name, value) in std::mem::take(&mut self.environment) {
            if name == "PATH" {
                self.set(&name, &value);
            } else {
                lines += &format!("{name}='{value}'\n");
            }
        }
        self.write(".env", lines);
    }

    /// The working directory.
    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Writes a file into the working directory.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    /// What is in the working directory, names only, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    /// Where the embedded bucket keeps its objects.
    pub(crate) fn bucket_directory(&self) -> std::path::PathBuf {
        self.path().join("tintype-data/bucket")
    }

    /// Runs a command to its end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Ended {
        self.start(arguments).end().await
    }

    /// Starts a command.
    pub(crate) fn start(&self, arguments: &[&str]) -> Process {
        Process::start(self, arguments)
    }

    /// Runs `tintype check --json` with these flags too; how it ended, and its report.
    pub(crate) async fn check(&self, flags: &[&str]) -> (Ended, Value) {
        let ended = self.run(&[&["check", "--json"], flags].concat()).await;
        let report = serde_json::from_str(&ended.stdout);
        let report = report.unwrap_or_else(|_| panic!("not a report: {ended}"));
        (ended, report)
    }

    /// Starts the service on a free port and waits until it says where it listens.
    pub(crate) async fn serve(&self) -> Service {
        self.serve_with(&[]).await
    }

    /// The same with further flags.
    pub(crate) async fn serve_with(&self, flags: &[&str]) -> Service {
        self.listening(&[&["serve"], flags].concat()).await
    }

    /// Starts something that says where it listens, and waits until it does.
    pub(crate) async fn listening(&self, arguments: &[&str]) -> Service {
        let mut process = Process::start(self, arguments);
        let Some(address) = process.address().await else {
            panic!("the service did not start: {}", process.end().await)
        };
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Service { process, address, client }
    }
}

/// When the last change was made to a file in `folder`.
fn newest(folder: &Path) -> SystemTime {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let times = entries.map(|entry| match entry.file_type().unwrap().is_dir() {
        true => newest(&entry.path()),
        false => entry.metadata().unwrap().modified().unwrap(),
    });
    times.max().unwrap_or(SystemTime::UNIX_EPOCH)
}

/// A running process, killed when it is dropped.
pub(crate) struct Process {
    child: Child,
    pub(crate) started: Instant,
    stdout: Arc<Mutex<String>>,
    stderr: Arc<Mutex<String>>,
    readers: JoinSet<()>,
    first_line: tokio::sync::oneshot::Receiver<String>,
}

impl Process {
    fn start(site: &Site, arguments: &[&str]) -> Self {
        let started = Instant::now();
        let (program, before) = site.program.split_first().unwrap();
        let mut child = Command::new(program)
            .args(before)
            .args(arguments)
            .current_dir(site.path())
            .env_clear()
            .envs(&site.environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{program}: {error}"));
        let (stdout, stderr) = (Arc::default(), Arc::default());
        let (tell, first_line) = tokio::sync::oneshot::channel();
        let mut readers = JoinSet::new();
        readers.spawn(read(child.stdout.take().unwrap(), Arc::clone(&stdout), Some(tell)));
        readers.spawn(read(child.stderr.take().unwrap(), Arc::clone(&stderr), None));
        Self { child, started, stdout, stderr, readers, first_line }
    }

    /// The address in the first line; nothing when the process ends without one.
    async fn address(&mut self) -> Option<SocketAddr> {
        let line = timeout(PATIENCE, &mut self.first_line).await.ok()?.ok()?;
        let (_, address) = line.split_once("listens on http://")?;
        address.trim().parse().ok()
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id().expect("the process is running")
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let id = Pid::from_raw(i32::try_from(self.id()).unwrap()).unwrap();
        kill_process(id, signal).unwrap();
    }

    /// Waits until so many lines of standard error hold `wanted`.
    pub(crate) async fn complains(&self, wanted: &str, times: usize) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let said = text(&self.stderr);
            if said.lines().filter(|line| line.contains(wanted)).count() >= times {
                return;
            }
            assert!(Instant::now() < deadline, "{wanted:?} is not {times} times in {said}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits for the end of the process and of all that it wrote.
    pub(crate) async fn end(mut self) -> Ended {
        let Ok(status) = timeout(PATIENCE, self.child.wait()).await else {
            let (stdout, stderr) = (text(&self.stdout), text(&self.stderr));
            panic!("the process does not end:\n{stdout}\n{stderr}");
        };
        let took = self.started.elapsed();
        while self.readers.join_next().await.is_some() {}
        let code = status.unwrap().code();
        Ended { code, stdout: text(&self.stdout), stderr: text(&self.stderr), took }
    }
}

async fn read(
    stream: impl AsyncRead + Unpin,
    text: Arc<Mutex<String>>,
    mut tell: Option<tokio::sync::oneshot::Sender<String>>,
) {
    let mut lines = BufReader::new(stream).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        *text.lock().unwrap() += &format!("{line}\n");
        if let Some(tell) = tell.take() {
            // Nobody waits for the first line of a command that ends by itself.
            tell.send(line).ok();
        }
    }
}

fn text(text: &Mutex<String>) -> String {
    text.lock().unwrap().clone()
}

/// How a process ended and what it said.
#[derive(Debug)]
pub(crate) struct Ended {
    /// The exit code; nothing after a signal.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// From its start to its end.
    pub(crate) took: Duration,
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { code, stdout, stderr, took } = self;
        write!(f, "exit code {code:?} after {took:?}\n{stdout}\n{stderr}")
    }
}

/// A running service.
pub(crate) struct Service {
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
    pub(crate) client: reqwest::Client,
}

impl Service {
    /// The line of standard output that contains `text`, as soon as it is there.
    pub(crate) async fn line(&self, wanted: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let said = text(&self.process.stdout);
            if let Some(line) = said.lines().find(|line| line.contains(wanted)) {
                return line.trim().to_owned();
            }
            assert!(Instant::now() < deadline, "{wanted:?} is not in {said}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until so many lines of its log hold `wanted`.
    pub(crate) async fn complains(&self, wanted: &str, times: usize) {
        self.process.complains(wanted, times).await;
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.address))
    }

    /// The answer to a GET that must come.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::read(self.request(Method::GET, path).send().await.unwrap()).await
    }

    /// The answer to a DELETE that must come.
    pub(crate) async fn delete(&self, path: &str) -> Answer {
        Answer::read(self.request(Method::DELETE, path).send().await.unwrap()).await
    }

    /// Posts a form; the image of the 201 that must come.
    pub(crate) async fn uploaded(&self, form: Form) -> Value {
        let request = self.request(Method::POST, "/v1/images").multipart(form);
        let answer = Answer::read(request.send().await.unwrap()).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()
    }

    /// Asks the process to stop.
    pub(crate) fn terminate(&self) {
        self.process.signal(Signal::TERM);
    }

    /// What Ctrl-C does.
    pub(crate) fn interrupt(&self) {
        self.process.signal(Signal::INT);
    }

    /// Waits until it has ended.
    pub(crate) async fn end(self) -> Ended {
        self.process.end().await
    }

    /// Asks the process to stop and waits until it has.
    pub(crate) async fn stop(self) -> Ended {
        self.terminate();
        self.end().await
    }

    /// `kill -9`.
    pub(crate) async fn kill(mut self) {
        self.process.child.kill().await.unwrap();
    }
}
