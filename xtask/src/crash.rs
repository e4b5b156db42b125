//! `cargo xtask crash`: the test that kills the service at random moments, at length and in release.

use std::time::Duration;

use anyhow::Result;

use crate::matrix::{Bucket, Catalog, Combination, isolate, tests};
use crate::project::Project;
use crate::report::{Begun, Outcome, Report};
use crate::run::{Run, attempt};
use crate::servers::Servers;
use crate::tally::Tally;
use crate::tools;

/// The tests whose path begins so.
const FILTER: &str = "crash::";
/// What the build may take.
const BUILD_LIMIT: Duration = Duration::from_secs(40 * 60);
/// What one round may take: the load, the kill, the restart and the check.
const ROUND_LIMIT: Duration = Duration::from_secs(60);

/// The embedded default, and the set-up of a service with replicas.
const SET_UPS: [Combination; 2] = [
    Combination { catalog: Catalog::Sqlite, bucket: Bucket::Directory },
    Combination { catalog: Catalog::Postgres, bucket: Bucket::Seaweedfs },
];

/// Runs `rounds` kills on both set-ups; whether every promise held.
///
/// Without a seed the test draws one and prints it.
pub(crate) fn crash(project: &Project, rounds: u32, seed: Option<u64>) -> Result<bool> {
    let mut report = Report::default();
    tools::install_servers(project, &mut report)?;
    let servers = Servers::start(project)?;
    for set_up in SET_UPS {
        let run = crash_run(project, set_up.variables(&servers), rounds, seed);
        let step = format!("crash {} {}", set_up.catalog.name(), set_up.bucket.name());
        println!("\n== {step} ==");
        report.add(outcome(project, Begun::step(step), run)?);
    }
    Ok(report.finish(None))
}

fn crash_run(
    project: &Project,
    variables: [(&'static str, String); 10],
    rounds: u32,
    seed: Option<u64>,
) -> Run {
    let arguments =
        ["test", "--release", "--workspace", "--test", "it", "--", "--nocapture", FILTER];
    let mut command = project.cargo(&arguments);
    isolate(&mut command);
    command.envs(variables).env("TINTYPE_TEST_CRASH_ROUNDS", rounds.to_string());
    command.envs(seed.map(|seed| ("TINTYPE_TEST_CRASH_SEED", seed.to_string())));
    Run { limit: BUILD_LIMIT + ROUND_LIMIT * rounds, ..tests("crash", command) }
}

fn outcome(project: &Project, begun: Begun, run: Run) -> Result<Outcome> {
    Ok(match attempt(project, run)? {
        Ok(finished) => {
            let tally = Tally { filtered: 0, ..Tally::of(&finished.output) };
            let none = (tally.passed == 0).then(|| format!("no test `{FILTER}` passed"));
            begun.tests(&finished, tally, none)
        }
        Err(reason) => begun.failed(reason),
    })
}
