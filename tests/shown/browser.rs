//! A real browser, of which the tests ask what it shows: a page of theirs finds out and posts it back.
//!
//! It has a profile of its own, which goes with it, and reaches this machine alone.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use axum::extract::State;
use axum::response::Html;
use axum::routing::{get, post};
use axum::{Json, Router};
use image::RgbaImage;
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::support::app::TestApp;

/// Lets a page answer: with what its function makes of the question, or with what went wrong.
const SCRIPT: &str = r#"
async function answer(found) {
  let said;
  try {
    said = { answer: await found(await (await fetch("/question")).json()) };
  } catch (error) {
    said = { error: `${error}` };
  }
  const headers = { "content-type": "application/json" };
  await fetch("/answer", { method: "POST", headers, body: JSON.stringify(said) });
}
"#;

/// Debian's Chromium, without the script around it that reads the system's flags.
const PROGRAM: &str = "/usr/lib/chromium/chromium";

/// How long a page may take. Only one that hangs takes so long.
const PATIENCE: Duration = Duration::from_secs(300);

const FLAGS: [&str; 15] = [
    "--headless",
    // The tests run as root, who has no sandbox; every page is theirs.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
    // Colours come out as sRGB, whatever screen there is.
    "--force-color-profile=srgb",
    // Nobody listens on port 9, and no name has an address: this machine is all that there is.
    "--proxy-server=127.0.0.1:9",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/// What a browser shows of a page of these routes, in a window of this size.
pub(crate) async fn screenshot(
    app: &TestApp,
    routes: Router,
    path: &str,
    (width, height): (u32, u32),
) -> RgbaImage {
    let host = app.serve_beside(routes).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("screen.png");
    let flags = [
        format!("--screenshot={}", file.display()),
        format!("--window-size={width},{height}"),
        "--hide-scrollbars".to_owned(),
    ];
    let mut browser = Browser::open(&format!("{host}{path}"), &flags);
    let ended = timeout(PATIENCE, browser.child.wait()).await.expect("the browser hangs");
    assert!(ended.unwrap().success());
    image::open(file).unwrap().into_rgba8()
}

/// A running browser, killed when it is dropped or when the tests die; its other processes end with
/// the first.
struct Browser {
    child: Child,
    /// Removed after the browser has ended.
    _profile: TempDir,
}

impl Browser {
    fn open(url: &str, flags: &[String]) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut command = Command::new("setpriv");
        command
            .args(["--pdeathsig", "KILL", PROGRAM])
            .args(FLAGS)
            .args(flags)
            .arg(format!("--user-data-dir={}", profile.path().display()));
        command.arg(url).env("HOME", profile.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.kill_on_drop(true).spawn().expect("Debian's package `chromium`");
        Self { child, _profile: profile }
    }
}

/// What the page in this file answers to `question` when a browser opens it beside `routes`.
pub(crate) async fn answer_of(app: &TestApp, routes: Router, page: &str, question: Value) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shown").join(page);
    let html = Html(std::fs::read_to_string(file).unwrap());
    let (sender, mut answers) = mpsc::channel(1);
    let answer = async |State(sender): State<mpsc::Sender<Value>>, Json(answer): Json<Value>| {
        let _ = sender.send(answer).await;
    };
    let pages = Router::new()
        .route("/page", get(html))
        .route("/script", get(SCRIPT))
        .route("/question", get(Json(question)))
        .route("/answer", post(answer).layer(axum::extract::DefaultBodyLimit::disable()))
        .with_state(sender);
    let host = app.serve_beside(routes.merge(pages)).await;
    let mut browser = Browser::open(&format!("{host}/page"), &[]);
    let waiting = async {
        tokio::select! {
            answer = answers.recv() => answer.unwrap(),
            ended = browser.child.wait() => panic!("the browser has ended: {ended:?}"),
        }
    };
    let mut answer = timeout(PATIENCE, waiting).await.expect("the page gives no answer");
    assert_eq!(answer["error"], Value::Null, "{page} fails");
    answer["answer"].take()
}
