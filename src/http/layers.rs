//! What happens to every request: it gets an id, its failure gets a body, and one line goes to the
//! log.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body::Body as _;
use tracing::{Instrument, Span, field};
use uuid::Uuid;

use super::problem::{Code, Problem};
use crate::metrics::{self, Answered, RequestMeter, Route};

/// The header that carries the request id in both directions.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest request id that is taken from a client or proxy.
const REQUEST_ID_MAX: usize = 64;

/// The id of the request, for handlers that put it into a body.
#[derive(Clone, Debug)]
pub(super) struct RequestId(String);

impl RequestId {
    /// The id that a proxy in front gave, when it is one that a log line and a header can carry;
    /// else a new one.
    fn of(headers: &HeaderMap, new: &RequestIds) -> Self {
        let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
        let fit = |id: &&str| {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
            !id.is_empty() && id.len() <= REQUEST_ID_MAX && id.bytes().all(plain)
        };
        Self(given.filter(fit).map_or_else(|| new.next(), str::to_owned))
    }
}

/// Makes ids that no other process and no other request has: a random part of the process's own,
/// then a count. A random part for each would be a call into the system for each.
#[derive(Debug)]
struct RequestIds {
    process: u64,
    count: AtomicU64,
}

impl Default for RequestIds {
    fn default() -> Self {
        Self { process: Uuid::new_v4().as_u64_pair().0, count: AtomicU64::new(0) }
    }
}

impl RequestIds {
    fn next(&self) -> String {
        format!("{:016x}{:016x}", self.process, self.count.fetch_add(1, Ordering::Relaxed))
    }
}

/// What the outermost layer keeps from one request to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Observer {
    meter: Arc<RequestMeter>,
    ids: Arc<RequestIds>,
}

impl Observer {
    pub(super) fn new(meter: Arc<RequestMeter>) -> Self {
        Self { meter, ids: Arc::default() }
    }
}

/// The outermost layer: id, span, problem bodies, access log, and one more in the counts.
pub(super) async fn observe(
    State(Observer { meter, ids }): State<Observer>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = RequestId::of(request.headers(), &ids);
    let span = span_of(&request, &id);
    request.extensions_mut().insert(id.clone());
    let asked = (route(&request), request.method().clone());
    #[cfg(feature = "otlp")]
    super::traces::begin(&span, &request, asked.0);
    let started = Instant::now();
    let _in_flight = meter.begin();
    let response = next.run(request).instrument(span.clone()).await;
    let _entered = span.enter();
    let mut response = with_problem_body(response, &id);
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    log(&response, &span, started);
    #[cfg(feature = "otlp")]
    super::traces::end(&span, response.status());
    meter.answered(answered(&response, asked, started));
    response
}

fn route(request: &Request) -> Route {
    request.extensions().get::<MatchedPath>().map_or(Route::Other, |path| Route::of(path.as_str()))
}

fn answered(response: &Response, asked: (Route, Method), started: Instant) -> Answered {
    let (route, method) = asked;
    let length = response.body().size_hint().exact();
    Answered {
        route,
        method: metrics::Method::of(method.as_str()),
        status: response.status().as_u16(),
        elapsed: started.elapsed(),
        sent: length.filter(|_| method != Method::HEAD),
    }
}

fn span_of(request: &Request, id: &RequestId) -> Span {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    // At the highest level, since a filter that drops a span drops the request id of every line in
    // it, and the lines that matter most are the ones that pass a strict filter.
    tracing::error_span!(
        "request",
        request_id = id.0,
        method = %request.method(),
        path = request.uri().path(),
        route,
        image.id = field::Empty,
        otel.name = field::Empty,
        otel.kind = field::Empty,
    )
}

/// Failures are always JSON, also those that a router or a layer made without a `Problem`: a client
/// that waits for JSON must not spin on an empty page.
fn with_problem_body(mut response: Response, id: &RequestId) -> Response {
    let status = response.status();
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if status == StatusCode::METHOD_NOT_ALLOWED => {
            Problem::new(Code::MethodNotAllowed, "this address does not take that method")
        }
        None => return response,
    };
    log_cause(&problem);
    let body = problem.with("request_id", id.0.clone()).to_json().to_string();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response.map(|_| Body::from(body))
}

/// What only the operator may read of a failure that is ours.
pub(super) fn log_cause(problem: &Problem) {
    let code = problem.code().facts().0;
    if problem.code() == Code::Overloaded {
        // Turning clients away under load is what the budget is for.
        tracing::warn!(code, cause = problem.chain(), "request turned away");
    } else if problem.status().is_server_error() {
        tracing::error!(code, cause = problem.chain(), "request failed");
    }
}

fn log(response: &Response, span: &Span, started: Instant) {
    let status = response.status().as_u16();
    let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(parent: span, status, elapsed_ms, "answered");
}

/// A panic is a fault of this service and of this one request: the client reads a clean 500.
#[expect(clippy::needless_pass_by_value, reason = "the signature that the catch-panic layer calls")]
pub(super) fn on_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let message = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned());
    Problem::new(Code::Internal, "something went wrong on our side; the request id finds it")
        .caused_by(Panicked { message })
        .into_response()
}

#[derive(Debug, thiserror::Error)]
#[error("panicked: {message}")]
struct Panicked {
    message: String,
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::get;
    use serde_json::Value;
    use tower::ServiceExt;
    use tower_http::catch_panic::CatchPanicLayer;

    use super::*;

    async fn answer(path: &str) -> (StatusCode, HeaderMap, Value) {
        async fn panics() -> &'static str {
            panic!("the secret reason")
        }
        let router = Router::new()
            .route("/panics", get(panics))
            .layer(CatchPanicLayer::custom(on_panic))
            .layer(axum::middleware::from_fn_with_state(Observer::default(), observe));
        let request = Request::get(path).body(Body::empty()).unwrap();
        let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        (parts.status, parts.headers, serde_json::from_slice(&body).unwrap_or_default())
    }

    #[tokio::test]
    async fn a_panic_becomes_a_clean_500() {
        let (status, headers, body) = answer("/panics").await;
        assert_eq!((status.as_u16(), &body["code"]), (500, &Value::from("INTERNAL")));
        assert_eq!(headers[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(headers[REQUEST_ID], body["request_id"].as_str().unwrap());
        assert!(!body.to_string().contains("secret"), "{body}");
    }
}
