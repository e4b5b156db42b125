//! `cargo xtask fuzz`: every fuzz target for a while.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::project::Project;
use crate::report::{Begun, Report};
use crate::run::{Run, Show, attempt};
use crate::tools;

/// What building a target may take beyond the time it is run for.
const BUILD_LIMIT: Duration = Duration::from_secs(20 * 60);

/// Runs every target for `seconds`; whether none of them found anything.
pub(crate) fn fuzz(project: &Project, seconds: u32) -> Result<bool> {
    let mut report = Report::default();
    tools::install_fuzzer(project, &mut report)?;
    for target in targets(project)? {
        println!("\n== fuzz {target} ==");
        let begun = Begun::step(format!("fuzz {target}"));
        let limit = BUILD_LIMIT + Duration::from_secs(u64::from(seconds));
        let mut command = fuzz_command(project, &["run", &target, "--", "-print_final_stats=1"]);
        command.arg(format!("-max_total_time={seconds}"));
        let dictionary = project.root().join("fuzz").join(format!("{target}.dict"));
        if dictionary.exists() {
            command.arg(format!("-dict={}", dictionary.display()));
        }
        let run = Run { log: format!("fuzz-{target}"), command, limit, show: Show::Everything };
        report.add(match attempt(project, run)? {
            Ok(finished) => begun.command(&finished),
            Err(reason) => begun.failed(reason),
        });
    }
    Ok(report.finish(None))
}

fn targets(project: &Project) -> Result<Vec<String>> {
    let output = fuzz_command(project, &["list"]).output().context("cannot list the targets")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let list = String::from_utf8(output.stdout)?;
    let targets: Vec<_> = list.lines().map(str::to_owned).collect();
    ensure!(!targets.is_empty(), "there is no fuzz target");
    Ok(targets)
}

fn fuzz_command(project: &Project, arguments: &[&str]) -> Command {
    let mut command = project.command(project.cargo_tool("cargo-fuzz"));
    command.args(arguments);
    // The sanitizer's flags are unstable, and this lets the stable compiler take them.
    command.env("RUSTC_BOOTSTRAP", "1");
    command
}
