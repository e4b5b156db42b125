//! The plot: for each figure a panel of bars, one group a case and one colour a subject, with a line
//! from the least to the greatest repetition.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::{
    ChartBuilder, Color as _, DrawingArea, IntoDrawingArea as _, IntoFont as _, PathElement,
    RGBColor, Rectangle, SVGBackend, Text, WHITE,
};
use plotters::style::BLACK;

use crate::about::About;
use crate::figures::{Figure, distinct};
use crate::report::text::number;
use crate::report::{Findings, Panel};

/// Okabe and Ito's colours, which the colour-blind can tell apart.
const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(86, 180, 233),
    RGBColor(213, 94, 0),
    RGBColor(230, 159, 0),
    RGBColor(204, 121, 167),
    RGBColor(120, 120, 120),
];

const WIDTH: i32 = 1100;
const PANEL_HEIGHT: i32 = 340;
const FOOT: i32 = 24;
const MARGIN: i32 = 10;
/// Beside the bars: the scale on the left, the names of the subjects on the right.
const SCALE: i32 = 60;
const LEGEND: i32 = 170;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Draws the panels into `file`.
pub(super) fn draw(file: &Path, about: &About, findings: &Findings) -> Result<()> {
    let panels = findings.plots;
    let above = PANEL_HEIGHT * i32::try_from(panels.len())?;
    let size = (WIDTH.unsigned_abs(), (above + FOOT).unsigned_abs());
    let root = SVGBackend::new(file, size).into_drawing_area();
    root.fill(&WHITE)?;
    let foot = format!("{}  ·  {}", about.command, about.date);
    root.draw(&Text::new(foot, (MARGIN, above + 4), ("sans-serif", 13).into_font()))?;
    let subjects = distinct(findings.figures.iter().map(|figure| figure.case.subject));
    let (areas, _) = root.split_vertically(above);
    for (area, panel) in areas.split_evenly((panels.len(), 1)).iter().zip(panels) {
        let Panel { figure: name, cases } = panel;
        let shown =
            |figure: &&Figure| figure.figure == *name && figure.case.circumstances.contains(cases);
        let figures: Vec<_> = findings.figures.iter().filter(shown).collect();
        if !figures.is_empty() {
            draw_panel(area, name, &figures, &subjects)?;
        }
    }
    root.present().map_err(|error| anyhow!("{error}"))
}

fn draw_panel(area: &Area<'_>, name: &str, figures: &[&Figure], all: &[&str]) -> Result<()> {
    let groups = distinct(figures.iter().map(|figure| &figure.case.circumstances));
    let subjects = distinct(figures.iter().map(|figure| figure.case.subject));
    let slots = subjects.len() + 1;
    let top = figures.iter().map(|figure| figure.spread.max).fold(0.0, f64::max) * 1.15;
    let right = (groups.len() * slots) as f64;
    let mut chart = ChartBuilder::on(area)
        .caption(name, ("sans-serif", 18))
        .margin(MARGIN)
        .margin_right(LEGEND)
        .x_label_area_size(30)
        .y_label_area_size(SCALE)
        .build_cartesian_2d(0.0..right, 0.0..top.max(f64::MIN_POSITIVE))?;
    chart.configure_mesh().disable_x_mesh().x_labels(0).y_labels(6).draw()?;
    for (slot, subject) in subjects.iter().enumerate() {
        let bars = figures.iter().filter(|figure| figure.case.subject == *subject);
        let bars = bars.filter_map(|figure| {
            let group = groups.iter().position(|group| **group == figure.case.circumstances)?;
            Some(((group * slots + slot) as f64 + 0.5, figure.spread))
        });
        let colour = colour(all, subject);
        let font = ("sans-serif", 11).into_font();
        for (x, spread) in bars {
            let bar = [(x + 0.05, 0.0), (x + 0.95, spread.median)];
            let line = [(x + 0.5, spread.min), (x + 0.5, spread.max)];
            let above = (x + 0.1, spread.max + top * 0.04);
            chart.draw_series([Rectangle::new(bar, colour.filled())])?;
            chart.draw_series([PathElement::new(line, BLACK)])?;
            chart.draw_series([Text::new(number(spread.median), above, font.clone())])?;
        }
    }
    label(area, &groups, &subjects, all)
}

/// Writes the names of the cases below the bars and those of the subjects beside them.
fn label(area: &Area<'_>, groups: &[&String], subjects: &[&str], all: &[&str]) -> Result<()> {
    let step = (WIDTH - LEGEND - SCALE - MARGIN) / i32::try_from(groups.len())?;
    let font = ("sans-serif", 12).into_font();
    for (group, x) in groups.iter().zip((SCALE + MARGIN..).step_by(usize::try_from(step)?)) {
        area.draw(&Text::new((*group).clone(), (x + 8, PANEL_HEIGHT - 34), font.clone()))?;
    }
    let x = WIDTH - LEGEND + 12;
    for (subject, y) in subjects.iter().zip((50..).step_by(18)) {
        let patch = [(x, y), (x + 10, y + 10)];
        area.draw(&Rectangle::new(patch, colour(all, subject).filled()))?;
        area.draw(&Text::new(*subject, (x + 16, y - 1), font.clone()))?;
    }
    Ok(())
}

/// The colour of a subject, which is the same in all panels.
fn colour(all: &[&str], subject: &str) -> RGBColor {
    let place = all.iter().position(|name| *name == subject).unwrap_or_default();
    COLOURS.get(place % COLOURS.len()).copied().unwrap_or(BLACK)
}
