//! The test runs: unit tests and examples once, and the integration tests on every catalog and every
//! bucket.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::project::Project;
use crate::report::{Begun, Outcome, Report};
use crate::run::{Finished, Run, Show, attempt};
use crate::servers::{ACCESS_KEY, BUCKET_NAME, SECRET_KEY, Servers, UPLOADER_KEY, UPLOADER_SECRET};
use crate::tally::Tally;
use crate::test::Selection;

/// The longest that one run of a test binary may take.
const LIMIT: Duration = Duration::from_secs(15 * 60);

/// What a build of its own and its few tests may take.
const BUILD_LIMIT: Duration = Duration::from_secs(40 * 60);

/// Where the integration tests keep records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Catalog {
    /// A file for each test.
    Sqlite,
    /// A database for each test, on our server.
    Postgres,
}

impl Catalog {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// The name on the command line, in the report and in the tests' environment.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// Where the integration tests keep bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bucket {
    /// A directory for each test.
    Directory,
    /// Memory.
    Memory,
    /// Our SeaweedFS.
    Seaweedfs,
    /// Our moto.
    Moto,
}

impl Bucket {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [Self::Directory, Self::Memory, Self::Seaweedfs, Self::Moto];

    /// The name on the command line and in the report.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Directory => "directory",
            Self::Memory => "memory",
            Self::Seaweedfs => "seaweedfs",
            Self::Moto => "moto",
        }
    }

    /// What the tests call it: to them both servers are S3.
    fn kind(self) -> &'static str {
        match self {
            Self::Directory => "directory",
            Self::Memory => "memory",
            Self::Seaweedfs | Self::Moto => "s3",
        }
    }
}

/// One way to run the integration tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Combination {
    /// Where records are.
    pub(crate) catalog: Catalog,
    /// Where bytes are.
    pub(crate) bucket: Bucket,
}

impl Combination {
    fn all() -> impl Iterator<Item = Self> {
        Catalog::ALL
            .into_iter()
            .flat_map(|catalog| Bucket::ALL.into_iter().map(move |bucket| Self { catalog, bucket }))
    }

    /// Those of a run that asks for none in particular: every catalog on an S3 server, every bucket on
    /// a catalog. Catalog and bucket do not know each other, and each of the pairs that are left out
    /// would take minutes to show nothing else.
    fn usual() -> impl Iterator<Item = Self> {
        Self::all().filter(|Self { catalog, bucket }| match bucket {
            Bucket::Directory | Bucket::Moto => *catalog == Catalog::Sqlite,
            Bucket::Memory | Bucket::Seaweedfs => *catalog == Catalog::Postgres,
        })
    }

    /// What `selection` asks for.
    fn selected(selection: &Selection) -> Vec<Self> {
        if selection.catalog.is_none() && selection.bucket.is_none() {
            return Self::usual().collect();
        }
        let wanted = |combination: &Self| {
            selection.catalog.is_none_or(|catalog| catalog == combination.catalog)
                && selection.bucket.is_none_or(|bucket| bucket == combination.bucket)
        };
        Self::all().filter(wanted).collect()
    }

    fn name(self) -> String {
        format!("it {} {}", self.catalog.name(), self.bucket.name())
    }

    /// The environment that tells the tests what they run on, and that nothing may be missing.
    pub(crate) fn variables(self, servers: &Servers) -> [(&'static str, String); 10] {
        let s3 = match self.bucket {
            Bucket::Moto => &servers.moto.url,
            Bucket::Directory | Bucket::Memory | Bucket::Seaweedfs => &servers.seaweedfs.url,
        };
        [
            ("TINTYPE_TEST_CATALOG", self.catalog.name().to_owned()),
            ("TINTYPE_TEST_POSTGRES", servers.postgres.url.clone()),
            ("TINTYPE_TEST_BUCKET", self.bucket.kind().to_owned()),
            ("TINTYPE_TEST_S3_ENDPOINT", s3.clone()),
            ("TINTYPE_TEST_S3_BUCKET", BUCKET_NAME.to_owned()),
            ("TINTYPE_TEST_REQUIRE_ALL", "1".to_owned()),
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET_KEY.to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ]
    }
}

/// The tests in `targets`, once.
pub(crate) fn once(project: &Project, name: &str, targets: &[&str]) -> Result<Outcome> {
    let mut command = project.cargo(&["test", "--workspace", "--no-fail-fast"]);
    command.args(targets).args(["--", "--show-output"]);
    isolate(&mut command);
    let begun = Begun::step(name);
    Ok(match attempt(project, tests(name, command))? {
        Ok(finished) => begun.tests(&finished, Tally::of(&finished.output), None),
        Err(reason) => begun.failed(reason),
    })
}

/// The integration tests on every selected combination, on servers that live as long as this runs.
pub(crate) fn integration(
    project: &Project,
    selection: &Selection,
    report: &mut Report,
) -> Result<()> {
    let Some(mut servers) = servers(project, report)? else { return Ok(()) };
    for combination in Combination::selected(selection) {
        println!("\n== {} ==", combination.name());
        report.add(combined(project, combination, &mut servers)?);
    }
    Ok(())
}

/// The servers; nothing, and a row of the report, when they do not start.
fn servers(project: &Project, report: &mut Report) -> Result<Option<Servers>> {
    let begun = Begun::step("servers");
    match Servers::start(project) {
        Ok(servers) => {
            report.add(begun.passed("PostgreSQL, SeaweedFS and moto"));
            Ok(Some(servers))
        }
        Err(error) => {
            project.stop.check()?;
            report.add(begun.failed(format!("{error:#}")));
            Ok(None)
        }
    }
}

/// The tests of `iam` and `doctor`. They share our SeaweedFS, whose policies always hold, and each
/// starts a moto of its own, whose policies hold from when a test says so.
pub(crate) fn aws(project: &Project, report: &mut Report) -> Result<()> {
    let Some(mut servers) = servers(project, report)? else { return Ok(()) };
    let combination = Combination { catalog: Catalog::Sqlite, bucket: Bucket::Seaweedfs };
    let mut command =
        project.cargo(&["test", "--workspace", "--test", "aws", "--", "--show-output"]);
    isolate(&mut command);
    command.envs(combination.variables(&servers)).envs(aws_variables(project));
    report.add(on_servers(project, "aws", command, &mut servers)?);
    Ok(())
}

/// What the tests of `iam` and `doctor` are told beside the servers.
pub(crate) fn aws_variables(project: &Project) -> [(&'static str, String); 3] {
    [
        ("TINTYPE_TEST_PYTHON_TOOLS", project.python_tool("").display().to_string()),
        ("TINTYPE_TEST_UPLOADER_KEY", UPLOADER_KEY.to_owned()),
        ("TINTYPE_TEST_UPLOADER_SECRET", UPLOADER_SECRET.to_owned()),
    ]
}

fn combined(project: &Project, combination: Combination, servers: &mut Servers) -> Result<Outcome> {
    let mut command =
        project.cargo(&["test", "--workspace", "--test", "it", "--", "--show-output"]);
    isolate(&mut command);
    command.envs(combination.variables(servers));
    on_servers(project, &combination.name(), command, servers)
}

fn on_servers(
    project: &Project,
    name: &str,
    command: Command,
    servers: &mut Servers,
) -> Result<Outcome> {
    let begun = Begun::step(name);
    Ok(match attempt(project, tests(&name.replace(' ', "-"), command))? {
        Ok(finished) => {
            let tally = Tally::of(&finished.output);
            let none = (tally.passed == 0).then(|| "no test passed".to_owned());
            begun.tests(&finished, tally, servers.fault().or(none))
        }
        Err(reason) => begun.failed(reason),
    })
}

/// The tests of the feature `otlp`, on the embedded default.
pub(crate) fn otlp(project: &Project) -> Result<Outcome> {
    let mut command = project.cargo(&["test", "--workspace", "--features", "tintype/otlp"]);
    command.args(["--test", "it", "--", "--show-output", "otlp::"]);
    isolate(&mut command);
    let begun = Begun::step("otlp");
    let run = Run { limit: BUILD_LIMIT, ..tests("otlp", command) };
    Ok(match attempt(project, run)? {
        Ok(finished) => narrowed(begun, &finished),
        Err(reason) => begun.failed(reason),
    })
}

/// A run of some tests, which are there.
pub(crate) fn narrowed(begun: Begun, finished: &Finished) -> Outcome {
    // All other tests are filtered out on purpose: they have a step of their own.
    let tally = Tally { filtered: 0, ..Tally::of(&finished.output) };
    let none = (tally.passed == 0).then(|| "no test passed".to_owned());
    begun.tests(finished, tally, none)
}

/// The tests of what only a release build can show, on the embedded default.
pub(crate) fn release(project: &Project) -> Result<Outcome> {
    let arguments = ["test", "--release", "--workspace", "--test", "promises"];
    let mut command = project.cargo(&arguments);
    command.args(["--", "--show-output"]);
    isolate(&mut command);
    command.env("TINTYPE_TEST_REQUIRE_ALL", "1").env("AWS_EC2_METADATA_DISABLED", "true");
    let begun = Begun::step("release");
    let run = Run { limit: BUILD_LIMIT, ..tests("release", command) };
    Ok(match attempt(project, run)? {
        Ok(finished) => narrowed(begun, &finished),
        Err(reason) => begun.failed(reason),
    })
}

/// A run of tests, shown as such.
pub(crate) fn tests(log: &str, command: Command) -> Run {
    Run { log: log.to_owned(), command, limit: LIMIT, show: Show::Tests }
}

/// Takes from a command what the caller's environment says about AWS, Tintype and proxies, so that
/// the tests see only what they are given.
pub(crate) fn isolate(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let upper = name.to_string_lossy().to_uppercase();
        let ours = ["AWS_", "TINTYPE_"].iter().any(|prefix| upper.starts_with(prefix));
        if ours || upper.ends_with("_PROXY") {
            command.env_remove(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_run_leaves_no_catalog_and_no_bucket_out() {
        let usual: Vec<_> = Combination::usual().collect();
        for catalog in Catalog::ALL {
            let mut of_it = usual.iter().filter(|combination| combination.catalog == catalog);
            assert!(of_it.any(|combination| combination.bucket.kind() == "s3"), "{catalog:?}");
        }
        for bucket in Bucket::ALL {
            assert!(usual.iter().any(|combination| combination.bucket == bucket), "{bucket:?}");
        }
    }
}
