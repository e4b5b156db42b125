//! Every failure as the client reads it: RFC 9457 problem details with a stable code.
//!
//! A `Problem` leaves its handler as an extension of a response without a body; the layer in
//! [`super::layers`] writes the body, because it knows the request id, and logs the cause of a 5xx,
//! because there it is certain to be logged once.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::causes::chain;

/// The stable names of failures. Those that Multer has too carry Multer's names, so that clients
/// written for it keep working.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The image is larger than the limit.
    LimitFileSize,
    /// More file parts than the limit.
    LimitFileCount,
    /// More parts than the limit.
    LimitPartCount,
    /// More text parts than the limit.
    LimitFieldCount,
    /// The name of a part is longer than the limit.
    LimitFieldKey,
    /// The value of a text part is longer than the limit.
    LimitFieldValue,
    /// A second file where one is taken.
    LimitUnexpectedFile,
    /// A part without a name.
    MissingFieldName,
    /// The body is neither a form nor an image.
    NotMultipart,
    /// The form breaks the rules of multipart/form-data.
    MalformedMultipart,
    /// The form has no file in it.
    MissingFile,
    /// The bytes are none of the accepted formats.
    UnsupportedType,
    /// The bytes are an image that is cut off or broken.
    CorruptImage,
    /// The image has more pixels, or a longer side, than the limit.
    LimitPixels,
    /// The animation has more frames than the limit.
    LimitFrames,
    /// The image has as many variants as it may have.
    LimitVariants,
    /// The address asks for a variant that is not offered.
    InvalidVariant,
    /// There is no such image or address.
    NotFound,
    /// The address does not take this method.
    MethodNotAllowed,
    /// A parameter, header or JSON body that cannot be understood.
    InvalidRequest,
    /// The range lies outside of the image.
    RangeNotSatisfiable,
    /// No memory came free in time.
    Overloaded,
    /// The bucket does not answer or refuses.
    BucketUnavailable,
    /// The catalog calls the image ready, the bucket says missing or denied.
    ObjectMissing,
    /// The catalog does not answer.
    CatalogUnavailable,
    /// The body came too slowly or stopped.
    SlowUpload,
    /// The same idempotency key is at work.
    IdempotencyConflict,
    /// The same idempotency key came with other content.
    IdempotencyMismatch,
    /// A fault of this service.
    Internal,
}

// `Internal` is declared last, so a code that is missing from the list does not compile.
const _: () = assert!(Code::ALL.len() == Code::Internal as usize + 1);

impl Code {
    /// Every code, in the order of the declaration.
    pub const ALL: [Self; 29] = [
        Self::LimitFileSize,
        Self::LimitFileCount,
        Self::LimitPartCount,
        Self::LimitFieldCount,
        Self::LimitFieldKey,
        Self::LimitFieldValue,
        Self::LimitUnexpectedFile,
        Self::MissingFieldName,
        Self::NotMultipart,
        Self::MalformedMultipart,
        Self::MissingFile,
        Self::UnsupportedType,
        Self::CorruptImage,
        Self::LimitPixels,
        Self::LimitFrames,
        Self::LimitVariants,
        Self::InvalidVariant,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::InvalidRequest,
        Self::RangeNotSatisfiable,
        Self::Overloaded,
        Self::BucketUnavailable,
        Self::ObjectMissing,
        Self::CatalogUnavailable,
        Self::SlowUpload,
        Self::IdempotencyConflict,
        Self::IdempotencyMismatch,
        Self::Internal,
    ];

    /// The name that the client branches on, and the status that carries it.
    #[must_use]
    pub const fn facts(self) -> (&'static str, StatusCode) {
        match self {
            Self::LimitFileSize => ("LIMIT_FILE_SIZE", StatusCode::PAYLOAD_TOO_LARGE),
            Self::LimitFileCount => ("LIMIT_FILE_COUNT", StatusCode::BAD_REQUEST),
            Self::LimitPartCount => ("LIMIT_PART_COUNT", StatusCode::BAD_REQUEST),
            Self::LimitFieldCount => ("LIMIT_FIELD_COUNT", StatusCode::BAD_REQUEST),
            Self::LimitFieldKey => ("LIMIT_FIELD_KEY", StatusCode::BAD_REQUEST),
            Self::LimitFieldValue => ("LIMIT_FIELD_VALUE", StatusCode::BAD_REQUEST),
            Self::LimitUnexpectedFile => ("LIMIT_UNEXPECTED_FILE", StatusCode::BAD_REQUEST),
            Self::MissingFieldName => ("MISSING_FIELD_NAME", StatusCode::BAD_REQUEST),
            Self::NotMultipart => ("NOT_MULTIPART", StatusCode::UNSUPPORTED_MEDIA_TYPE),
            Self::MalformedMultipart => ("MALFORMED_MULTIPART", StatusCode::BAD_REQUEST),
            Self::MissingFile => ("MISSING_FILE", StatusCode::BAD_REQUEST),
            Self::UnsupportedType => ("UNSUPPORTED_TYPE", StatusCode::UNSUPPORTED_MEDIA_TYPE),
            Self::CorruptImage => ("CORRUPT_IMAGE", StatusCode::UNPROCESSABLE_ENTITY),
            Self::LimitPixels => ("LIMIT_PIXELS", StatusCode::UNPROCESSABLE_ENTITY),
            Self::LimitFrames => ("LIMIT_FRAMES", StatusCode::UNPROCESSABLE_ENTITY),
            Self::LimitVariants => ("LIMIT_VARIANTS", StatusCode::UNPROCESSABLE_ENTITY),
            Self::InvalidVariant => ("INVALID_VARIANT", StatusCode::BAD_REQUEST),
            Self::NotFound => ("NOT_FOUND", StatusCode::NOT_FOUND),
            Self::MethodNotAllowed => ("METHOD_NOT_ALLOWED", StatusCode::METHOD_NOT_ALLOWED),
            Self::InvalidRequest => ("INVALID_REQUEST", StatusCode::BAD_REQUEST),
            Self::RangeNotSatisfiable => {
                ("RANGE_NOT_SATISFIABLE", StatusCode::RANGE_NOT_SATISFIABLE)
            }
            Self::Overloaded => ("OVERLOADED", StatusCode::SERVICE_UNAVAILABLE),
            Self::BucketUnavailable => ("BUCKET_UNAVAILABLE", StatusCode::SERVICE_UNAVAILABLE),
            Self::ObjectMissing => ("OBJECT_MISSING", StatusCode::BAD_GATEWAY),
            Self::CatalogUnavailable => ("CATALOG_UNAVAILABLE", StatusCode::SERVICE_UNAVAILABLE),
            Self::SlowUpload => ("SLOW_UPLOAD", StatusCode::REQUEST_TIMEOUT),
            Self::IdempotencyConflict => ("IDEMPOTENCY_CONFLICT", StatusCode::CONFLICT),
            Self::IdempotencyMismatch => ("IDEMPOTENCY_MISMATCH", StatusCode::UNPROCESSABLE_ENTITY),
            Self::Internal => ("INTERNAL", StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}

/// What went wrong, told to two readers: a code and a safe sentence for the client, the cause for
/// the operator.
#[derive(Clone)]
pub struct Problem {
    code: Code,
    detail: String,
    members: Map<String, Value>,
    retry_after: Option<Duration>,
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

impl Problem {
    /// A failure whose sentence may be shown to anyone.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self { code, detail, members: Map::new(), retry_after: None, cause: None }
    }

    /// The same with what only the operator may read.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Error + Send + Sync + 'static) -> Self {
        self.cause = Some(Arc::new(cause));
        self
    }

    /// The same with a moment from which trying again makes sense.
    #[must_use]
    pub const fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// The same with one more member in the JSON object.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.members.insert(member.to_owned(), value.into());
        self
    }

    /// The code, for those who count failures.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// The HTTP status that goes with the code.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.code.facts().1
    }

    /// The problem details as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let (code, status) = self.code.facts();
        let mut object = self.members.clone();
        object.insert("type".to_owned(), json!(format!("urn:tintype:problem:{code}")));
        object.insert("title".to_owned(), json!(status.canonical_reason()));
        object.insert("status".to_owned(), json!(status.as_u16()));
        object.insert("code".to_owned(), json!(code));
        object.insert("detail".to_owned(), json!(self.detail));
        Value::Object(object)
    }

    /// The cause and the causes behind it, in one line, for the log.
    #[must_use]
    pub fn chain(&self) -> String {
        self.cause.as_deref().map_or_else(String::new, |cause| chain(cause))
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Problem")
            .field("code", &self.code.facts().0)
            .field("detail", &self.detail)
            .field("cause", &self.chain())
            .finish_non_exhaustive()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if let Some(wait) = self.retry_after {
            let seconds = HeaderValue::from(wait.as_secs().max(1));
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response.extensions_mut().insert(self);
        response
    }
}
