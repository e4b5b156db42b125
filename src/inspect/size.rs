//! Width and height together, so that they are not mistaken for each other.

use super::Corruption;

/// The sides of a picture in pixels; neither is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Size {
    /// The size that a header states.
    pub(super) fn new(width: u32, height: u32) -> Result<Self, Corruption> {
        if width == 0 || height == 0 {
            return Err(Corruption::ZeroDimension { width, height });
        }
        Ok(Self { width, height })
    }

    /// Pixels; two `u32` cannot overflow it.
    pub(super) fn area(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// The size after a quarter turn.
    pub(super) fn turned(self) -> Self {
        Self { width: self.height, height: self.width }
    }

    /// Whether a rectangle of this size fits into `canvas` when its corner is at `left`, `top`.
    pub(super) fn fits(self, canvas: Self, left: u32, top: u32) -> bool {
        let reaches = |from: u32, length: u32, end: u32| {
            from.checked_add(length).is_some_and(|reached| reached <= end)
        };
        reaches(left, self.width, canvas.width) && reaches(top, self.height, canvas.height)
    }
}
