//! What is said of bytes that are served, whether they are an original or a variant: validators, headers,
//! and which part of them is sent.

use std::time::SystemTime;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use headers::{
    ContentLength, ContentRange, ETag, HeaderMapExt, IfModifiedSince, IfNoneMatch, LastModified,
};

use super::problem::{Code, Problem};
use super::range::{Validators, Wanted};
use crate::catalog::{Record, Sha256};
use crate::image::Format;

/// An address names the same bytes for ever, so nobody has to ask again.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// What a name means is a setting that may change: after an hour it is asked for again, with the
/// entity tag.
const FOR_AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// A browser that is talked into showing an image as a page gets a page that may do nothing.
const SANDBOX: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");

/// How long an address gives the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Constancy {
    /// For ever, to everybody.
    Fixed,
    /// For ever to a client, but others may get others.
    ByClient,
    /// Until a setting changes.
    BySetting,
}

impl Constancy {
    const fn cache_control(self) -> HeaderValue {
        match self {
            Self::Fixed | Self::ByClient => FOR_EVER,
            Self::BySetting => FOR_AN_HOUR,
        }
    }
}

/// Bytes of an image that can be served.
#[derive(Debug)]
pub(super) struct Representation {
    etag: ETag,
    /// Only of what is fixed: the date is that of the upload and tells no two renditions apart.
    last_modified: Option<LastModified>,
    constancy: Constancy,
    size: u64,
    format: Format,
    disposition: HeaderValue,
}

impl Representation {
    /// The original.
    pub(super) fn original(record: &Record, constancy: Constancy) -> Result<Self, Problem> {
        Self::of(record, (record.format, record.size, &record.sha256), constancy)
    }

    /// Bytes in this format, of this size and with this digest. However they came to be, they were
    /// there for clients from the moment of the upload on.
    pub(super) fn of(
        record: &Record,
        (format, size, sha256): (Format, u64, &Sha256),
        constancy: Constancy,
    ) -> Result<Self, Problem> {
        let etag = format!("\"{sha256}\"").parse();
        let uploaded = LastModified::from(SystemTime::from(record.created_at));
        let unusable = |_| Problem::new(Code::Internal, "the image has no usable entity tag");
        Ok(Self {
            etag: etag.map_err(unusable)?,
            last_modified: (constancy == Constancy::Fixed).then_some(uploaded),
            constancy,
            size,
            format,
            disposition: super::disposition::inline(record, format),
        })
    }

    /// The whole answer, where it needs no bytes: the client has them, there are none in its range,
    /// or it asks for the head alone.
    pub(super) fn without_bytes(&self, method: &Method, headers: &HeaderMap) -> Option<Response> {
        let known = self.validators();
        if client_has_it(headers, &known) {
            return Some(self.with_facts(StatusCode::NOT_MODIFIED.into_response()));
        }
        match self.wanted(method, headers) {
            Wanted::Impossible => Some(self.not_satisfiable()),
            wanted if method == Method::HEAD => Some(self.answer(&wanted, Body::empty())),
            Wanted::Whole | Wanted::Part(_) => None,
        }
    }

    /// Which bytes are wanted.
    pub(super) fn wanted(&self, method: &Method, headers: &HeaderMap) -> Wanted {
        Wanted::of((method, headers), &self.validators(), self.size)
    }

    /// The answer with the bytes that are wanted as its `body`.
    pub(super) fn answer(&self, wanted: &Wanted, body: Body) -> Response {
        let (status, length) = match wanted {
            Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part.end - part.start),
            Wanted::Whole | Wanted::Impossible => (StatusCode::OK, self.size),
        };
        let mut response = (status, body).into_response();
        response.headers_mut().typed_insert(ContentLength(length));
        if let Wanted::Part(part) = wanted
            && let Ok(range) = ContentRange::bytes(part.clone(), self.size)
        {
            response.headers_mut().typed_insert(range);
        }
        self.with_facts(response)
    }

    fn validators(&self) -> Validators<'_> {
        Validators { etag: &self.etag, last_modified: self.last_modified.as_ref() }
    }

    fn not_satisfiable(&self) -> Response {
        let detail = format!("the image has {} bytes", self.size);
        let mut response = Problem::new(Code::RangeNotSatisfiable, detail).into_response();
        response.headers_mut().typed_insert(ContentRange::unsatisfied_bytes(self.size));
        response
    }

    fn with_facts(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.typed_insert(self.etag.clone());
        if let Some(last_modified) = self.last_modified {
            headers.typed_insert(last_modified);
        }
        let content_type = HeaderValue::from_static(self.format.content_type());
        let fixed: [(HeaderName, HeaderValue); 6] = [
            (header::CONTENT_TYPE, content_type),
            (header::CACHE_CONTROL, self.constancy.cache_control()),
            (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (header::CONTENT_SECURITY_POLICY, SANDBOX),
            (header::CONTENT_DISPOSITION, self.disposition.clone()),
        ];
        headers.extend(fixed);
        response
    }
}

/// RFC 9110 section 13.2.2: the date counts only where there is no entity tag, and only where there is
/// a date to compare it with.
fn client_has_it(headers: &HeaderMap, known: &Validators<'_>) -> bool {
    if headers.contains_key(header::IF_NONE_MATCH) {
        let condition = headers.typed_get::<IfNoneMatch>();
        return condition.is_some_and(|condition| !condition.precondition_passes(known.etag));
    }
    let Some(last_modified) = known.last_modified else { return false };
    let condition = headers.typed_get::<IfModifiedSince>();
    condition.is_some_and(|condition| !condition.is_modified((*last_modified).into()))
}
