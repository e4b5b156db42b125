//! The report as a page of Markdown, which is also what the terminal shows.

use std::fmt::Write as _;

use crate::about::About;
use crate::figures::{Figure, distinct};
use crate::options::Kind;
use crate::report::Findings;
use crate::statistics::Spread;

/// The whole page.
pub(super) fn page(kind: Kind, about: &About, findings: &Findings) -> String {
    let mut page = format!("# Benchmark: {}\n\n", kind.name());
    // Writing to a string does not fail.
    let _ = write_about(&mut page, about);
    let _ = write_subjects(&mut page, findings);
    let _ = write_table(&mut page, &findings.figures);
    let _ = write_checks(&mut page, findings);
    page
}

fn write_about(page: &mut String, about: &About) -> std::fmt::Result {
    writeln!(page, "Made by `{}`, {}.\n", about.command, about.date)?;
    writeln!(page, "- Machine: {}", about.machine.describe())?;
    let versions = about.versions.iter().map(|(name, version)| format!("{name} `{version}`"));
    writeln!(page, "- Versions: {}", versions.collect::<Vec<_>>().join(", "))
}

fn write_subjects(page: &mut String, findings: &Findings) -> std::fmt::Result {
    if !findings.subjects.is_empty() {
        writeln!(page, "- Service on core 0; load, sink bucket and database on core 1.")?;
    }
    for note in &findings.notes {
        writeln!(page, "- {note}")?;
    }
    if !findings.subjects.is_empty() {
        writeln!(page, "\n| Subject | What it does |\n| --- | --- |")?;
    }
    for subject in &findings.subjects {
        writeln!(page, "| {} | {} |", subject.name(), subject.does())?;
    }
    for missing in &findings.missing {
        writeln!(page, "\nNot measured: {missing}.")?;
    }
    Ok(())
}

/// One row a case, one column a figure; medians, with the least and the greatest repetition.
fn write_table(page: &mut String, figures: &[Figure]) -> std::fmt::Result {
    let columns = distinct(figures.iter().map(|figure| figure.figure));
    writeln!(page, "\n## Figures\n\nMedian (least … greatest) of the repetitions.\n")?;
    writeln!(page, "| Case | Subject | {} |", columns.join(" | "))?;
    writeln!(page, "| --- | --- |{}", " ---: |".repeat(columns.len()))?;
    for case in distinct(figures.iter().map(|figure| &figure.case)) {
        let cell = |column: &&str| {
            let mut of_case = figures.iter().filter(|figure| figure.case == *case);
            let figure = of_case.find(|figure| figure.figure == *column);
            figure.map(|figure| spread(&figure.spread)).unwrap_or_default()
        };
        let cells = columns.iter().map(cell).collect::<Vec<_>>().join(" | ");
        writeln!(page, "| {} | {} | {cells} |", case.circumstances, case.subject)?;
    }
    Ok(())
}

fn write_checks(page: &mut String, findings: &Findings) -> std::fmt::Result {
    let with_aim = findings.figures.iter().filter_map(|figure| Some((figure, figure.aim?)));
    let aims = with_aim.map(|(figure, aim)| {
        let Figure { case, figure, spread, .. } = figure;
        let reached = aim.is_reached_by(spread.median);
        let median = number(spread.median);
        (format!("{}, {}: {figure} {median}, {aim}", case.subject, case.circumstances), reached)
    });
    let checks = findings.checks.iter().map(|check| (check.what.clone(), check.holds));
    let all: Vec<_> = aims.chain(checks).collect();
    if !all.is_empty() {
        writeln!(page, "\n## To reach\n\n| | |\n| --- | --- |")?;
    }
    for (what, holds) in all {
        writeln!(page, "| {what} | {} |", if holds { "reached" } else { "NOT REACHED" })?;
    }
    Ok(())
}

fn spread(spread: &Spread) -> String {
    let Spread { min, median, max, count } = *spread;
    if count == 1 || min.to_bits() == max.to_bits() {
        return number(median);
    }
    format!("{} ({} … {})", number(median), number(min), number(max))
}

/// Three significant digits, and whole numbers in full.
pub(super) fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 99.95 || value.fract() == 0.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_three_digits() {
        let table =
            [(0.0, "0"), (0.0351, "0.035"), (1.234, "1.23"), (12.34, "12.3"), (1234.5, "1234")];
        for (value, text) in table {
            assert_eq!(number(value), text);
        }
    }
}
