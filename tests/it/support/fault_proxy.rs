//! A reverse proxy between a client and an S3 service, which breaks the way there by a script.
//!
//! The script is a list of outcomes, read in order for each method; when it has no more for a
//! method, requests pass. The `Host` header stays as the client sent it, so signatures stay valid.
//!
//! ```ignore
//! let proxy = FaultProxy::in_front_of(double.address()).await;
//! let bucket = Bucket::connect(&settings_for(&proxy.endpoint())).await?;
//! proxy.script([put(ApplyThenClose), delete(Hang)]);   // then everything passes
//! proxy.take_down();                                    // every connection is closed
//! proxy.restore();
//! ```

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::s3_double::error_xml;

/// What becomes of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It passes, as without a script.
    Pass,
    /// The service does not see it; the connection is closed.
    CloseBefore,
    /// The service does not see it; the connection is reset.
    ResetBefore,
    /// The service does not see it; the answer is this status with an S3 error.
    Fail(u16),
    /// The service does not see it; no answer comes.
    Hang,
    /// The service does it; the connection is closed in place of the answer.
    ApplyThenClose,
    /// The service does it; the connection is reset in place of the answer.
    ApplyThenReset,
    /// The service does it; the answer is this status with an S3 error.
    ApplyThenFail(u16),
    /// The service does it; no answer comes.
    ApplyThenHang,
    /// The service does it; the answer breaks off in the middle of its body.
    HalfReply,
    /// The service does it; the answer stops in the middle of its body, the connection stays.
    StallHalfway,
}

/// An outcome for the next request with a method.
pub(crate) type Scripted = (Method, Outcome);

/// The next PUT ends so.
pub(crate) fn put(outcome: Outcome) -> Scripted {
    (Method::PUT, outcome)
}

/// The next GET ends so.
pub(crate) fn get(outcome: Outcome) -> Scripted {
    (Method::GET, outcome)
}

/// The next DELETE ends so.
pub(crate) fn delete(outcome: Outcome) -> Scripted {
    (Method::DELETE, outcome)
}

/// A running proxy. It stops when it is dropped.
pub(crate) struct FaultProxy {
    address: SocketAddr,
    way: Arc<Way>,
    _listener: JoinSet<()>,
}

struct Way {
    upstream: SocketAddr,
    client: reqwest::Client,
    mode: Mutex<Mode>,
    connections: Mutex<JoinSet<()>>,
    /// How many requests were left without an answer.
    hung: watch::Sender<usize>,
}

#[derive(Default)]
struct Mode {
    script: VecDeque<Scripted>,
    missing_as_denied: bool,
    down: bool,
}

impl FaultProxy {
    /// Starts a proxy to the service at `upstream` on a free port of this machine.
    pub(crate) async fn in_front_of(upstream: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let (mode, connections, hung) = Default::default();
        let way = Way { upstream, client, mode, connections, hung };
        let way = Arc::new(way);
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, Arc::clone(&way)));
        Self { address, way, _listener: accepting }
    }

    /// `http://127.0.0.1:PORT`.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Adds to the script.
    pub(crate) fn script(&self, outcomes: impl IntoIterator<Item = Scripted>) {
        self.way.mode().script.extend(outcomes);
    }

    /// Drops what of the script was not read yet.
    pub(crate) fn forget_script(&self) {
        self.way.mode().script.clear();
    }

    /// What of the script was not read yet.
    pub(crate) fn unread(&self) -> Vec<Scripted> {
        self.way.mode().script.iter().cloned().collect()
    }

    /// Waits until this many requests have been left without an answer, and for those that were to
    /// be applied first, until they are.
    pub(crate) async fn hung(&self, requests: usize) {
        self.way.hung.subscribe().wait_for(|hung| *hung >= requests).await.unwrap();
    }

    /// A missing object is answered with 403 from now on, as Amazon answers those who may not
    /// list the bucket.
    pub(crate) fn missing_as_denied(&self) {
        self.way.mode().missing_as_denied = true;
    }

    /// Every connection is closed at once, and each new one, until [`FaultProxy::restore`].
    pub(crate) fn take_down(&self) {
        self.way.mode().down = true;
        self.way.connections().abort_all();
    }

    /// Ends [`FaultProxy::take_down`].
    pub(crate) fn restore(&self) {
        self.way.mode().down = false;
    }
}

async fn accept(listener: TcpListener, way: Arc<Way>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        if way.mode().down {
            continue;
        }
        // Two handles of one socket: hyper reads and answers on the one; on the other an outcome
        // can reset the connection or write half an answer.
        let stream = stream.into_std().unwrap();
        let aside = Arc::new(TcpStream::from_std(stream.try_clone().unwrap()).unwrap());
        let stream = TcpStream::from_std(stream).unwrap();
        let passing = Arc::clone(&way);
        let service = service_fn(move |request| {
            let (way, aside) = (Arc::clone(&passing), Arc::clone(&aside));
            async move { way.answer(request, &aside).await.map(Reply::into_response) }
        });
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        way.connections().spawn(async move {
            // The error is the closed connection that an outcome asked for.
            connection.await.ok();
        });
    }
}

/// Makes hyper close the connection.
#[derive(Debug, thiserror::Error)]
#[error("the connection is to be closed")]
struct Close;

type Answer = Result<Reply, Close>;

/// An answer in one piece.
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Way {
    fn mode(&self) -> std::sync::MutexGuard<'_, Mode> {
        self.mode.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connections(&self) -> std::sync::MutexGuard<'_, JoinSet<()>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_outcome(&self, method: &Method) -> Outcome {
        let script = &mut self.mode().script;
        let next = script.iter().position(|(scripted, _)| scripted == method);
        next.and_then(|at| script.remove(at)).map_or(Outcome::Pass, |(_, outcome)| outcome)
    }

    async fn answer(&self, request: Request<Incoming>, aside: &TcpStream) -> Answer {
        let outcome = self.next_outcome(request.method());
        match outcome {
            Outcome::Pass => self.forward(request).await,
            Outcome::CloseBefore => Err(Close),
            Outcome::ResetBefore => reset(aside),
            Outcome::Fail(status) => {
                read_to_end(request).await;
                Ok(failure(status))
            }
            Outcome::Hang => {
                read_to_end(request).await;
                self.hang().await
            }
            Outcome::ApplyThenClose => self.forward(request).await.and(Err(Close)),
            Outcome::ApplyThenReset => self.forward(request).await.and_then(|_| reset(aside)),
            Outcome::ApplyThenFail(status) => self.forward(request).await.map(|_| failure(status)),
            Outcome::ApplyThenHang => {
                self.forward(request).await?;
                self.hang().await
            }
            Outcome::HalfReply => {
                write_half(&self.forward(request).await?, aside).await;
                Err(Close)
            }
            Outcome::StallHalfway => {
                write_half(&self.forward(request).await?, aside).await;
                std::future::pending().await
            }
        }
    }

    async fn hang(&self) -> Answer {
        self.hung.send_modify(|hung| *hung += 1);
        std::future::pending().await
    }

    async fn forward(&self, request: Request<Incoming>) -> Answer {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| Close)?.to_bytes();
        let url = format!("http://{}{}", self.upstream, parts.uri);
        let sent = self.client.request(parts.method, url).headers(parts.headers).body(body);
        let answer = sent.send().await.map_err(|_| Close)?;
        let (status, mut headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await.map_err(|_| Close)?;
        let denied = self.mode().missing_as_denied
            && status == StatusCode::NOT_FOUND
            && !String::from_utf8_lossy(&body).contains("NoSuchBucket");
        if denied {
            return Ok(error(StatusCode::FORBIDDEN, "AccessDenied"));
        }
        headers.remove(header::TRANSFER_ENCODING);
        headers.remove(header::CONNECTION);
        Ok(Reply { status, headers, body })
    }
}

async fn read_to_end(request: Request<Incoming>) {
    request.into_body().collect().await.ok();
}

fn reset(aside: &TcpStream) -> Answer {
    aside.set_zero_linger().unwrap();
    Err(Close)
}

fn failure(status: u16) -> Reply {
    let status = StatusCode::from_u16(status).unwrap();
    error(status, if status == StatusCode::SERVICE_UNAVAILABLE { "SlowDown" } else { "Scripted" })
}

fn error(status: StatusCode, code: &str) -> Reply {
    let xml = HeaderValue::from_static("application/xml");
    let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, xml)]);
    Reply { status, headers, body: error_xml(code).into() }
}

impl Reply {
    fn into_response(self) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// Writes the head of an answer with its whole length, and the first half of its body.
async fn write_half(reply: &Reply, aside: &TcpStream) {
    let mut text = format!("HTTP/1.1 {}\r\n", reply.status);
    for (name, value) in &reply.headers {
        if name != header::CONTENT_LENGTH {
            text += &format!("{name}: {}\r\n", value.to_str().unwrap());
        }
    }
    text += &format!("content-length: {}\r\n\r\n", reply.body.len());
    let mut wire = text.into_bytes();
    wire.extend_from_slice(&reply.body[..reply.body.len() / 2]);
    let mut rest = &wire[..];
    while !rest.is_empty() {
        aside.writable().await.unwrap();
        // An error means that there was no room after all, or that the client has gone.
        match aside.try_write(rest) {
            Ok(written) => rest = &rest[written..],
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}
