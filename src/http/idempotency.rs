//! The `Idempotency-Key` header: a client's own name for one upload.

use axum::http::{HeaderMap, HeaderName};

use super::problem::{Code, Problem};
use crate::upload::IdempotencyKey;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The answer is one of an earlier request.
pub(super) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The longest key in bytes; a UUID has 36.
const KEY_MAX: usize = 255;

/// Who asks as long as there are no API keys: everyone is the same nobody.
const ANONYMOUS: &str = "anonymous";

/// The key of a request, if it has one.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<IdempotencyKey>, Problem> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let key = value.to_str().ok().map(str::trim);
    let key = key.filter(|key| (1..=KEY_MAX).contains(&key.len()));
    let Some(key) = key else {
        let detail = format!("`Idempotency-Key` is 1 to {KEY_MAX} visible ASCII characters");
        return Err(Problem::new(Code::InvalidRequest, detail));
    };
    Ok(Some(IdempotencyKey { principal: ANONYMOUS.to_owned(), key: key.to_owned() }))
}
