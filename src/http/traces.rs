//! What the span of a request says to those who collect traces, and whose trace it continues.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{Status, TraceContextExt as _};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::{Span, field};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::metrics::{Method, Route};
use crate::spans;

/// Names `span` as OpenTelemetry names the work of a server
/// (<https://opentelemetry.io/docs/specs/semconv/http/http-spans/>), and makes it a part of the trace
/// that the request's `traceparent` tells of. It has to be new.
pub(super) fn begin(span: &Span, request: &Request, route: Route) {
    if !spans::are_collected() {
        return;
    }
    let caller = Headers(request.headers());
    let caller = TraceContextPropagator::new().extract_with_context(&Context::new(), &caller);
    if caller.span().span_context().is_valid() && span.set_parent(caller).is_err() {
        // Whoever collects spans does not do it for OpenTelemetry.
        return;
    }
    let method = Method::of(request.method().as_str()).text();
    span.record("otel.kind", "server");
    span.set_attribute("http.request.method", method);
    if route == Route::Other {
        span.record("otel.name", method);
    } else {
        span.record("otel.name", field::display(format_args!("{method} {}", route.text())));
        span.set_attribute("http.route", route.text());
    }
}

/// Adds what the answer was.
pub(super) fn end(span: &Span, status: StatusCode) {
    if !spans::are_collected() {
        return;
    }
    span.set_attribute("http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        span.set_status(Status::error(""));
    }
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}
