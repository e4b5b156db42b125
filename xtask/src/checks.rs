//! The steps that are one command each: formatting, lints, documentation, dependencies, and the
//! build of all tests.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::project::Project;
use crate::report::{Begun, Outcome};
use crate::run::{Run, Show, attempt};

/// The longest one of these may take; the build on a fresh machine is the longest of them.
const LIMIT: Duration = Duration::from_secs(40 * 60);

/// Does the step called `name`, which is this command.
pub(crate) fn check(project: &Project, name: &str, command: Command) -> Result<Outcome> {
    let begun = Begun::step(name);
    let run = Run { log: name.to_owned(), command, limit: LIMIT, show: Show::Everything };
    Ok(match attempt(project, run)? {
        Ok(finished) => begun.command(&finished),
        Err(reason) => begun.failed(reason),
    })
}

/// The formatting of every package.
pub(crate) fn fmt(project: &Project) -> Command {
    project.cargo(&["fmt", "--all", "--check", "--", "--color", "never"])
}

/// Every lint, with warnings as errors.
pub(crate) fn clippy(project: &Project) -> Command {
    project.cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
}

/// Every lint for the tests that `cargo test` leaves out, which `--all-targets` leaves out too.
pub(crate) fn clippy_apart(project: &Project) -> Command {
    let arguments = ["clippy", "--workspace", "--test", "aws", "--test", "shown"];
    let mut command = project.cargo(&arguments);
    command.args(["--", "-D", "warnings"]);
    command
}

/// Every lint for the library alone, as a program uses it that leaves the command line out: what only
/// the `cli` feature brings must not be needed.
pub(crate) fn library(project: &Project) -> Command {
    let arguments = ["clippy", "--package", "tintype", "--lib", "--no-default-features"];
    let mut command = project.cargo(&arguments);
    command.args(["--", "-D", "warnings"]);
    command
}

/// The same for the command line without `iam`: what only that feature brings must not be needed.
pub(crate) fn cli_alone(project: &Project) -> Command {
    let arguments = ["clippy", "--package", "tintype", "--lib", "--bins", "--no-default-features"];
    let mut command = project.cargo(&arguments);
    command.args(["--features", "cli", "--", "-D", "warnings"]);
    command
}

/// The same with traces.
pub(crate) fn clippy_otlp(project: &Project) -> Command {
    let what = ["clippy", "--workspace", "--all-targets", "--features", "tintype/otlp"];
    let mut command = project.cargo(&what);
    command.args(["--", "-D", "warnings"]);
    command
}

/// The documentation of all items, with warnings as errors.
pub(crate) fn doc(project: &Project) -> Command {
    let mut command =
        project.cargo(&["doc", "--workspace", "--no-deps", "--document-private-items"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    command
}

/// All test binaries but those of `aws` and `shown`, which their own steps build, and the examples that tests run.
///
/// Every build of ours says `--workspace`, so that all of them agree on the features of the
/// dependencies and nothing is built twice.
pub(crate) fn build(project: &Project) -> Command {
    project.cargo(&["test", "--workspace", "--no-run"])
}

/// What cargo-deny is asked to look at.
pub(crate) fn deny(project: &Project, what: &[&str]) -> Command {
    let mut command = project.command(project.cargo_tool("cargo-deny"));
    command.args(["check", "-D", "warnings", "--hide-inclusion-graph"]).args(what);
    command
}
