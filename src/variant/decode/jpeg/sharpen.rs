//! Gives back what an average takes.
//!
//! A picture at an eighth is the average of its blocks, and an average weakens detail: waves of two
//! pixels' length by a third (sin πf / πf at f = 1/2), those of four by a tenth. Shrunk a little more
//! it is softer than the whole picture shrunk at once. Each sample is moved away from the mean of its
//! two neighbours, across and then down, which is the inverse for those four-pixel waves.

use crate::variant::Pixels;

/// Of 256, for each neighbour: 1 + 2a − 2a·cos 2πf is πf / sin πf at f = 1/4 for a = 0.055, and at
/// f = 1/2 for a = 0.14. What is kept of the highest waves is mostly noise, so it is between the two.
const SHARE: i32 = 24;

pub(super) fn sharpen(pixels: &mut Pixels) {
    let samples = pixels.layout.samples();
    let row = samples * pixels.width as usize;
    for row in pixels.samples.chunks_exact_mut(row.max(1)) {
        across(row, samples);
    }
    down(&mut pixels.samples, row);
}

fn across(row: &mut [u8], samples: usize) {
    let was = row.to_vec();
    let Some(inner) = row.len().checked_sub(2 * samples) else { return };
    let changed = row.iter_mut().skip(samples).take(inner);
    let (left, here, right) = (was.iter(), was.iter().skip(samples), was.iter().skip(2 * samples));
    for (((sample, left), here), right) in changed.zip(left).zip(here).zip(right) {
        *sample = away(*here, *left, *right);
    }
}

fn down(samples: &mut [u8], row: usize) {
    let mut above = samples.get(..row).unwrap_or_default().to_vec();
    let mut rest = samples.get_mut(row..).unwrap_or_default();
    while rest.len() >= 2 * row && row > 0 {
        let (here, below) = rest.split_at_mut(row);
        for ((sample, above), below) in here.iter_mut().zip(&mut above).zip(&*below) {
            let was = *sample;
            *sample = away(was, *above, *below);
            *above = was;
        }
        rest = below;
    }
}

fn away(here: u8, one: u8, other: u8) -> u8 {
    let [here, one, other] = [here, one, other].map(i32::from);
    let moved = here + ((SHARE * (2 * here - one - other) + 128) >> 8);
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
        for (width, height) in [(1, 1), (2, 1), (1, 2), (2, 2), (5, 4)] {
            let flat = vec![200; (width * height) as usize];
            assert_eq!(sharpened(width, height, &flat), flat);
        }
        let ramp = [10, 20, 30, 40, 50];
        assert_eq!(sharpened(5, 1, &ramp), ramp);
        assert_eq!(sharpened(1, 5, &ramp), ramp);
    }

    #[test]
    fn detail_stands_out_and_stays_in_range() {
        assert_eq!(sharpened(3, 1, &[100, 140, 100]), [100, 148, 100]);
        assert_eq!(sharpened(1, 3, &[100, 140, 100]), [100, 148, 100]);
        assert_eq!(sharpened(3, 1, &[0, 255, 0]), [0, 255, 0]);
    }
}
