//! `cargo xtask bench`: builds the service and the load, installs and starts what it is compared
//! with, and leaves the measuring to `tintype-bench`.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::matrix::isolate;
use crate::project::Project;
use crate::report::{Begun, Outcome, Report};
use crate::run::{Run, Show, attempt};
use crate::servers::DurablePostgres;
use crate::test::Step;
use crate::tools;

/// What a build in release may take on a fresh machine.
const BUILD_LIMIT: Duration = Duration::from_secs(40 * 60);
/// What a measurement may take; the longest of them takes a quarter of this.
const LIMIT: Duration = Duration::from_secs(2 * 60 * 60);

/// Where a full measurement is written to.
const REPORTS: &str = "docs/benchmarks";

/// A look at each kind, a few seconds long.
const SMOKE: [&str; 5] = [
    "upload --quick --only tintype-sqlite --seconds 1",
    "memory --quick --only tintype-sqlite",
    "read --quick --only tintype-sqlite --seconds 1",
    "catalog --quick --only sqlite",
    "variants --quick --only tintype --seconds 1",
];

/// Measures what `arguments` say, which are those of `tintype-bench`; whether it could.
pub(crate) fn bench(project: &Project, arguments: &[String]) -> Result<bool> {
    let mut report = Report::default();
    println!("== tools ==");
    tools::install_peers(project, &mut report)?;
    let build = project.cargo(&["build", "--release", "--workspace", "--bins"]);
    report.add(command(project, "build", build)?);
    if report.has_failed("build") {
        return Ok(report.finish(None));
    }
    let mut bench = tintype_bench(project);
    bench.args(arguments).arg("--node").arg(project.node_peer());
    if is_full(arguments) {
        bench.arg("--out").arg(project.root().join(REPORTS));
    }
    let postgres = DurablePostgres::start(project);
    match &postgres {
        Ok(postgres) => drop(bench.arg("--postgres").arg(postgres.url())),
        Err(error) => report.add(Begun::step("postgresql").failed(format!("{error:#}"))),
    }
    println!("\n== bench ==");
    report.add(command(project, "bench", bench)?);
    Ok(report.finish(None))
}

/// Whether nothing narrows the measurement, so that it may take the place of the last one.
fn is_full(arguments: &[String]) -> bool {
    let mut rest = arguments.iter().skip(1).map(String::as_str);
    match rest.next() {
        None => true,
        Some("--reps") => rest.count() == 1,
        Some(_) => false,
    }
}

/// Has the benchmarks run for a moment, so that they keep up with what they measure.
pub(crate) fn smoke(project: &Project) -> Result<Outcome> {
    let begun = Begun::step(Step::Bench.name());
    // With the tests, so that the features of the dependencies are those of the step before.
    let arguments = ["build", "--release", "--workspace", "--bins", "--test", "promises"];
    let mut commands = vec![project.cargo(&arguments)];
    commands.extend(SMOKE.iter().map(|words| {
        let mut bench = tintype_bench(project);
        bench.args(words.split(' '));
        bench
    }));
    for (number, command) in commands.into_iter().enumerate() {
        let run = Run {
            log: format!("bench-{number}"),
            command,
            limit: BUILD_LIMIT,
            show: Show::Everything,
        };
        match attempt(project, run)? {
            Ok(finished) if finished.succeeded() => {}
            Ok(finished) => return Ok(begun.command(&finished)),
            Err(reason) => return Ok(begun.failed(reason)),
        }
    }
    Ok(begun.passed("a look at each kind"))
}

fn tintype_bench(project: &Project) -> Command {
    let mut command = project.command(project.root().join("target/release/tintype-bench"));
    isolate(&mut command);
    command
}

fn command(project: &Project, name: &str, command: Command) -> Result<Outcome> {
    let begun = Begun::step(name);
    let run = Run { log: name.to_owned(), command, limit: LIMIT, show: Show::Everything };
    Ok(match attempt(project, run)? {
        Ok(finished) => begun.command(&finished),
        Err(reason) => begun.failed(reason),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrowed_measurement_replaces_no_report() {
        let table = [
            ("upload", true),
            ("memory --reps 9", true),
            ("upload --quick", false),
            ("upload --reps 9 --only nginx", false),
            ("read --only tintype --reps 9", false),
        ];
        for (line, full) in table {
            let arguments: Vec<_> = line.split(' ').map(str::to_owned).collect();
            assert_eq!(is_full(&arguments), full, "{line}");
        }
    }
}
