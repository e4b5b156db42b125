//! Stands between `object_store` and the network: counts what is sent, sets a time for each try,
//! and remembers what the service said. It exists because the errors of `object_store` tell none of
//! the three, and because its own time-out cannot differ between a long upload and a short answer.

use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse,
    HttpResponseBody, HttpService, ReqwestConnector,
};
use tokio::time::{Sleep, sleep, timeout};

#[cfg(feature = "cli")]
use super::answer::{self, Answer};
use super::error::TookTooLong;
use super::settings::Limits;

/// How much of the service's refusal is read. Its XML has a few hundred bytes.
const MAX_REFUSAL: usize = 16 * 1024;

tokio::task_local! {
    // The operation in whose name requests are sent. `object_store` hands extensions down to the
    // request for a put and a get, but not for a delete and a list; a task-local serves all four.
    static EXCHANGE: Arc<Exchange>;
}

/// What went over the wire for one operation.
#[derive(Debug, Default)]
pub(super) struct Exchange {
    requests: AtomicU32,
    last: Mutex<Option<Refusal>>,
}

/// An answer that was not a success.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    /// The `Code` of the service's error, such as `NoSuchBucket`.
    pub(super) code: Option<String>,
}

impl Refusal {
    /// Whether the service asks for fewer requests: Amazon says `SlowDown` with status 503, others
    /// say 429.
    pub(super) fn is_throttling(&self) -> bool {
        self.status == 429 || self.code.as_deref() == Some("SlowDown")
    }
}

impl Exchange {
    /// Runs `work`; the requests that it sends are recorded here.
    pub(super) async fn record<T>(self: &Arc<Self>, work: impl Future<Output = T>) -> T {
        EXCHANGE.scope(Arc::clone(self), work).await
    }

    /// How many requests may have reached the service. One that found no connection is not
    /// counted; one whose connection was not made in time is, because the two look alike.
    pub(super) fn requests(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }

    /// The last answer, when it was a refusal.
    pub(super) fn refusal(&self) -> Option<Refusal> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn begin(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.note(None);
    }

    fn was_not_sent(&self) {
        self.requests.fetch_sub(1, Ordering::Relaxed);
    }

    fn note(&self, refusal: Option<Refusal>) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = refusal;
    }
}

/// Makes the clients through which `object_store` speaks.
#[derive(Debug)]
pub(super) struct Connector {
    pub(super) limits: Limits,
}

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let inner = ReqwestConnector::default().connect(options)?;
        Ok(HttpClient::new(Wire { inner, limits: self.limits }))
    }
}

#[derive(Debug)]
struct Wire {
    inner: HttpClient,
    limits: Limits,
}

#[async_trait]
impl HttpService for Wire {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let exchange = EXCHANGE.try_with(Arc::clone).unwrap_or_default();
        let (is_put, is_delete) = (request.method() == "PUT", request.method() == "DELETE");
        let limit = if is_put { self.limits.put_try() } else { self.limits.answer_try() };
        exchange.begin();
        let answer = match timeout(limit, self.inner.execute(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(HttpError::new(HttpErrorKind::Timeout, TookTooLong { limit })),
        };
        match answer {
            Ok(response) if response.status().is_success() => {
                #[cfg(feature = "cli")]
                answer::witness(|| Answer::read(&response, ""));
                Ok(self.watched(response))
            }
            Ok(response) => self.refused(response, &exchange).await,
            Err(error) => {
                if error.kind() == HttpErrorKind::Connect {
                    exchange.was_not_sent();
                }
                Err(if is_delete { repeatable(error) } else { error })
            }
        }
    }
}

impl Wire {
    fn watched(&self, response: HttpResponse) -> HttpResponse {
        let limit = self.limits.idle_timeout;
        let watch = |inner| HttpResponseBody::new(Watched { inner, limit, silence: None });
        response.map(watch)
    }

    /// Reads the refusal, as much of it as is allowed, and passes on what was read.
    async fn refused(
        &self,
        response: HttpResponse,
        exchange: &Exchange,
    ) -> Result<HttpResponse, HttpError> {
        let (parts, body) = self.watched(response).into_parts();
        let text = beginning_of(body, MAX_REFUSAL).await;
        let response = HttpResponse::from_parts(parts, text.clone().into());
        #[cfg(feature = "cli")]
        answer::witness(|| Answer::read(&response, &text));
        let status = response.status().as_u16();
        exchange.note(Some(Refusal { status, code: element(&text, "Code").map(str::to_owned) }));
        Ok(response)
    }
}

/// A delete can be repeated without harm, which `object_store` does not assume: without this, a
/// connection that breaks or hangs would end the operation at its first try.
fn repeatable(error: HttpError) -> HttpError {
    if matches!(error.kind(), HttpErrorKind::Timeout | HttpErrorKind::Interrupted) {
        HttpError::new(HttpErrorKind::Request, error)
    } else {
        error
    }
}

/// The first `most` bytes. A body that breaks off is as good as one that ends.
pub(super) async fn beginning_of(mut body: HttpResponseBody, most: usize) -> String {
    let mut text = Vec::new();
    while text.len() < most
        && let Some(Ok(frame)) = body.frame().await
    {
        text.extend_from_slice(frame.data_ref().map_or(&[], |data| data));
    }
    text.truncate(most);
    String::from_utf8_lossy(&text).into_owned()
}

/// The text of the first element with this name. The answers that are read this way hold each name
/// once and neither attributes nor escapes in it.
pub(crate) fn element<'xml>(xml: &'xml str, name: &str) -> Option<&'xml str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    Some(text)
}

/// A body that fails when nothing of it arrives for too long. Time in which nobody asks for more
/// does not count, so a slow reader is not mistaken for a slow bucket.
struct Watched {
    inner: HttpResponseBody,
    limit: Duration,
    silence: Option<Pin<Box<Sleep>>>,
}

impl Body for Watched {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(cx) {
            self.silence = None;
            return Poll::Ready(frame);
        }
        let limit = self.limit;
        let silence = self.silence.get_or_insert_with(|| Box::pin(sleep(limit)));
        silence
            .as_mut()
            .poll(cx)
            .map(|()| Some(Err(HttpError::new(HttpErrorKind::Timeout, TookTooLong { limit }))))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
