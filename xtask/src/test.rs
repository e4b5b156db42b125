//! `cargo xtask test`: the steps in their order, cheap ones first.

use anyhow::Result;

use crate::matrix::{self, Bucket, Catalog};
use crate::project::Project;
use crate::report::{Begun, Report};
use crate::{advisories, bench, checks, fuzz, shown, tools};

/// A part of the test command that can be asked for by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The formatting.
    Fmt,
    /// Lints, with warnings as errors.
    Clippy,
    /// The library without its command line, and the command line without `iam`, with warnings as
    /// errors.
    Library,
    /// The API documentation, with warnings as errors.
    Doc,
    /// Licences, sources and duplicate versions of dependencies.
    Deny,
    /// What is known against the dependencies.
    Advisories,
    /// All test binaries.
    Build,
    /// The tests beside the code.
    Unit,
    /// The examples in the documentation.
    Doctest,
    /// The integration tests, on every catalog and bucket.
    It,
    /// What only servers with users and policies can show: `iam` and `doctor`.
    Aws,
    /// The feature `otlp`: its lints, and its tests on a collector of their own.
    Otlp,
    /// What is promised of the released binary alone: how small it is and how soon it answers.
    Release,
    /// A moment of each benchmark.
    Bench,
    /// What foreign tools see of what is stored: exiftool, other decoders, a browser.
    Shown,
    /// A minute of each fuzz target.
    Fuzz,
}

impl Step {
    /// Every step, in the order in which they are done.
    pub(crate) const ALL: [Self; 16] = [
        Self::Fmt,
        Self::Clippy,
        Self::Library,
        Self::Doc,
        Self::Deny,
        Self::Advisories,
        Self::Build,
        Self::Unit,
        Self::Doctest,
        Self::It,
        Self::Aws,
        Self::Otlp,
        Self::Release,
        Self::Bench,
        Self::Shown,
        Self::Fuzz,
    ];

    /// The name on the command line and in the report.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Library => "library",
            Self::Doc => "doc",
            Self::Deny => "deny",
            Self::Advisories => "advisories",
            Self::Build => "build",
            Self::Unit => "unit",
            Self::Doctest => "doctest",
            Self::It => "it",
            Self::Aws => "aws",
            Self::Otlp => "otlp",
            Self::Release => "release",
            Self::Bench => "bench",
            Self::Shown => "shown",
            Self::Fuzz => "fuzz",
        }
    }

    /// Whether it runs what the step [`Step::Build`] builds.
    fn needs_build(self) -> bool {
        matches!(self, Self::Unit | Self::Doctest | Self::It | Self::Aws)
    }
}

/// How a run is narrowed; the default is everything.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Selection {
    /// Only these steps, when there are any.
    pub(crate) steps: Vec<Step>,
    /// Of the integration tests, only those on this catalog.
    pub(crate) catalog: Option<Catalog>,
    /// Of the integration tests, only those on this bucket.
    pub(crate) bucket: Option<Bucket>,
}

impl Selection {
    fn has(&self, step: Step) -> bool {
        let asked = self.steps.is_empty() || self.steps.contains(&step);
        asked || (step == Step::Build && self.steps.iter().any(|step| step.needs_build()))
    }

    /// What was left out, in words; `None` for a full run.
    fn narrowed(&self) -> Option<String> {
        let mut parts: Vec<_> =
            self.steps.iter().map(|step| format!("only {}", step.name())).collect();
        parts.extend(self.catalog.map(|catalog| format!("only catalog {}", catalog.name())));
        parts.extend(self.bucket.map(|bucket| format!("only bucket {}", bucket.name())));
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// Runs the selected steps and prints the report; whether nothing failed.
pub(crate) fn test(project: &Project, selection: &Selection) -> Result<bool> {
    let mut report = Report::default();
    let steps: Vec<Step> = Step::ALL.into_iter().filter(|step| selection.has(*step)).collect();
    tools::install(project, &steps, &mut report)?;
    for step in steps {
        println!("\n== {} ==", step.name());
        if step.needs_build() && report.has_failed(Step::Build.name()) {
            report.add(Begun::step(step.name()).failed("could not run: the build failed"));
            continue;
        }
        perform(project, step, selection, &mut report)?;
    }
    Ok(report.finish(selection.narrowed().as_deref()))
}

fn perform(
    project: &Project,
    step: Step,
    selection: &Selection,
    report: &mut Report,
) -> Result<()> {
    match step {
        Step::Fmt => report.add(checks::check(project, step.name(), checks::fmt(project))?),
        Step::Clippy => {
            report.add(checks::check(project, step.name(), checks::clippy(project))?);
            report.add(checks::check(project, "clippy-apart", checks::clippy_apart(project))?);
        }
        Step::Library => {
            report.add(checks::check(project, step.name(), checks::library(project))?);
            report.add(checks::check(project, "library-cli", checks::cli_alone(project))?);
        }
        Step::Doc => report.add(checks::check(project, step.name(), checks::doc(project))?),
        Step::Deny => {
            let command = checks::deny(project, &["licenses", "bans", "sources"]);
            report.add(checks::check(project, step.name(), command)?);
        }
        Step::Advisories => report.add(advisories::check(project)?),
        Step::Build => report.add(checks::check(project, step.name(), checks::build(project))?),
        Step::Unit => report.add(matrix::once(project, step.name(), &["--lib", "--bins"])?),
        Step::Doctest => report.add(matrix::once(project, step.name(), &["--doc"])?),
        Step::It => matrix::integration(project, selection, report)?,
        Step::Aws => matrix::aws(project, report)?,
        Step::Otlp => {
            report.add(checks::check(project, "otlp-clippy", checks::clippy_otlp(project))?);
            report.add(matrix::otlp(project)?);
        }
        Step::Release => report.add(matrix::release(project)?),
        Step::Bench => report.add(bench::smoke(project)?),
        Step::Shown => report.add(shown::shown(project)?),
        Step::Fuzz => fuzz::search(project, fuzz::SMOKE, report)?,
    }
    Ok(())
}
