//! The bytes of an image: whole, a range of them, or "you have them already".

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::TryStreamExt;
use headers::{
    ContentLength, ContentRange, ETag, HeaderMapExt, IfNoneMatch, IfRange, LastModified,
};

use super::Service;
use super::extract::{Named, no_such_image};
use super::problem::{Code, Problem};
use crate::bucket::{BucketError, ObjectKey};
use crate::catalog::Record;
use crate::memory::Reservation;

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
    if let Some(known) = headers.typed_get::<IfNoneMatch>() {
        if !known.precondition_passes(&etag) {
            return Ok(with_facts(StatusCode::NOT_MODIFIED.into_response(), &record, etag));
        }
    }
    let wanted = Wanted::of(&headers, &record, &etag);
    if wanted == Wanted::Impossible {
        return Ok(not_satisfiable(&record));
    }
    let body = match method {
        Method::HEAD => Body::empty(),
        _ => stream(&service, &record, &wanted).await?,
    };
    Ok(with_facts(wanted.respond(&record, body), &record, etag))
}

fn etag(record: &Record) -> Result<ETag, Problem> {
    format!("\"{}\"", record.sha256)
        .parse()
        .map_err(|_| Problem::new(Code::Internal, "the image has no usable entity tag"))
}

/// Which bytes the client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    Whole,
    /// From the first to before the second.
    Part(u64, u64),
    Impossible,
}

impl Wanted {
    /// Only a single range is served; of several, or of one in an unknown unit, RFC 9110 section
    /// 14.2 lets a server send the whole instead.
    fn of(headers: &HeaderMap, record: &Record, etag: &ETag) -> Self {
        let Some(range) = headers.typed_get::<headers::Range>() else { return Self::Whole };
        let last_modified = LastModified::from(std::time::SystemTime::from(record.created_at));
        let changed = headers
            .typed_get::<IfRange>()
            .is_some_and(|known| known.is_modified(Some(etag), Some(&last_modified)));
        let several = headers.get(header::RANGE).is_some_and(|v| v.as_bytes().contains(&b','));
        if changed || several {
            return Self::Whole;
        }
        let mut parts = range.satisfiable_ranges(record.size);
        parts.next().map_or(Self::Impossible, |bounds| Self::from_bounds(bounds, record.size))
    }

    fn from_bounds(bounds: (std::ops::Bound<u64>, std::ops::Bound<u64>), size: u64) -> Self {
        use std::ops::Bound::{Excluded, Included, Unbounded};
        let start = match bounds.0 {
            Included(start) => start,
            Excluded(start) => start.saturating_add(1),
            Unbounded => 0,
        };
        let end = match bounds.1 {
            Included(last) => last.saturating_add(1).min(size),
            Excluded(end) => end.min(size),
            Unbounded => size,
        };
        if start < end { Self::Part(start, end) } else { Self::Impossible }
    }

    fn respond(&self, record: &Record, body: Body) -> Response {
        let (status, length) = match *self {
            Self::Part(start, end) => (StatusCode::PARTIAL_CONTENT, end - start),
            Self::Whole | Self::Impossible => (StatusCode::OK, record.size),
        };
        let mut response = (status, body).into_response();
        response.headers_mut().typed_insert(ContentLength(length));
        if let Self::Part(start, end) = *self {
            if let Ok(range) = ContentRange::bytes(start..end, record.size) {
                response.headers_mut().typed_insert(range);
            }
        }
        response
    }
}

fn not_satisfiable(record: &Record) -> Response {
    let detail = format!("the image has {} bytes", record.size);
    let mut response = Problem::new(Code::RangeNotSatisfiable, detail).into_response();
    response.headers_mut().typed_insert(ContentRange::unsatisfied_bytes(record.size));
    response
}

/// The bytes on their way from the bucket to the client, a window at a time.
async fn stream(service: &Service, record: &Record, wanted: &Wanted) -> Result<Body, Problem> {
    let (range, length) = match *wanted {
        Wanted::Part(start, end) => (Some(start..end), end - start),
        Wanted::Whole | Wanted::Impossible => (None, record.size),
    };
    let window = service.app.memory.reserve_read(length).await?;
    let key = ObjectKey::from_catalog(record.key.clone()).map_err(BucketError::from)?;
    let object = service.app.bucket.get(&key, range).await.map_err(unreadable)?;
    if object.size != record.size {
        return Err(Problem::new(Code::ObjectMissing, "the stored image is not what was recorded"));
    }
    let held = move |chunk| {
        let _: &Reservation = &window;
        chunk
    };
    Ok(Body::from_stream(object.body.map_ok(held)))
}

fn unreadable(error: BucketError) -> Problem {
    if error.is_missing_or_denied() {
        return Problem::new(Code::ObjectMissing, "the image is recorded, but cannot be read")
            .caused_by(error);
    }
    Problem::from(error)
}

fn with_facts(mut response: Response, record: &Record, etag: ETag) -> Response {
    let headers = response.headers_mut();
    headers.typed_insert(etag);
    headers.typed_insert(LastModified::from(std::time::SystemTime::from(record.created_at)));
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
