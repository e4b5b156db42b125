//! What is logged, and how.

use tracing_subscriber::EnvFilter;

use super::values::Values;

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people on a terminal, for programs otherwise.
    Auto,
    /// Lines for people, coloured on a terminal.
    Human,
    /// One JSON object a line.
    Json,
}

/// The settings of the log.
#[derive(Debug)]
pub struct Logging {
    /// How lines are written.
    pub format: LogFormat,
    /// What is written.
    pub filter: EnvFilter,
}

pub(super) fn read(values: &mut Values<'_>, filter: Option<String>) -> Option<Logging> {
    let words = [("auto", LogFormat::Auto), ("human", LogFormat::Human), ("json", LogFormat::Json)];
    let format = values.word("log-format", "human, json or auto", &words);
    let filter = values.read("log", &filter?, |text| EnvFilter::try_new(text));
    Some(Logging { format: format?, filter: filter? })
}
