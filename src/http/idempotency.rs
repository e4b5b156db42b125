//! The `Idempotency-Key` header: a client's own name for one upload.

use axum::http::HeaderName;
use axum::http::request::Parts;

use super::problem::{Code, Problem};
use crate::description::IDEMPOTENCY_KEY_MAX as KEY_MAX;
use crate::digest;
use crate::upload::IdempotencyKey;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The answer is one of an earlier request.
pub(super) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Who asks when no [`Principal`] is named: everyone is the same nobody.
const ANONYMOUS: &str = "anonymous";

/// Who asks, as an application knows it that has authenticated the request before Tintype sees it.
///
/// A layer of the application puts it among the extensions of the request. The idempotency keys of
/// different principals never meet: a key that one has used means nothing when another sends it.
/// Without a principal everyone is the same one.
///
/// ```
/// use axum::extract::Request;
/// use tintype::Principal;
///
/// fn signed_in(mut request: Request, user: &str) -> Request {
///     request.extensions_mut().insert(Principal::new(user));
///     request
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal(String);

impl Principal {
    /// The principal with this name, which the application chooses: a user's id is a good one.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// What the catalog knows it by: as long for every name, and never one of our own words.
    fn in_catalog(&self) -> String {
        format!("named:{}", digest::of(self.0.as_bytes()))
    }
}

/// The key of a request, if it has one.
pub(super) fn key(request: &Parts) -> Result<Option<IdempotencyKey>, Problem> {
    let Some(value) = request.headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let key = value.to_str().ok().map(str::trim);
    let key = key.filter(|key| (1..=KEY_MAX).contains(&key.len()));
    let Some(key) = key else {
        let detail = format!("`Idempotency-Key` is 1 to {KEY_MAX} visible ASCII characters");
        return Err(Problem::new(Code::InvalidRequest, detail));
    };
    let principal = request.extensions.get::<Principal>();
    let principal = principal.map_or_else(|| ANONYMOUS.to_owned(), Principal::in_catalog);
    Ok(Some(IdempotencyKey { principal, key: key.to_owned() }))
}
