//! How large an image may be, judged by what its headers state, before anything is decoded.

use super::size::Size;
use super::{Accepted, InspectError};

/// Bounds on what a decoder would have to hold. Sizes are judged as stored, before any rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The formats that are taken; by default JPEG, PNG, GIF, WebP and AVIF.
    pub accepted: Accepted,
    /// The longest side, in pixels; 12 000 by default. The longest that common phones and cameras
    /// write is below 12 000 (a 108-megapixel still has 12 000 x 9 000).
    pub side: u32,
    /// The largest area of one picture, in pixels; 50 million by default, which decodes to 200 MB.
    pub pixels: u64,
    /// The most frames of an animation; 200 by default.
    pub frames: u32,
    /// The most pixels of all frames of an animation together; 100 million by default. Without it
    /// 200 frames of 50 million pixels each would pass. A single picture is judged by `pixels`
    /// alone. In excess of it the answer is the same as for too many frames.
    pub animation_pixels: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            accepted: Accepted::default(),
            side: 12_000,
            pixels: 50_000_000,
            frames: 200,
            animation_pixels: 100_000_000,
        }
    }
}

impl Limits {
    /// Refuses a picture whose side or area is over the limit.
    pub(super) fn admit(&self, size: Size) -> Result<(), InspectError> {
        let Size { width, height } = size;
        if width.max(height) > self.side {
            return Err(InspectError::LimitSide { width, height, limit: self.side });
        }
        if size.area() > self.pixels {
            return Err(InspectError::LimitPixels { width, height, limit: self.pixels });
        }
        Ok(())
    }

    /// Refuses an animation of which `frames` frames with `pixels` pixels together are known.
    /// Cheap enough to ask after each frame, so that counting stops at the limit.
    pub(super) fn admit_animation(&self, frames: u32, pixels: u64) -> Result<(), InspectError> {
        if frames > self.frames {
            return Err(InspectError::LimitFrames { frames, limit: self.frames });
        }
        if frames > 1 && pixels > self.animation_pixels {
            let limit = self.animation_pixels;
            return Err(InspectError::LimitAnimation { frames, pixels, limit });
        }
        Ok(())
    }
}
