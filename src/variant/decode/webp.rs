//! WebP by the crate `image-webp`, always in full size. Of an animation the first frame.

use image_webp::{DecodingError, WebPDecoder};

use super::Job;
use super::watched::Watched;
use crate::image::Format;
use crate::variant::error::{Fault, RenderError, undecodable};
use crate::variant::geometry::Size;
use crate::variant::resize::Decoded;
use crate::variant::{Layout, Pixels};

pub(super) fn decode(job: &Job<'_>) -> Result<Decoded, RenderError> {
    let fault = |cause: DecodingError| fault(job, cause);
    let reader = Watched::new(job.bytes, job.deadline);
    let mut decoder = WebPDecoder::new(reader).map_err(fault)?;
    let (width, height) = decoder.dimensions();
    let found = Size { width, height };
    if found != job.stored {
        return Err(undecodable(Format::Webp, Fault::size(found, job.stored)));
    }
    let layout = if decoder.has_alpha() { Layout::Rgba } else { Layout::Rgb };
    let length = decoder.output_buffer_size();
    let length = length.ok_or_else(|| undecodable(Format::Webp, Fault::Memory))?;
    let mut samples = vec![0; length];
    decoder.read_image(&mut samples).map_err(fault)?;
    job.deadline.check()?;
    let mut decoded = Decoded::full(Pixels { width, height, layout, samples });
    decoded.multiply().map_err(|cause| undecodable(Format::Webp, cause))?;
    Ok(decoded)
}

pub(super) fn fault(job: &Job<'_>, cause: DecodingError) -> RenderError {
    match job.deadline.check() {
        Err(timed_out) => timed_out.into(),
        Ok(()) => undecodable(Format::Webp, cause),
    }
}
