//! The bytes of an image: whole, a range of them, or "you have them already".

use std::time::SystemTime;

use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, TryStreamExt};
use headers::{
    ContentLength, ContentRange, ETag, HeaderMapExt, IfModifiedSince, IfNoneMatch, LastModified,
};
use tracing::Span;

use super::Service;
use super::body::Pace;
use super::extract::{Named, no_such_image};
use super::problem::{Code, Problem};
use super::range::{Validators, Wanted};
use crate::bucket::BucketError;
use crate::catalog::Record;
use crate::causes::chain;
use crate::memory::Reservation;
use crate::metrics::Tally;
use crate::read::{self, Opened};

/// An id names the same bytes for ever, so nobody has to ask again.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// A browser that is talked into showing an image as a page gets a page that may do nothing.
const SANDBOX: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");

/// `GET` and `HEAD /i/{id}`.
pub(super) async fn original(
    State(service): State<Service>,
    named: Named,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let record = service.app.catalog.find(named.id).await?.ok_or_else(no_such_image)?;
    let etag = etag(&record)?;
    let last_modified = last_modified(&record);
    let known = Validators { etag: &etag, last_modified: &last_modified };
    if client_has_it(&headers, &known) {
        return Ok(with_facts(StatusCode::NOT_MODIFIED.into_response(), &record, etag));
    }
    let wanted = Wanted::of((&method, &headers), &known, record.size);
    if wanted == Wanted::Impossible {
        return Ok(not_satisfiable(&record));
    }
    let body = match method {
        Method::HEAD => Body::empty(),
        _ => stream(&service, &record, &wanted).await?,
    };
    Ok(with_facts(respond(&wanted, &record, body), &record, etag))
}

fn etag(record: &Record) -> Result<ETag, Problem> {
    format!("\"{}\"", record.sha256)
        .parse()
        .map_err(|_| Problem::new(Code::Internal, "the image has no usable entity tag"))
}

fn last_modified(record: &Record) -> LastModified {
    LastModified::from(SystemTime::from(record.created_at))
}

/// RFC 9110 section 13.2.2: the date counts only where there is no entity tag.
fn client_has_it(headers: &HeaderMap, known: &Validators<'_>) -> bool {
    if headers.contains_key(header::IF_NONE_MATCH) {
        let condition = headers.typed_get::<IfNoneMatch>();
        return condition.is_some_and(|condition| !condition.precondition_passes(known.etag));
    }
    let condition = headers.typed_get::<IfModifiedSince>();
    condition.is_some_and(|condition| !condition.is_modified((*known.last_modified).into()))
}

fn respond(wanted: &Wanted, record: &Record, body: Body) -> Response {
    let (status, length) = match wanted {
        Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part.end - part.start),
        Wanted::Whole | Wanted::Impossible => (StatusCode::OK, record.size),
    };
    let mut response = (status, body).into_response();
    response.headers_mut().typed_insert(ContentLength(length));
    if let Wanted::Part(part) = wanted
        && let Ok(range) = ContentRange::bytes(part.clone(), record.size)
    {
        response.headers_mut().typed_insert(range);
    }
    response
}

fn not_satisfiable(record: &Record) -> Response {
    let detail = format!("the image has {} bytes", record.size);
    let mut response = Problem::new(Code::RangeNotSatisfiable, detail).into_response();
    response.headers_mut().typed_insert(ContentRange::unsatisfied_bytes(record.size));
    response
}

/// The bytes on their way from the bucket to the client, a window at a time.
async fn stream(service: &Service, record: &Record, wanted: &Wanted) -> Result<Body, Problem> {
    let range = match wanted {
        Wanted::Part(part) => Some(part.clone()),
        Wanted::Whole | Wanted::Impossible => None,
    };
    let Opened { window, body } = read::open(&service.app, record, range).await?;
    let sent = service.app.metrics.requests.sent();
    let mut pace = Outgoing::new(service.settings.pace, window, sent);
    let paced = body.map(move |chunk| pace.pass(chunk?).map_err(BodyError::from));
    // The head of the answer is gone by then: the client sees the body end early, the operator this.
    let span = Span::current();
    let broke_off = move |error: &BodyError| {
        span.in_scope(|| tracing::warn!(cause = chain(error), "the read broke off"));
    };
    Ok(Body::from_stream(paced.inspect_err(broke_off)))
}

/// A body on its way out. A client that reads too slowly on average loses its window: a few hundred
/// of them would else keep every upload waiting.
struct Outgoing {
    pace: Pace,
    began: Instant,
    sent: Tally,
    _window: Reservation,
}

impl Outgoing {
    fn new(pace: Pace, window: Reservation, sent: Tally) -> Self {
        Self { pace, began: Instant::now(), sent, _window: window }
    }

    fn pass(&mut self, chunk: Bytes) -> Result<Bytes, TooSlow> {
        let elapsed = self.began.elapsed();
        let sent = self.sent.counted();
        if self.pace.patience(sent, elapsed).is_zero() {
            return Err(TooSlow { sent, elapsed });
        }
        self.sent.add(chunk.len() as u64);
        Ok(chunk)
    }
}

/// Why a body ended before its end.
#[derive(Debug, thiserror::Error)]
enum BodyError {
    #[error(transparent)]
    Bucket(#[from] BucketError),
    #[error(transparent)]
    TooSlow(#[from] TooSlow),
}

#[derive(Debug, thiserror::Error)]
#[error("the client reads too slowly: {sent} bytes in {elapsed:?}")]
struct TooSlow {
    sent: u64,
    elapsed: Duration,
}

fn with_facts(mut response: Response, record: &Record, etag: ETag) -> Response {
    let headers = response.headers_mut();
    headers.typed_insert(etag);
    headers.typed_insert(last_modified(record));
    let content_type = HeaderValue::from_static(record.format.content_type());
    let fixed: [(HeaderName, HeaderValue); 6] = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, FOR_EVER),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, SANDBOX),
        (header::CONTENT_DISPOSITION, super::disposition::inline(record)),
    ];
    headers.extend(fixed);
    response
}
