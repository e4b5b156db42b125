//! The eight ways in which a stored picture is turned or mirrored to be displayed.

use super::geometry::Size;
use super::{Layout, Pixels};

/// The orientation tag of Exif (Exif 3.0, section 4.6.5): where the first row and the first column of
/// the stored picture are displayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    /// Rows become columns, before anything is mirrored.
    transposed: bool,
    /// Left and right change places.
    mirrored: bool,
    /// Top and bottom change places.
    flipped: bool,
}

impl Turn {
    /// The picture is displayed as it is stored.
    pub(super) const NONE: Self = Self { transposed: false, mirrored: false, flipped: false };

    /// The turn that a value of the tag asks for; what is not from 1 to 8 asks for none.
    pub(super) const fn of(value: u16) -> Self {
        let (transposed, mirrored, flipped) = match value {
            2 => (false, true, false),
            3 => (false, true, true),
            4 => (false, false, true),
            5 => (true, false, false),
            6 => (true, true, false),
            7 => (true, true, true),
            8 => (true, false, true),
            _ => (false, false, false),
        };
        Self { transposed, mirrored, flipped }
    }

    /// The size as stored of what is displayed in `size`, and the other way round.
    pub(super) const fn swap(self, size: Size) -> Size {
        if self.transposed { size.turned() } else { size }
    }

    /// A pair across and down, likewise.
    pub(super) const fn swap_pair(self, pair: (f64, f64)) -> (f64, f64) {
        if self.transposed { (pair.1, pair.0) } else { pair }
    }

    /// The picture as displayed.
    pub(super) fn apply(self, pixels: Pixels) -> Pixels {
        if self == Self::NONE {
            return pixels;
        }
        let samples = match pixels.layout {
            Layout::Gray => self.gather::<1>(&pixels),
            Layout::GrayAlpha => self.gather::<2>(&pixels),
            Layout::Rgb => self.gather::<3>(&pixels),
            Layout::Rgba | Layout::Cmyk => self.gather::<4>(&pixels),
        };
        let Size { width, height } = self.swap(Size { width: pixels.width, height: pixels.height });
        Pixels { width, height, layout: pixels.layout, samples }
    }

    fn gather<const N: usize>(self, pixels: &Pixels) -> Vec<u8> {
        let (stored, _) = pixels.samples.as_chunks::<N>();
        let width = pixels.width as usize;
        let height = stored.len() / width.max(1);
        let mut turned = Vec::with_capacity(pixels.samples.len());
        let (rows, columns) = if self.transposed { (width, height) } else { (height, width) };
        for row in 0..rows {
            let row = if self.flipped { rows - 1 - row } else { row };
            let (start, step) = if self.transposed { (row, width) } else { (row * width, 1) };
            let line = stored.get(start..).unwrap_or_default().iter().step_by(step).take(columns);
            if self.mirrored {
                // Iterators that step are not reversed for nothing, so the line is walked by index.
                let last = start + step * (columns - 1);
                let backwards = (0..columns).map(|column| stored.get(last - step * column));
                turned.extend(backwards.flatten().flatten());
            } else {
                turned.extend(line.flatten());
            }
        }
        turned
    }
}
