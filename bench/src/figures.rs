//! The figures of a run: single measurements go in, each in its case, and medians come out.

use std::fmt;

use serde::Serialize;

use crate::statistics::Spread;

/// What was measured under which circumstances.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Case {
    /// The circumstances, as `1 MB, 16 connections`.
    pub(crate) circumstances: String,
    /// Of which subject.
    pub(crate) subject: &'static str,
}

/// All measurements of a run, in the order in which they were made.
#[derive(Debug, Default)]
pub(crate) struct Samples(Vec<(Case, &'static str, f64)>);

/// What the measurements of one figure came to.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figure {
    /// In which case.
    #[serde(flatten)]
    pub(crate) case: Case,
    /// What it is, with its unit: `CPU s/GB`.
    pub(crate) figure: &'static str,
    /// The repetitions.
    #[serde(flatten)]
    pub(crate) spread: Spread,
    /// What it is to reach, if that is said.
    pub(crate) aim: Option<Aim>,
}

/// What a figure is to reach.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Aim {
    /// Not more than this.
    AtMost(f64),
    /// Not less than this.
    AtLeast(f64),
}

impl Samples {
    /// Adds what one measurement came to.
    pub(crate) fn add<const N: usize>(&mut self, case: &Case, values: [(&'static str, f64); N]) {
        self.0.extend(values.map(|(figure, value)| (case.clone(), figure, value)));
    }

    /// The median and the spread of each figure; `aim` says what it is to reach.
    ///
    /// Figures of the same circumstances stand together, whatever the order of the measurements.
    pub(crate) fn figures(&self, aim: impl Fn(&Case, &str) -> Option<Aim>) -> Vec<Figure> {
        let mut figures: Vec<Figure> = Vec::new();
        for circumstances in distinct(self.0.iter().map(|(case, ..)| &case.circumstances)) {
            let of_these = self.0.iter().filter(|(case, ..)| case.circumstances == *circumstances);
            for (case, figure) in distinct(of_these.map(|(case, figure, _)| (case, *figure))) {
                let same =
                    |sample: &&(Case, &'static str, f64)| sample.0 == *case && sample.1 == figure;
                let values = self.0.iter().filter(same).map(|(_, _, value)| *value);
                let aim = aim(case, figure);
                figures.extend(Spread::of(values).map(|spread| Figure {
                    case: case.clone(),
                    figure,
                    spread,
                    aim,
                }));
            }
        }
        figures
    }
}

/// Each item once, where it first stands.
pub(crate) fn distinct<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    items.fold(Vec::new(), |mut seen, item| {
        if !seen.contains(&item) {
            seen.push(item);
        }
        seen
    })
}

impl Aim {
    /// Whether a figure of this value reaches it.
    pub(crate) fn is_reached_by(self, value: f64) -> bool {
        match self {
            Self::AtMost(bound) => value <= bound,
            Self::AtLeast(bound) => value >= bound,
        }
    }
}

impl fmt::Display for Aim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(bound) => write!(f, "≤ {bound}"),
            Self::AtLeast(bound) => write!(f, "≥ {bound}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gathers_what_belongs_together() {
        let case = |circumstances: &str, subject| Case {
            circumstances: circumstances.to_owned(),
            subject,
        };
        let mut samples = Samples::default();
        for repetition in [1.0, 2.0, 6.0] {
            samples.add(&case("small", "a"), [("s", repetition), ("n", 1.0)]);
            samples.add(&case("large", "a"), [("s", 10.0)]);
            samples.add(&case("small", "b"), [("s", 20.0)]);
        }
        let figures = samples.figures(|_, figure| (figure == "s").then_some(Aim::AtMost(2.0)));
        let told: Vec<_> = figures
            .iter()
            .map(|figure| {
                let Figure { case, figure, spread, .. } = figure;
                format!("{} {} {figure} {}", case.circumstances, case.subject, spread.median)
            })
            .collect();
        assert_eq!(told, ["small a s 2", "small a n 1", "small b s 20", "large a s 10"]);
        assert!(figures[0].aim.unwrap().is_reached_by(2.0));
        assert!(!Aim::AtLeast(3.0).is_reached_by(2.0));
    }
}
