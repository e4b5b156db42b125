//! What stands before a service: it passes requests on, or does to them what a script says.

use std::collections::VecDeque;
use std::future::IntoFuture as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::task::JoinSet;

/// What happens to one request.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// It is passed on, and so is the answer.
    Pass,
    /// It is passed on, and the answer is lost on its way back.
    LoseAnswer,
    /// It is answered here, with these headers.
    Answer(u16, &'static [(&'static str, &'static str)]),
    /// It is passed on, and one byte of the answer's body changes.
    Damage,
}

/// A front and what it has seen.
#[derive(Clone)]
pub(super) struct Front {
    upstream: SocketAddr,
    client: reqwest::Client,
    script: Arc<Mutex<VecDeque<Act>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    otherwise: Act,
}

/// One request as it came.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) line: String,
    pub(super) headers: HeaderMap,
}

impl Front {
    /// A front that does `script`, one act a request, and `otherwise` when it is at its end.
    pub(super) async fn before(
        upstream: SocketAddr,
        script: impl IntoIterator<Item = Act>,
        otherwise: Act,
    ) -> (Self, String, JoinSet<()>) {
        let front = Self {
            upstream,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            script: Arc::new(Mutex::new(script.into_iter().collect())),
            seen: Arc::default(),
            otherwise,
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let routes = axum::Router::new().fallback(act).with_state(front.clone());
        let mut server = JoinSet::new();
        server.spawn(async { axum::serve(listener, routes).into_future().await.unwrap() });
        (front, url, server)
    }

    /// The requests so far.
    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    async fn pass(&self, request: Request) -> Response {
        let (head, body) = request.into_parts();
        let url = format!("http://{}{}", self.upstream, head.uri);
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let request = self.client.request(head.method, url).headers(head.headers).body(body);
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        (status, headers, answer.bytes().await.unwrap()).into_response()
    }
}

async fn act(State(front): State<Front>, request: Request) -> Response {
    let line = format!("{} {}", request.method(), request.uri());
    let seen = Seen { line, headers: request.headers().clone() };
    front.seen.lock().unwrap().push(seen);
    let act = front.script.lock().unwrap().pop_front();
    match act.unwrap_or_else(|| front.otherwise.clone()) {
        Act::Pass => front.pass(request).await,
        Act::LoseAnswer => {
            front.pass(request).await;
            // A body that breaks off at once takes the connection with it.
            let broken = futures_util::stream::iter([Err::<bytes::Bytes, _>(
                std::io::Error::other("the answer is lost"),
            )]);
            Body::from_stream(broken).into_response()
        }
        Act::Answer(status, headers) => {
            // An answer before the body has come may be lost with the connection.
            axum::body::to_bytes(request.into_body(), usize::MAX).await.unwrap();
            let headers =
                headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
            let headers: HeaderMap = headers.collect();
            (StatusCode::from_u16(status).unwrap(), headers, "<h1>a proxy</h1>").into_response()
        }
        Act::Damage => {
            let (head, body) = front.pass(request).await.into_parts();
            let mut body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
            body[20] ^= 1;
            (head, body).into_response()
        }
    }
}
