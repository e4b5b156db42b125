//! Sets of bytes of a file, as ranges in order that do not touch.

use std::ops::Range;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Spans(Vec<Range<usize>>);

impl Spans {
    /// The bytes of one range.
    pub(super) fn of(range: Range<usize>) -> Self {
        Self::new(std::iter::once(range))
    }

    /// The bytes that lie in at least one of the ranges.
    pub(super) fn new(ranges: impl IntoIterator<Item = Range<usize>>) -> Self {
        let mut ranges: Vec<_> = ranges.into_iter().filter(|range| !range.is_empty()).collect();
        ranges.sort_by_key(|range| range.start);
        let mut spans: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match spans.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                Some(_) | None => spans.push(range),
            }
        }
        Self(spans)
    }

    /// The bytes of these and of `others`.
    pub(super) fn and(self, others: Self) -> Self {
        Self::new(self.0.into_iter().chain(others.0))
    }

    /// The bytes of these that are not in `others`.
    pub(super) fn without(&self, others: &Self) -> Vec<Range<usize>> {
        let mut left = Vec::new();
        let mut rest = others.0.as_slice();
        for range in &self.0 {
            let mut at = range.start;
            while let [other, further @ ..] = rest {
                if other.start >= range.end {
                    break;
                }
                left.push(at..other.start.max(at));
                at = at.max(other.end);
                if other.end > range.end {
                    break;
                }
                rest = further;
            }
            left.push(at.min(range.end)..range.end);
        }
        left.retain(|range| !range.is_empty());
        left
    }
}

#[cfg(test)]
mod tests {
    use super::Spans;

    #[test]
    fn sets_of_bytes_are_what_they_would_be_byte_by_byte() {
        let (all, middle) = (0..9, 3..8);
        let sets: [&[std::ops::Range<usize>]; 6] = [
            &[],
            std::slice::from_ref(&all),
            &[2..4, 6..7],
            std::slice::from_ref(&middle),
            &[0..2, 1..3, 8..9],
            &[4..4, 5..6, 5..9],
        ];
        for a in sets {
            for b in sets {
                let has = |set: &[std::ops::Range<usize>], byte| {
                    set.iter().any(|range| range.contains(&byte))
                };
                let either: Vec<_> = (0..9).filter(|byte| has(a, *byte) || has(b, *byte)).collect();
                let and = Spans::new(a.to_vec()).and(Spans::new(b.to_vec()));
                assert_eq!(and.0.into_iter().flatten().collect::<Vec<_>>(), either);
                let only: Vec<_> = (0..9).filter(|byte| has(a, *byte) && !has(b, *byte)).collect();
                let without = Spans::new(a.to_vec()).without(&Spans::new(b.to_vec()));
                assert_eq!(without.into_iter().flatten().collect::<Vec<_>>(), only, "{a:?} {b:?}");
            }
        }
    }
}
