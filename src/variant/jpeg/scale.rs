//! By how much a picture is reduced.

use super::frame::BLOCK;

/// A part of both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scale {
    /// 1/8: a sample of each block.
    Eighth,
    /// 1/4: 2 × 2 samples.
    Quarter,
    /// 1/2: 4 × 4 samples.
    Half,
}

impl Scale {
    /// What a side of so many pixels becomes; rounded up, as libjpeg does.
    pub(crate) fn of(self, pixels: u32) -> u32 {
        let [pixels, side] = [pixels, self.side()].map(u64::from);
        u32::try_from((pixels * side).div_ceil(u64::from(BLOCK))).unwrap_or(u32::MAX)
    }

    /// Samples to a side of a block.
    pub(super) fn side(self) -> u32 {
        match self {
            Self::Eighth => 1,
            Self::Quarter => 2,
            Self::Half => 4,
        }
    }
}
