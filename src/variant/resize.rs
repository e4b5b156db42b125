//! Makes pixels fewer: Lanczos over three lobes, on the samples as they are coded and not on light,
//! as sharp and libvips do unless they are told otherwise.

use std::error::Error;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, MulDiv, PixelType, ResizeAlg, ResizeOptions, Resizer};

use super::geometry::Size;
use super::{Layout, Pixels};

/// A picture as a decoder left it: perhaps smaller than it is stored.
#[derive(Clone, Debug)]
pub(super) struct Decoded {
    /// Colours are multiplied by the opacity. The last column and the last row may stand for less of
    /// the original than the others.
    pub(super) pixels: Pixels,
    /// How much of them is picture: the stored width and height over the factor by which the decoder
    /// made it smaller.
    pub(super) extent: (f64, f64),
}

impl Decoded {
    /// A picture in its stored size. One with opacity is to be multiplied by it ([`Self::multiply`]).
    pub(super) fn full(pixels: Pixels) -> Self {
        let extent = (f64::from(pixels.width), f64::from(pixels.height));
        Self { pixels, extent }
    }

    /// Multiplies the colours by the opacity, which is how transparent pixels are averaged rightly;
    /// [`divide`] takes it back.
    pub(super) fn multiply(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        if !has_alpha(self.pixels.layout) {
            return Ok(());
        }
        let mut image = borrow(&mut self.pixels)?;
        Ok(MulDiv::new().multiply_alpha_inplace(&mut image)?)
    }

    /// The part around the middle that is `shown`, as fractions of width and height, in `size`. Its
    /// colours are multiplied by the opacity when those of the picture are.
    pub(super) fn resized(
        &self,
        shown: (f64, f64),
        size: Size,
    ) -> Result<Pixels, Box<dyn Error + Send + Sync>> {
        let Pixels { width, height, layout, ref samples } = self.pixels;
        let kind = pixel_type(layout);
        let from = ImageRef::new(width, height, samples, kind)?;
        let mut to = Image::new(size.width, size.height, kind);
        let (across, down) = (self.extent.0 * shown.0, self.extent.1 * shown.1);
        let (left, top) = ((self.extent.0 - across) / 2.0, (self.extent.1 - down) / 2.0);
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
            .use_alpha(false)
            .crop(left, top, across, down);
        Resizer::new().resize(&from, &mut to, &options)?;
        Ok(Pixels { width: size.width, height: size.height, layout, samples: to.into_vec() })
    }
}

/// Divides the colours by the opacity.
pub(super) fn divide(pixels: &mut Pixels) -> Result<(), Box<dyn Error + Send + Sync>> {
    if !has_alpha(pixels.layout) {
        return Ok(());
    }
    Ok(MulDiv::new().divide_alpha_inplace(&mut borrow(pixels)?)?)
}

fn borrow(pixels: &mut Pixels) -> Result<Image<'_>, Box<dyn Error + Send + Sync>> {
    let kind = pixel_type(pixels.layout);
    Ok(Image::from_slice_u8(pixels.width, pixels.height, &mut pixels.samples, kind)?)
}

const fn has_alpha(layout: Layout) -> bool {
    matches!(layout, Layout::GrayAlpha | Layout::Rgba)
}

const fn pixel_type(layout: Layout) -> PixelType {
    match layout {
        Layout::Gray => PixelType::U8,
        Layout::GrayAlpha => PixelType::U8x2,
        Layout::Rgb => PixelType::U8x3,
        Layout::Rgba | Layout::Cmyk => PixelType::U8x4,
    }
}
