//! What the process tells of itself while it runs: log lines on standard error, and traces where a
//! collector is named.

use std::io::{IsTerminal, stderr};

use tracing::Subscriber;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

#[cfg(feature = "otlp")]
use super::traces::Traces;
use super::{Failure, json_lines};
#[cfg(feature = "otlp")]
use crate::config;
use crate::config::{LogFormat, Logging};
use crate::spans;

/// What has to be ended when the process is.
pub(super) struct Telemetry {
    #[cfg(feature = "otlp")]
    traces: Option<Traces>,
}

/// Starts the log, and traces if the environment names a collector. Call it inside of the runtime.
pub(super) fn start(logging: Logging) -> Result<Telemetry, Failure> {
    let Logging { format, filter } = logging;
    let filter = without_spans(filter)?;
    #[cfg(feature = "otlp")]
    if config::wants_traces() {
        let traces = Traces::start()?;
        let lines = lines(format).with_filter(filter);
        Registry::default().with(traces.layer()).with(lines).init();
        return Ok(Telemetry { traces: Some(traces) });
    }
    Registry::default().with(filter).with(lines(format)).init();
    Ok(Telemetry {
        #[cfg(feature = "otlp")]
        traces: None,
    })
}

impl Telemetry {
    /// Sends off what is left, within bounds.
    pub(super) fn stop(self) {
        #[cfg(feature = "otlp")]
        if let Some(traces) = self.traces {
            traces.stop();
        }
    }
}

/// A line tells the span that it is in, and that has to be the one with the request's id.
fn without_spans(filter: EnvFilter) -> Result<EnvFilter, Failure> {
    Ok(filter.add_directive(format!("{}=off", spans::TARGET).parse()?))
}

fn lines<S>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let is_terminal = stderr().is_terminal();
    let is_human = match format {
        LogFormat::Auto => is_terminal,
        LogFormat::Human => true,
        LogFormat::Json => false,
    };
    let lines = fmt::layer().with_writer(stderr);
    if !is_human {
        lines.fmt_fields(json_lines::Members).event_format(json_lines::Lines).boxed()
    } else if is_terminal {
        // Coloured, unless NO_COLOR says otherwise.
        lines.boxed()
    } else {
        lines.with_ansi(false).boxed()
    }
}
