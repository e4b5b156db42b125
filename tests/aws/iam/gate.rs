//! A gate in front of an AWS: it writes down each request that changes something, and can be told to
//! let one of them not through, or to keep its answer.
//!
//! ```ignore
//! let gate = Gate::in_front_of(&moto.endpoint()).await;
//! gate.stop_at(3, Stop::BeforeItIsMade);   // the third change from now on
//! gate.stopped().await;                    // it hangs there
//! gate.open();                             // from now on everything passes
//! assert_eq!(gate.changes(), ["iam:CreateUser", "iam:TagUser"]);
//! ```

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, Response, StatusCode, header};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What becomes of the change that is stopped at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// It hangs before the service sees it.
    BeforeItIsMade,
    /// The service makes it; the answer never comes.
    BeforeItsAnswer,
    /// The service makes it; the answer is that it failed.
    InPlaceOfItsAnswer,
}

/// A running gate. It stops when it is dropped.
pub(crate) struct Gate {
    endpoint: String,
    way: Arc<Way>,
    _serving: JoinSet<()>,
}

struct Way {
    upstream: String,
    client: reqwest::Client,
    log: Mutex<Log>,
    hanging: watch::Sender<bool>,
}

#[derive(Default)]
struct Log {
    requests: usize,
    changes: Vec<String>,
    stop: Option<(usize, Stop)>,
    /// How often each still passes, and then is answered so.
    failing: HashMap<&'static str, (usize, usize, StatusCode)>,
}

impl Gate {
    /// Opens a gate on a free port of this machine.
    pub(crate) async fn in_front_of(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let way = Way {
            upstream: upstream.to_owned(),
            client,
            log: Mutex::default(),
            hanging: watch::Sender::new(false),
        };
        let way = Arc::new(way);
        let router = Router::new().fallback(pass).with_state(Arc::clone(&way));
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { endpoint, way, _serving: serving }
    }

    /// `http://127.0.0.1:PORT`.
    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Forgets what passed, and stops at the change with this number, counted from 1.
    pub(crate) fn stop_at(&self, number: usize, stop: Stop) {
        *self.way.log.lock().unwrap() = Log { stop: Some((number, stop)), ..Log::default() };
        self.way.hanging.send_replace(false);
    }

    /// Forgets what passed, and stops at nothing more.
    pub(crate) fn open(&self) {
        *self.way.log.lock().unwrap() = Log::default();
        self.way.hanging.send_replace(false);
    }

    /// Answers a change so the next times that it is asked for, and has it not made.
    pub(crate) fn fail(&self, change: &'static str, times: usize, status: StatusCode) {
        self.fail_after(0, change, times, status);
    }

    /// The same once it passed some times.
    pub(crate) fn fail_after(
        &self,
        passing: usize,
        change: &'static str,
        times: usize,
        status: StatusCode,
    ) {
        self.way.log.lock().unwrap().failing.insert(change, (passing, times, status));
    }

    /// Waits until a change hangs.
    pub(crate) async fn stopped(&self) {
        self.way.hanging.subscribe().wait_for(|hanging| *hanging).await.unwrap();
    }

    /// The changes that passed, such as `iam:CreateUser` or `s3:PUT`.
    pub(crate) fn changes(&self) -> Vec<String> {
        self.way.log.lock().unwrap().changes.clone()
    }

    /// How many requests came, whatever they were.
    pub(crate) fn requests(&self) -> usize {
        self.way.log.lock().unwrap().requests
    }
}

async fn pass(State(way): State<Arc<Way>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let change = change(&parts.method, parts.uri.path(), &body);
    if let Some(status) = way.failure(change.as_deref()) {
        return response(status, HeaderMap::new(), Body::empty());
    }
    let stop = way.note(change);
    if stop == Some(Stop::BeforeItIsMade) {
        return way.hang().await;
    }
    let url = format!("{}{}", way.upstream, parts.uri);
    let request = way.client.request(parts.method, url).headers(parts.headers).body(body);
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await.unwrap();
    match stop {
        Some(Stop::BeforeItsAnswer) => way.hang().await,
        Some(Stop::InPlaceOfItsAnswer) => {
            response(StatusCode::BAD_GATEWAY, HeaderMap::new(), "".into())
        }
        Some(Stop::BeforeItIsMade) | None => response(status, headers, body.into()),
    }
}

fn response(status: StatusCode, mut headers: HeaderMap, body: Body) -> Response<Body> {
    headers.remove(header::TRANSFER_ENCODING);
    headers.remove(header::CONNECTION);
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

impl Way {
    /// How a change is to be answered that is not to be made.
    fn failure(&self, change: Option<&str>) -> Option<StatusCode> {
        let mut log = self.log.lock().unwrap();
        let (passing, times, status) = log.failing.get_mut(change?)?;
        if let Some(rest) = passing.checked_sub(1) {
            *passing = rest;
            return None;
        }
        *times = times.checked_sub(1)?;
        Some(*status)
    }

    /// Writes a request down; what is to become of it.
    fn note(&self, change: Option<String>) -> Option<Stop> {
        let mut log = self.log.lock().unwrap();
        log.requests += 1;
        log.changes.push(change?);
        let (number, stop) = log.stop?;
        (log.changes.len() == number).then_some(stop)
    }

    async fn hang(&self) -> Response<Body> {
        self.hanging.send_replace(true);
        std::future::pending().await
    }
}

/// What a request changes, if anything.
fn change(method: &Method, path: &str, body: &[u8]) -> Option<String> {
    if path != "/" {
        let changes = [Method::PUT, Method::DELETE].contains(method);
        return changes.then(|| format!("s3:{method}"));
    }
    let form: HashMap<_, _> = url::form_urlencoded::parse(body).into_owned().collect();
    let action = form.get("Action")?;
    let reads = action.starts_with("Get") || action.starts_with("List");
    (!reads).then(|| format!("iam:{action}"))
}
