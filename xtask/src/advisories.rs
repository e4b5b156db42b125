//! What is known against the dependencies: the live database where the network reaches it, else a
//! snapshot beside the repository, else a loud word that nothing was checked.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::checks::deny;
use crate::project::Project;
use crate::report::{Begun, Outcome};
use crate::run::{Finished, Run, Show, attempt};
use crate::test::Step;

/// The database that cargo-deny reads when it is told of no other.
const LIVE: &str = "https://github.com/RustSec/advisory-db";
/// The folder in which cargo-deny looks for its copy of [`LIVE`]: the name and a hash of the URL.
const FOLDER: &str = "advisory-db-3157b0e258782691";
/// The snapshot, as seen from the repository's root.
const SNAPSHOT: &str = "../shared/advisory-db.tar.gz";

/// How long the database's host may take to say that it is there.
const REACH_LIMIT: Duration = Duration::from_secs(20);
const LIMIT: Duration = Duration::from_secs(5 * 60);

/// Does the step.
///
/// Where neither database can be had it fails on CI, and elsewhere says that it did not check.
pub(crate) fn check(project: &Project) -> Result<Outcome> {
    let begun = Begun::step(Step::Advisories.name());
    let snapshot = project.root().join(SNAPSHOT);
    if is_live_in_reach(project)? {
        let checked = check_with(project, &folder(project, "live"), &[])?;
        return Ok(outcome(begun, checked, "the live database".to_owned()));
    }
    if snapshot.exists() {
        let checked = check_snapshot(project, &snapshot)?;
        return Ok(outcome(begun, checked, title(project)));
    }
    let reason = format!("neither {LIVE} nor {SNAPSHOT} is in reach");
    let on_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    Ok(if on_ci { begun.failed(reason) } else { begun.not_checked(reason) })
}

fn outcome(begun: Begun, checked: Result<Finished, String>, database: String) -> Outcome {
    match checked {
        Ok(finished) if finished.succeeded() => begun.passed(database),
        Ok(finished) => begun.command(&finished),
        Err(reason) => begun.failed(reason),
    }
}

fn is_live_in_reach(project: &Project) -> Result<bool> {
    let mut command = project.command("git");
    command.args(["ls-remote", "--exit-code", LIVE, "HEAD"]).env("GIT_TERMINAL_PROMPT", "0");
    let answer = step(project, "reach", command, REACH_LIMIT)?;
    Ok(answer.is_ok_and(|finished| finished.succeeded()))
}

fn check_with(
    project: &Project,
    database: &Path,
    flags: &[&str],
) -> Result<Result<Finished, String>> {
    let check = deny(project, &["advisories"]);
    let mut command = project.command(check.get_program());
    command.args(flags).args(check.get_args()).env("ADVISORY_DB", database);
    step(project, "check", command, LIMIT)
}

/// Unpacks the snapshot afresh, dresses it as a clone that was just fetched, and checks with it.
fn check_snapshot(project: &Project, snapshot: &Path) -> Result<Result<Finished, String>> {
    let database = folder(project, "snapshot");
    if database.exists() {
        std::fs::remove_dir_all(&database)?;
    }
    std::fs::create_dir_all(&database)?;
    let mut unpack = project.command("tar");
    unpack.arg("-xzf").arg(snapshot).arg("-C").arg(&database);
    let unpacked = step(project, "unpack", unpack, LIMIT)?;
    if !unpacked.as_ref().is_ok_and(Finished::succeeded) {
        return Ok(unpacked);
    }
    let clone = database.join(FOLDER);
    std::fs::rename(database.join("advisory-db"), &clone).context("the snapshot's one folder")?;
    std::fs::create_dir(clone.join(".git"))?;
    // Offline, cargo-deny takes the age of this file for the age of the database.
    std::fs::write(clone.join(".git/FETCH_HEAD"), "")?;
    let fetched = step(project, "fetch", project.cargo(&["fetch", "--locked"]), LIMIT)?;
    if !fetched.as_ref().is_ok_and(Finished::succeeded) {
        return Ok(fetched);
    }
    check_with(project, &database, &["--offline"])
}

/// The first line of the snapshot's README, which says what it is and of which day.
fn title(project: &Project) -> String {
    let readme = folder(project, "snapshot").join(FOLDER).join("README.md");
    let readme = std::fs::read_to_string(readme).unwrap_or_default();
    readme.lines().next().unwrap_or("a snapshot").trim_start_matches("# ").to_owned()
}

fn folder(project: &Project, kind: &str) -> PathBuf {
    project.tools().join("advisory-db").join(kind)
}

fn step(
    project: &Project,
    name: &str,
    command: std::process::Command,
    limit: Duration,
) -> Result<Result<Finished, String>> {
    attempt(
        project,
        Run { log: format!("advisories-{name}"), command, limit, show: Show::Everything },
    )
}
