//! From the size of a picture and the box that is asked for to what part of the picture becomes how
//! large. Arithmetic alone, in the picture as displayed.

use super::order::{Fit, Order};

/// Width and height in pixels; neither is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Size {
    /// After a quarter turn.
    pub(super) const fn turned(self) -> Self {
        Self { width: self.height, height: self.width }
    }

    /// Pixels; two `u32` cannot overflow it.
    pub(super) fn area(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// The larger ratio of a side of `self` to the same side of `other`.
    fn larger_ratio(self, other: Self) -> f64 {
        let (across, down) = self.ratios(other);
        across.max(down)
    }

    fn ratios(self, other: Self) -> (f64, f64) {
        let ratio = |one: u32, other: u32| f64::from(one) / f64::from(other);
        (ratio(self.width, other.width), ratio(self.height, other.height))
    }

    /// Both sides by this factor, rounded, and at least one pixel. The factor is at most 1.
    fn scaled(self, factor: f64) -> Self {
        Self { width: scaled(self.width, factor), height: scaled(self.height, factor) }
    }
}

/// What becomes of a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Geometry {
    /// The part of the picture that is shown, around its middle: fractions of its width and height.
    pub(super) shown: (f64, f64),
    /// The size that this part gets.
    pub(super) size: Size,
    /// The size of the answer, in the middle of which it stands.
    pub(super) canvas: Size,
}

impl Geometry {
    /// How `picture` is shown by this order.
    pub(super) fn of(picture: Size, order: &Order) -> Self {
        match (order.width, order.height) {
            (Some(width), Some(height)) => {
                let frame = Size { width: width.max(1), height: height.max(1) };
                Self::in_box(picture, frame, order.fit)
            }
            (Some(width), None) => {
                let factor = (f64::from(width.max(1)) / f64::from(picture.width)).min(1.0);
                let height = scaled(picture.height, factor);
                Self::whole(Size { width: width.clamp(1, picture.width), height })
            }
            (None, Some(height)) => {
                let factor = (f64::from(height.max(1)) / f64::from(picture.height)).min(1.0);
                let width = scaled(picture.width, factor);
                Self::whole(Size { width, height: height.clamp(1, picture.height) })
            }
            (None, None) => Self::whole(picture),
        }
    }

    fn in_box(picture: Size, frame: Size, fit: Fit) -> Self {
        let (across, down) = frame.ratios(picture);
        let inside = picture.scaled(across.min(down).min(1.0));
        match fit {
            Fit::Inside => Self::whole(inside),
            Fit::Contain => Self { canvas: frame, ..Self::whole(inside) },
            Fit::Cover => Self::covering(picture, frame),
        }
    }

    fn whole(size: Size) -> Self {
        Self { shown: (1.0, 1.0), size, canvas: size }
    }

    fn covering(picture: Size, frame: Size) -> Self {
        let frame = frame.scaled((1.0 / frame.larger_ratio(picture)).min(1.0));
        let frame = Size {
            width: frame.width.min(picture.width),
            height: frame.height.min(picture.height),
        };
        let (across, down) = frame.ratios(picture);
        let factor = across.max(down);
        let shown = ((across / factor).min(1.0), (down / factor).min(1.0));
        Self { shown, size: frame, canvas: frame }
    }

    /// How large the whole picture must at least be, as fractional pixels, so that nothing of it is
    /// scaled up.
    pub(super) fn wanted(&self) -> (f64, f64) {
        let (across, down) = self.shown;
        (f64::from(self.size.width) / across, f64::from(self.size.height) / down)
    }
}

/// A side by a factor of at most 1, rounded, and at least one pixel.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the factor is at most 1, so the product is no larger than the side"
)]
fn scaled(side: u32, factor: f64) -> u32 {
    ((f64::from(side) * factor).round() as u32).max(1)
}
