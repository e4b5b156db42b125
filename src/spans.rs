//! Spans for those who collect traces: one for each step of a request that can take time.
//!
//! They have a target of their own, which the log leaves out, so that a log line is always told in
//! the span of its request. Where nobody collects traces they are never made.

use tracing::Span;

/// The target of all of them.
pub(crate) const TARGET: &str = "tintype::span";

/// Whether anybody takes them.
#[cfg(feature = "otlp")]
pub(crate) fn are_collected() -> bool {
    tracing::span_enabled!(target: TARGET, tracing::Level::DEBUG)
}

/// A step of our own work.
pub(crate) fn step(name: &'static str) -> Span {
    tracing::debug_span!(target: TARGET, "step", otel.name = name)
}

/// A question to the bucket or the catalog.
pub(crate) fn call(whom: &'static str, what: &'static str) -> Span {
    tracing::debug_span!(
        target: TARGET,
        "call",
        otel.name = %format_args!("{whom} {what}"),
        otel.kind = "client",
    )
}
