//! The steps that are one command each: formatting, lints, documentation, dependencies, and the
//! build of all tests.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::project::Project;
use crate::report::{Begun, Outcome};
use crate::run::{Run, Show, attempt};
use crate::test::Step;

/// The longest one of these may take; the build on a fresh machine is the longest of them.
const LIMIT: Duration = Duration::from_secs(40 * 60);

/// Does the step that `step` names.
pub(crate) fn check(project: &Project, step: Step) -> Result<Outcome> {
    let begun = Begun::step(step.name());
    let run = Run {
        log: step.name().to_owned(),
        command: command(project, step),
        limit: LIMIT,
        show: Show::Everything,
    };
    Ok(match attempt(project, run)? {
        Ok(finished) => begun.command(&finished),
        Err(reason) => begun.failed(reason),
    })
}

fn command(project: &Project, step: Step) -> Command {
    match step {
        Step::Fmt => project.cargo(&["fmt", "--all", "--check"]),
        Step::Clippy => {
            project.cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
        }
        Step::Doc => {
            let doc = ["doc", "--workspace", "--no-deps", "--document-private-items"];
            let mut command = project.cargo(&doc);
            command.env("RUSTDOCFLAGS", "-D warnings");
            command
        }
        Step::Deny => deny(project, &["licenses", "bans", "sources"]),
        // `--workspace` in every build, so that all of them agree on the features of the
        // dependencies and nothing is built twice.
        Step::Build | Step::Unit | Step::Doctest | Step::It | Step::Advisories => {
            project.cargo(&["test", "--workspace", "--no-run"])
        }
    }
}

/// `cargo-deny check` of `what`.
pub(crate) fn deny(project: &Project, what: &[&str]) -> Command {
    let mut command = project.command(project.cargo_tool("cargo-deny"));
    command.args(["check", "-D", "warnings", "--hide-inclusion-graph"]).args(what);
    command
}
