//! The command line: arguments in, one command run, an exit code out. One command a file.

mod asking;
mod check;
mod completions;
#[cfg(feature = "iam")]
mod confirm;
mod delete;
mod doctor;
mod get;
#[cfg(feature = "iam")]
mod iam;
mod json_lines;
mod list;
mod man;
mod output;
mod reconcile;
mod serve;
mod settings;
mod show;
mod telemetry;
mod terminal;
#[cfg(feature = "otlp")]
mod traces;
mod upload;

use std::error::Error;
use std::ffi::OsStr;
use std::process::ExitCode;

use clap::{ArgMatches, Command};

use crate::causes::chain;
use crate::config::{self, Faults, Logging, Scope};
use crate::env_file;

/// How the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// The command did what it was asked.
    Success,
    /// `check` found an invariant broken; `doctor` found that the service cannot work.
    Broken,
    /// `doctor` found that the service works, and something that should be changed.
    Warned,
    /// The service refused something, or does not have it, or a file could not be sent.
    Refused,
    /// The command could not run: a wrong setting, a part that cannot be reached.
    CannotRun,
    /// The one who typed the command stopped it.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Success => Self::SUCCESS,
            Exit::Broken | Exit::Refused => Self::from(1),
            Exit::CannotRun | Exit::Warned => Self::from(2),
            // As shells tell of a command that SIGINT ended.
            Exit::Interrupted => Self::from(130),
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
    let name = std::env::args_os().nth(1);
    let dot_env = if wants_dot_env(name.as_deref()) { load_dot_env() } else { Ok(()) };
    let matches = match command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return not_understood(&error, name.as_deref()).into(),
    };
    if let Err(error) = dot_env {
        return match matches.subcommand_name() {
            Some("doctor") => doctor::cannot_work(error.as_ref()).into(),
            Some(_) | None => failed(error.as_ref()),
        };
    }
    let outcome = match matches.subcommand() {
        Some(("serve", matches)) => with_runtime(matches, config::serve, serve::run),
        Some(("reconcile", matches)) => with_runtime(matches, config::storage, reconcile::run),
        Some(("check", matches)) => with_runtime(matches, config::storage, check::run),
        Some(("doctor", matches)) => doctor::run(matches),
        Some(("settings", matches)) => settings::run(matches),
        #[cfg(feature = "iam")]
        Some(("iam", matches)) => iam::run(matches),
        Some(("upload", matches)) => asking::ask(matches, upload::run),
        Some(("list", matches)) => asking::ask(matches, list::run),
        Some(("show", matches)) => asking::ask(matches, show::run),
        Some(("get", matches)) => asking::ask(matches, get::run),
        Some(("delete", matches)) => asking::ask(matches, delete::run),
        Some(("completions", matches)) => completions::run(matches),
        Some(("man", matches)) => man::run(matches),
        Some(_) | None => Ok(Exit::Success),
    };
    match outcome {
        Ok(exit) => exit.into(),
        Err(error) => failed(error.as_ref()),
    }
}

/// Every command and its arguments.
pub fn command() -> Command {
    let command = Command::new("tintype")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Photos from an HTTP form straight to your bucket")
        .long_about(env!("CARGO_PKG_DESCRIPTION"))
        .arg_required_else_help(true)
        .subcommand_required(true)
        .subcommand(serve::command())
        .subcommand(reconcile::command())
        .subcommand(check::command())
        .subcommand(doctor::command())
        .subcommand(settings::command());
    #[cfg(feature = "iam")]
    let command = command.subcommand(iam::command());
    command
        .subcommand(upload::command())
        .subcommand(list::command())
        .subcommand(show::command())
        .subcommand(get::command())
        .subcommand(delete::command())
        .subcommand(completions::command())
        .subcommand(man::command())
}

/// A command that takes the settings of `scopes`.
fn with_settings(command: Command, scopes: &'static [Scope]) -> Command {
    command.args(config::arguments(scopes))
}

/// Whether the command with this name runs with what `.env` says. The key in there is the service's,
/// which may do nothing in IAM, while the commands of `iam` are an administrator's: a second
/// `iam setup` would run with the key that the first one wrote.
fn wants_dot_env(command: Option<&OsStr>) -> bool {
    command != Some(OsStr::new("iam"))
}

/// `.env` in the working directory; what the environment says already wins.
fn load_dot_env() -> Result<(), Failure> {
    match dotenvy::from_path(env_file::NAME) {
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
    with_logging(matches, config::logging(matches), read, command)
}

/// The same with a log of its own.
fn with_logging<S, F>(
    matches: &ArgMatches,
    logging: Result<Logging, Faults>,
    read: impl FnOnce(&ArgMatches) -> Result<S, Faults>,
    command: impl FnOnce(S, ArgMatches) -> F,
) -> Result<Exit, Failure>
where
    F: Future<Output = Result<Exit, Failure>>,
{
    let (logging, settings) = Faults::of_both(logging, read(matches))?;
    let runtime = runtime()?;
    let entered = runtime.enter();
    let telemetry = telemetry::start(logging)?;
    drop(entered);
    let outcome = runtime.block_on(command(settings, matches.clone()));
    telemetry.stop();
    runtime.shutdown_background();
    outcome
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .max_blocking_threads(BLOCKING_THREADS)
        .enable_all()
        .build()
}

/// Tells what is wrong with the arguments, or shows the help that they ask for. The doctor's 2 is
/// a service that works.
fn not_understood(error: &clap::Error, command: Option<&OsStr>) -> Exit {
    // Nobody is there to be told that nothing can be told.
    error.print().ok();
    match error.exit_code() {
        0 => Exit::Success,
        _ if command == Some(OsStr::new("doctor")) => Exit::Broken,
        _ => Exit::CannotRun,
    }
}

fn failed(error: &(dyn Error + 'static)) -> ExitCode {
    terminal::complain(&format!("tintype: {}", chain(error)));
    Exit::CannotRun.into()
}
