//! Numbers and images from a seed, so that what failed can be run again.

use std::io::Cursor;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};

/// `SplitMix64`: a few lines, and every seed is a good one.
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `end`, without `end`.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// True once in `times` times.
    pub(super) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// Another source, independent of what is drawn from this one later.
    pub(super) fn fork(&mut self) -> Self {
        Self(self.next())
    }

    /// A PNG of noise that no other image equals: some hundred bytes, now and then a megabyte.
    pub(super) fn image(&mut self) -> Vec<u8> {
        let side = if self.once_in(8) { 580 } else { 8 + self.below(100) };
        let side = u32::try_from(side).unwrap();
        let words = (side * side * 3).div_ceil(8);
        let mut pixels: Vec<u8> = (0..words).flat_map(|_| self.next().to_le_bytes()).collect();
        pixels.truncate((side * side * 3) as usize);
        let mut file = Cursor::new(Vec::new());
        PngEncoder::new_with_quality(&mut file, CompressionType::Fast, FilterType::NoFilter)
            .write_image(&pixels, side, side, ExtendedColorType::Rgb8)
            .unwrap();
        file.into_inner()
    }
}
