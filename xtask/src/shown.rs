//! What foreign tools see of what is stored: the tests in `tests/shown/`, and the same for a folder of
//! photos.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::matrix::{isolate, narrowed, tests};
use crate::project::Project;
use crate::report::{Begun, Outcome, Report};
use crate::run::{Run, Show, attempt};
use crate::tally::Tally;
use crate::tools;

/// What a build and the tests may take.
const LIMIT: Duration = Duration::from_secs(40 * 60);

/// The tests, on files that they make.
pub(crate) fn shown(project: &Project) -> Result<Outcome> {
    let begun = Begun::step("shown");
    let command = command(project, &["--show-output"]);
    let run = Run { limit: LIMIT, ..tests("shown", command) };
    Ok(match attempt(project, run)? {
        Ok(finished) => begun.tests(&finished, Tally::of(&finished.output), None),
        Err(reason) => begun.failed(reason),
    })
}

/// Writes what the fuzz targets begin with into a folder.
pub(crate) fn seeds(project: &Project, folder: &Path) -> Result<Outcome> {
    let begun = Begun::step("fuzz-seeds");
    let mut command = command(project, &["--show-output", "seeds::"]);
    command.env("TINTYPE_TEST_SEEDS", folder);
    let run = Run { limit: LIMIT, ..tests("fuzz-seeds", command) };
    Ok(match attempt(project, run)? {
        Ok(finished) => narrowed(begun, &finished),
        Err(reason) => begun.failed(reason),
    })
}

/// Looks at every file of a folder before and after it was stored; whether nothing was wrong.
pub(crate) fn photos(project: &Project, folder: &Path) -> Result<bool> {
    let folder = folder.canonicalize().with_context(|| folder.display().to_string())?;
    let mut report = Report::default();
    tools::install_watchers(project, &mut report)?;
    let begun = Begun::step("photos");
    let mut command = command(project, &["--nocapture", "photos::"]);
    command.env("TINTYPE_TEST_PHOTOS", folder);
    let run = Run { log: "photos".to_owned(), command, limit: LIMIT, show: Show::Everything };
    report.add(match attempt(project, run)? {
        Ok(finished) => narrowed(begun, &finished),
        Err(reason) => begun.failed(reason),
    });
    Ok(report.finish(None))
}

fn command(project: &Project, arguments: &[&str]) -> Command {
    let mut command = project.cargo(&["test", "--workspace", "--test", "shown", "--"]);
    command.args(arguments);
    isolate(&mut command);
    command.env("TINTYPE_TEST_PYTHON_TOOLS", project.python_tool(""));
    command.env("TINTYPE_TEST_NODE_TOOLS", project.node_peer());
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    command
}
