//! Whether traces are wanted. Everything else about them is for the OpenTelemetry SDK to read.

/// Whether the environment names a collector and does not say that it is not to be used. A collector
/// that nobody named is not looked for, though OpenTelemetry's own default is one on this machine.
#[must_use]
pub fn wants_traces() -> bool {
    let is = |name, value: &str| set(name).is_some_and(|set| set.eq_ignore_ascii_case(value));
    let named = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"].map(set);
    named.iter().any(Option::is_some)
        && !is("OTEL_SDK_DISABLED", "true")
        && !is("OTEL_TRACES_EXPORTER", "none")
}

fn set(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the environment is read in this folder")]
    let value = std::env::var(name);
    value.ok().filter(|value| !value.trim().is_empty())
}
