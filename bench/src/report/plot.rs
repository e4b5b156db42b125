//! The plot: for each figure a panel of bars, one group a case and one colour a subject, with a line
//! from the least to the greatest repetition.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::{
    ChartBuilder, Color as _, DrawingArea, IntoDrawingArea as _, IntoFont as _, PathElement,
    RGBColor, Rectangle, SVGBackend, SeriesLabelPosition, Text, WHITE,
};
use plotters::style::BLACK;

use crate::about::About;
use crate::figures::{Figure, distinct};
use crate::report::Findings;
use crate::report::text::number;

/// Okabe and Ito's colours, which the colour-blind can tell apart.
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(86, 180, 233),
    RGBColor(213, 94, 0),
    RGBColor(230, 159, 0),
    RGBColor(204, 121, 167),
    RGBColor(120, 120, 120),
    RGBColor(0, 158, 115),
];
const WIDTH: u32 = 1100;
const PANEL_HEIGHT: u32 = 380;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Draws the panels into `file`.
pub(super) fn draw(file: &Path, about: &About, findings: &Findings) -> Result<()> {
    let panels = findings.plots;
    let height = PANEL_HEIGHT * u32::try_from(panels.len().max(1))? + 24;
    let root = SVGBackend::new(file, (WIDTH, height)).into_drawing_area();
    root.fill(&WHITE)?;
    let caption = format!("{}  ·  {}", about.command, about.date);
    root.draw(&Text::new(
        caption,
        (8, i32::try_from(height)? - 18),
        ("sans-serif", 13).into_font(),
    ))?;
    let (above, _) = root.split_vertically(height - 24);
    for (area, name) in above.split_evenly((panels.len().max(1), 1)).iter().zip(panels) {
        let figures = findings.figures.iter().filter(|figure| figure.figure == *name);
        panel(area, name, &figures.collect::<Vec<_>>())?;
    }
    root.present().map_err(|error| anyhow!("{error}"))
}

fn panel(area: &Area<'_>, name: &str, figures: &[&Figure]) -> Result<()> {
    let groups = distinct(figures.iter().map(|figure| &figure.case.circumstances));
    let subjects = distinct(figures.iter().map(|figure| figure.case.subject));
    let slots = subjects.len() + 1;
    let top = figures.iter().map(|figure| figure.spread.max).fold(0.0, f64::max) * 1.15;
    let right = (groups.len() * slots) as f64;
    let mut chart = ChartBuilder::on(area)
        .caption(name, ("sans-serif", 18))
        .margin(10)
        .x_label_area_size(30)
        .y_label_area_size(60)
        .build_cartesian_2d(0.0..right, 0.0..top.max(f64::MIN_POSITIVE))?;
    chart.configure_mesh().disable_x_mesh().x_labels(0).y_labels(8).draw()?;
    for (index, subject) in subjects.iter().enumerate() {
        let colour = COLOURS.get(index % COLOURS.len()).copied().unwrap_or(BLACK);
        let bars = figures.iter().filter(|figure| figure.case.subject == *subject);
        let bars: Vec<_> = bars
            .filter_map(|figure| {
                let group = groups.iter().position(|group| **group == figure.case.circumstances)?;
                Some(((group * slots + index) as f64 + 0.5, figure.spread))
            })
            .collect();
        let boxes = bars.iter().map(|(x, spread)| {
            Rectangle::new([(x + 0.05, 0.0), (x + 0.95, spread.median)], colour.filled())
        });
        chart
            .draw_series(boxes)?
            .label(*subject)
            .legend(move |(x, y)| Rectangle::new([(x, y - 5), (x + 10, y + 5)], colour.filled()));
        chart.draw_series(bars.iter().map(|(x, spread)| {
            PathElement::new([(x + 0.5, spread.min), (x + 0.5, spread.max)], BLACK)
        }))?;
        let font = ("sans-serif", 11).into_font();
        chart.draw_series(bars.iter().map(|(x, spread)| {
            Text::new(number(spread.median), (x + 0.1, spread.max + top * 0.03), font.clone())
        }))?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .border_style(BLACK)
        .background_style(WHITE)
        .draw()?;
    let (width, height) = area.dim_in_pixel();
    let step = f64::from(width - 80) / groups.len().max(1) as f64;
    for (index, group) in groups.iter().enumerate() {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a place on a canvas of a thousand pixels"
        )]
        let x = (70.0 + step * (index as f64 + 0.08)) as i32;
        let y = i32::try_from(height)? - 34;
        area.draw(&Text::new((*group).clone(), (x, y), ("sans-serif", 12).into_font()))?;
    }
    Ok(())
}
