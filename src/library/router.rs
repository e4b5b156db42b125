//! The HTTP part in an axum application of somebody else's.

use std::sync::Arc;

use super::Tintype;
use crate::http;

/// The routes of Tintype, for an axum 0.8 application with any state `S`.
///
/// Merge it, or nest it under a prefix; the addresses in its answers are right in both cases. They
/// begin with `http://` and the request's `Host` unless
/// [`public_url`](super::Builder::public_url) says otherwise.
///
/// The routes let everybody in who reaches them. Put your authentication in front as a layer, and
/// let it name the [`Principal`](crate::Principal) where users send idempotency keys.
/// `docs/api.md` has the requests and answers.
///
/// `axum::serve` is enough to serve it. It has no cap on connections and no time-out for request
/// heads, though; [`http::Server`] has both, and serves any router.
pub fn router<S>(photos: &Tintype) -> axum::Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let routes = http::router(Arc::clone(&photos.0.app), photos.0.http.clone());
    // As long as the routes are there the reconciler has to go on.
    routes.layer(axum::Extension(photos.clone()))
}
