//! JPEG in full size by `zune-jpeg`.

use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::plain::Plain;
use crate::image::Format;
use crate::inspect::jpeg::MAX_SCANS;
use crate::variant::decode::Job;
use crate::variant::decode::watched::WatchedCursor;
use crate::variant::error::{Fault, RenderError, undecodable};
use crate::variant::geometry::Size;
use crate::variant::{Layout, Pixels};

/// The picture in its stored size.
pub(super) fn decode(job: &Job<'_>) -> Result<Pixels, RenderError> {
    let fault = |cause| match job.deadline.check() {
        Err(timed_out) => RenderError::from(timed_out),
        Ok(()) => undecodable(Format::Jpeg, cause),
    };
    let plain = Plain::of(job.bytes).map_err(|cause| undecodable(Format::Jpeg, cause))?;
    let layout = plain.colors.layout();
    let options = options(job.stored, layout);
    let reader = WatchedCursor::new(&plain.bytes, job.deadline);
    let mut decoder = JpegDecoder::new_with_options(reader, options);
    decoder.decode_headers().map_err(fault)?;
    // It takes three components that are named R, G, B for these, also where JFIF's segment says that
    // they are not.
    let is_left = layout == Layout::Cmyk || decoder.input_colorspace() == Some(ColorSpace::RGB);
    let mut samples = decoder.decode().map_err(fault)?;
    job.deadline.check()?;
    if is_left {
        plain.colors.convert(&mut samples);
    }
    if samples.len() as u64 != job.stored.area() * layout.samples() as u64 {
        return Err(undecodable(Format::Jpeg, Fault::Short));
    }
    let Size { width, height } = job.stored;
    Ok(Pixels { width, height, layout, samples })
}

/// Inks are asked for as they are stored, so that a profile can be applied to them.
fn options(stored: Size, layout: Layout) -> DecoderOptions {
    let number = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let colours = match layout {
        Layout::Gray | Layout::GrayAlpha => ColorSpace::Luma,
        Layout::Rgb | Layout::Rgba => ColorSpace::RGB,
        Layout::Cmyk => ColorSpace::CMYK,
    };
    DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(number(stored.width))
        .set_max_height(number(stored.height))
        .jpeg_set_max_scans(number(MAX_SCANS))
        .jpeg_set_out_colorspace(colours)
}
