//! The middle and the spread of a few repetitions.

use serde::Serialize;

/// What several repetitions of one measurement came to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Spread {
    /// The least.
    pub(crate) min: f64,
    /// The one in the middle; of an even number, the mean of the two.
    pub(crate) median: f64,
    /// The greatest.
    pub(crate) max: f64,
    /// How many there were.
    pub(crate) count: usize,
}

impl Spread {
    /// The spread of `values`; `None` when there are none.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let (min, max) = (*values.first()?, *values.last()?);
        let upper = *values.get(values.len() / 2)?;
        let lower = *values.get((values.len() - 1) / 2)?;
        Some(Self { min, median: f64::midpoint(lower, upper), max, count: values.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_middle() {
        let table: [(&[f64], [f64; 3]); 3] = [
            (&[2.0], [2.0, 2.0, 2.0]),
            (&[9.0, 1.0, 5.0], [1.0, 5.0, 9.0]),
            (&[4.0, 1.0, 2.0, 8.0], [1.0, 3.0, 8.0]),
        ];
        for (values, [min, median, max]) in table {
            let spread = Spread { min, median, max, count: values.len() };
            assert_eq!(Spread::of(values.iter().copied()), Some(spread));
        }
        assert_eq!(Spread::of([]), None);
    }
}
