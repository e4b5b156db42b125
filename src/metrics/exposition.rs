//! The text that a scraper reads, in the two formats that Prometheus and its relatives take.

use prometheus_client::encoding::text;
use prometheus_client::registry::Registry;

/// How metrics are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `OpenMetrics` 1.0, which Prometheus asks for by name.
    OpenMetrics,
    /// The older text format 0.0.4, which everything reads.
    Text,
}

impl Format {
    /// The format for a request whose `Accept` header has this text. The older one unless the other
    /// is asked for by name.
    #[must_use]
    pub fn accepted(accept: &str) -> Self {
        let asked = accept.split(',').any(|range| {
            let mut parts = range.split(';').map(str::trim);
            parts.next() == Some("application/openmetrics-text") && !parts.any(|part| part == "q=0")
        });
        if asked { Self::OpenMetrics } else { Self::Text }
    }

    /// The media type, with its version.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
        }
    }
}

pub(super) fn encode(registry: &Registry, format: Format) -> String {
    let mut written = String::new();
    // Writing to a `String` cannot fail, and our own collector has no error of its own.
    text::encode(&mut written, registry).unwrap_or_default();
    match format {
        Format::OpenMetrics => written,
        Format::Text => older(&written),
    }
}

/// The same in the older format, which calls a counter by the name of its sample and has neither
/// units nor an end mark
/// (<https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>).
fn older(written: &str) -> String {
    let mut text = String::with_capacity(written.len());
    let mut help = None;
    for line in written.lines() {
        let mut words = line.splitn(4, ' ');
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some("#"), Some("HELP"), ..) => help = Some(line),
            (Some("#"), Some("TYPE"), Some(name), Some(kind)) => {
                let end = if kind == "counter" { "_total" } else { "" };
                let help = help.take().and_then(|help| help.splitn(4, ' ').nth(3));
                text += &format!("# HELP {name}{end} {}\n", help.unwrap_or_default());
                text += &format!("# TYPE {name}{end} {kind}\n");
            }
            (Some("#"), ..) => {}
            _ => {
                text += line;
                text.push('\n');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newer_format_is_for_those_who_ask_for_it() {
        let prometheus = "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;q=0.3";
        for (accept, format) in [
            (prometheus, Format::OpenMetrics),
            ("text/plain, application/openmetrics-text; version=1.0.0", Format::OpenMetrics),
            ("application/openmetrics-text;q=0,text/plain", Format::Text),
            ("text/plain;version=0.0.4", Format::Text),
            ("*/*", Format::Text),
            ("", Format::Text),
        ] {
            assert_eq!(Format::accepted(accept), format, "{accept}");
        }
    }

    #[test]
    fn the_older_format_names_a_counter_as_its_sample() {
        let newer = "# HELP a_bytes Some bytes.\n# TYPE a_bytes counter\n# UNIT a_bytes bytes\n\
                     a_bytes_total{b=\"# c\"} 1\n# HELP d Now.\n# TYPE d gauge\nd 2\n# EOF\n";
        let text = "# HELP a_bytes_total Some bytes.\n# TYPE a_bytes_total counter\n\
                    a_bytes_total{b=\"# c\"} 1\n# HELP d Now.\n# TYPE d gauge\nd 2\n";
        assert_eq!(older(newer), text);
    }
}
