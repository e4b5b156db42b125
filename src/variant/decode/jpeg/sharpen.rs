//! Gives back what an average takes.
//!
//! A picture at an eighth is the average of its blocks, and an average weakens detail: waves of two
//! pixels' length by a third (sin πf / πf at f = 1/2), those of four by a tenth. Shrunk a little more
//! it is softer than the whole picture shrunk at once. Each sample is moved away from its neighbours,
//! across and then down, by a filter of five that is near the inverse of the average.

use crate::variant::Pixels;

/// Of 256, for each nearest neighbour and for each one behind that: 1 + 2a(1 − cos 2πf) +
/// 2b(1 − cos 4πf) is πf / sin πf at f = 1/4 and at f = 2/5 for a = 0.0966 and b = −0.0205. Waves
/// that are shorter are lost when the picture is shrunk to the next size.
const NEAR: i32 = 25;
const FAR: i32 = -5;

pub(super) fn sharpen(pixels: &mut Pixels) {
    let samples = pixels.layout.samples();
    let row = samples * pixels.width as usize;
    for row in pixels.samples.chunks_exact_mut(row.max(1)) {
        across(row, samples);
    }
    down(&mut pixels.samples, row);
}

fn across(row: &mut [u8], samples: usize) {
    let was = widened(row, samples);
    let from = |number: usize| was.iter().skip(number * samples);
    let near = from(1).zip(from(3));
    let far = from(0).zip(from(4));
    for ((sample, near), far) in row.iter_mut().zip(near).zip(far) {
        *sample = away(*sample, near, far);
    }
}

/// The row with its first and its last pixel twice more.
fn widened(row: &[u8], samples: usize) -> Vec<u8> {
    let first = row.get(..samples).unwrap_or_default();
    let last = row.len().checked_sub(samples).and_then(|at| row.get(at..)).unwrap_or_default();
    [first, first, row, last, last].concat()
}

fn down(samples: &mut [u8], row: usize) {
    if row == 0 {
        return;
    }
    let first = samples.get(..row).unwrap_or_default().to_vec();
    let (mut far, mut near) = (first.clone(), first);
    let mut rest = samples;
    while let Some((here, below)) = rest.split_at_mut_checked(row)
        && !here.is_empty()
    {
        let was = here.to_vec();
        let next = below.get(..row).unwrap_or(&was);
        let last = below.get(row..2 * row).unwrap_or(next);
        let near_ones = near.iter().zip(next);
        let far_ones = far.iter().zip(last);
        for ((sample, near), far) in here.iter_mut().zip(near_ones).zip(far_ones) {
            *sample = away(*sample, near, far);
        }
        (far, near) = (near, was);
        rest = below;
    }
}

#[inline]
fn away(here: u8, near: (&u8, &u8), far: (&u8, &u8)) -> u8 {
    let here = i32::from(here);
    let distance = |(one, other): (&u8, &u8)| 2 * here - i32::from(*one) - i32::from(*other);
    let moved = here + ((NEAR * distance(near) + FAR * distance(far) + 128) >> 8);
    u8::try_from(moved.clamp(0, 255)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variant::Layout;

    fn sharpened(width: u32, height: u32, samples: &[u8]) -> Vec<u8> {
        let samples = samples.to_vec();
        let mut pixels = Pixels { width, height, layout: Layout::Gray, samples };
        sharpen(&mut pixels);
        pixels.samples
    }

    #[test]
    fn what_has_no_detail_stays() {
        for (width, height) in [(1, 1), (2, 1), (1, 2), (2, 2), (3, 3), (5, 4)] {
            let flat = vec![200; (width * height) as usize];
            assert_eq!(sharpened(width, height, &flat), flat);
        }
        let ramp = [10, 20, 30, 40, 50, 60];
        assert_eq!(sharpened(6, 1, &ramp)[2..4], [30, 40]);
        assert_eq!(sharpened(1, 6, &ramp)[2..4], [30, 40]);
    }

    #[test]
    fn detail_stands_out_and_stays_in_range() {
        let dot = [100, 100, 140, 100, 100];
        assert_eq!(sharpened(5, 1, &dot), [101, 96, 146, 96, 101]);
        assert_eq!(sharpened(1, 5, &dot), [101, 96, 146, 96, 101]);
        assert_eq!(sharpened(5, 1, &[0, 0, 255, 0, 0]), [5, 0, 255, 0, 5]);
    }

    #[test]
    fn waves_get_back_what_an_average_took() {
        // Of four samples' length, of which sin(π/4) / (π/4), 0.9, is left.
        let [whole, averaged] = [[128, 228, 128, 28], [128_u8, 218, 128, 38]].map(|w| w.repeat(8));
        let sharpened = sharpened(32, 1, &averaged);
        let mut pairs = sharpened.iter().zip(&whole).skip(2).take(28);
        assert!(pairs.all(|(found, whole)| found.abs_diff(*whole) <= 2), "{sharpened:?}");
    }
}
