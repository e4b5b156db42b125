//! The command line: arguments in, one command run, an exit code out. One command a file.

mod check;
mod json_lines;
mod reconcile;
mod serve;
mod settings;
mod terminal;

use std::error::Error;
use std::process::ExitCode;

use clap::{ArgMatches, Command};

use crate::causes::chain;
use crate::config::{self, Faults, Logging, Scope};

/// How the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// The command did what it was asked.
    Success,
    /// `check` found an invariant broken.
    Broken,
    /// The command could not run: a wrong setting, a part that cannot be reached.
    CannotRun,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Success => Self::SUCCESS,
            Exit::Broken => Self::from(1),
            Exit::CannotRun => Self::from(2),
        }
    }
}

/// How many threads may wait for the disk at a time. tokio's 512 would cost more memory in stacks
/// than the directory bucket gains by them.
const BLOCKING_THREADS: usize = 32;

/// A failure that ends a command; its chain is told on standard error.
type Failure = Box<dyn Error + Send + Sync>;

/// Runs the command that the arguments name.
#[must_use]
pub fn run() -> ExitCode {
    // Before any thread starts, since setting variables is only sound while there is one.
    if let Err(error) = load_dot_env() {
        return failed(error.as_ref());
    }
    let matches = command().get_matches();
    let outcome = match matches.subcommand() {
        Some(("serve", matches)) => with_runtime(matches, config::serve, serve::run),
        Some(("reconcile", matches)) => with_runtime(matches, config::storage, reconcile::run),
        Some(("check", matches)) => with_runtime(matches, config::storage, check::run),
        Some(("settings", matches)) => settings::run(matches),
        Some(_) | None => Ok(Exit::Success),
    };
    match outcome {
        Ok(exit) => exit.into(),
        Err(error) => failed(error.as_ref()),
    }
}

/// Every command and its arguments.
pub fn command() -> Command {
    Command::new("tintype")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Photos from an HTTP form straight to your bucket")
        .long_about(env!("CARGO_PKG_DESCRIPTION"))
        .arg_required_else_help(true)
        .subcommand_required(true)
        .subcommand(serve::command())
        .subcommand(reconcile::command())
        .subcommand(check::command())
        .subcommand(settings::command())
}

/// A command that takes the settings of `scopes`.
fn with_settings(command: Command, scopes: &'static [Scope]) -> Command {
    command.args(config::arguments(scopes))
}

/// `.env` in the working directory; what the environment says already wins.
fn load_dot_env() -> Result<(), Failure> {
    match dotenvy::from_path(".env") {
        Ok(()) => Ok(()),
        Err(error) if error.not_found() => Ok(()),
        // The text of a broken line may hold a secret, so only the fact is told.
        Err(_) => Err(".env in the working directory cannot be read: each line is NAME=value, \
                       with quotes around a value that holds spaces or #"
            .into()),
    }
}

/// Runs a command with the settings that `read` finds.
fn with_runtime<S, F>(
    matches: &ArgMatches,
    read: impl FnOnce(&ArgMatches) -> Result<S, Faults>,
    command: impl FnOnce(S, ArgMatches) -> F,
) -> Result<Exit, Failure>
where
    F: Future<Output = Result<Exit, Failure>>,
{
    let (logging, settings) = Faults::of_both(config::logging(matches), read(matches))?;
    start_logging(logging);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .max_blocking_threads(BLOCKING_THREADS)
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(command(settings, matches.clone()));
    runtime.shutdown_background();
    outcome
}

fn start_logging(logging: Logging) {
    use std::io::{IsTerminal, stderr};

    use crate::config::LogFormat;

    let is_terminal = stderr().is_terminal();
    let is_human = match logging.format {
        LogFormat::Auto => is_terminal,
        LogFormat::Human => true,
        LogFormat::Json => false,
    };
    let lines = tracing_subscriber::fmt().with_writer(stderr).with_env_filter(logging.filter);
    if !is_human {
        lines.fmt_fields(json_lines::Members).event_format(json_lines::Lines).init();
    } else if is_terminal {
        // Coloured, unless NO_COLOR says otherwise.
        lines.init();
    } else {
        lines.with_ansi(false).init();
    }
}

fn failed(error: &(dyn Error + 'static)) -> ExitCode {
    terminal::complain(&format!("tintype: {}", chain(error)));
    Exit::CannotRun.into()
}
