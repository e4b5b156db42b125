//! What a run found, as a page of text, as JSON and as a plot.

mod plot;
mod text;

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde::Serialize;

use crate::about::About;
use crate::figures::Figure;
use crate::options::{Kind, Options};
use crate::setup::Setup;
use crate::subject::Subject;

/// What a run found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// What was measured, and is described in the report.
    pub(crate) subjects: Vec<Subject>,
    /// What could not be measured, and why.
    pub(crate) missing: Vec<String>,
    /// How to read the figures, in sentences.
    pub(crate) notes: Vec<String>,
    /// The figures.
    pub(crate) figures: Vec<Figure>,
    /// What held and what did not, beyond single figures.
    pub(crate) checks: Vec<Check>,
    /// What the plot shows.
    pub(crate) plots: &'static [Panel],
}

/// One part of the plot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Panel {
    /// The figure that it shows.
    pub(crate) figure: &'static str,
    /// Of the cases whose circumstances have this in them.
    pub(crate) cases: &'static str,
}

/// Something that is to hold.
#[derive(Debug, Serialize)]
pub(crate) struct Check {
    /// What, with the numbers that show it.
    pub(crate) what: String,
    /// Whether it does.
    pub(crate) holds: bool,
}

impl Findings {
    /// Of `subjects`, those that are asked for and can be measured.
    pub(crate) fn begin(options: &Options, setup: &Setup, subjects: &[Subject]) -> Result<Self> {
        let (mut present, mut missing) = (Vec::new(), Vec::new());
        for subject in options.subjects(subjects) {
            match subject.missing(setup) {
                None => present.push(subject),
                Some(reason) => missing.push(format!("{}: {reason}", subject.name())),
            }
        }
        ensure!(!present.is_empty(), "no such subject can be measured here: {missing:?}");
        Ok(Self { subjects: present, missing, ..Self::default() })
    }
}

/// The report as JSON.
#[derive(Debug, Serialize)]
struct Document<'a> {
    kind: Kind,
    #[serde(flatten)]
    about: &'a About,
    subjects: Vec<Described>,
    not_measured: &'a [String],
    notes: &'a [String],
    figures: &'a [Figure],
    checks: &'a [Check],
}

#[derive(Debug, Serialize)]
struct Described {
    name: &'static str,
    does: &'static str,
}

/// Prints the report, and writes it to `folder` if there is one.
pub(crate) fn tell(
    kind: Kind,
    about: &About,
    findings: &Findings,
    folder: Option<&Path>,
) -> Result<()> {
    let page = text::page(kind, about, findings);
    println!("{page}");
    let Some(folder) = folder else { return Ok(()) };
    std::fs::create_dir_all(folder)?;
    let file = |extension: &str| folder.join(format!("{}.{extension}", kind.name()));
    let describe = |subject: &Subject| Described { name: subject.name(), does: subject.does() };
    let document = Document {
        kind,
        about,
        subjects: findings.subjects.iter().map(describe).collect(),
        not_measured: &findings.missing,
        notes: &findings.notes,
        figures: &findings.figures,
        checks: &findings.checks,
    };
    std::fs::write(file("json"), serde_json::to_string_pretty(&document)? + "\n")?;
    std::fs::write(file("md"), page)?;
    plot::draw(&file("svg"), about, findings).context("cannot draw the plot")?;
    println!("written to {}", folder.display());
    Ok(())
}
