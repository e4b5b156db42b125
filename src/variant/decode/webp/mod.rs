//! WebP by the crate `image-webp`, a picture at a time and in full size.
//!
//! The frames of an animation are decoded as files of their own, because the crate composes an
//! animation in three buffers as large as the canvas.

mod frames;
mod lossless;

use image_webp::{DecodingError, WebPDecoder};

use super::Job;
use super::watched::Watched;
use crate::image::Format;
use crate::variant::error::{Fault, RenderError, undecodable};
use crate::variant::geometry::Size;
use crate::variant::resize::Decoded;
use crate::variant::{Layout, Pixels};
use frames::Frame;

/// Bytes that decoding takes at most. A lossy picture with opacity takes twice as much, and is decoded
/// where it is small.
///
/// A lossy picture whose lengths lie makes the decoder ask for 16 MiB more, which it gives back before
/// it touches them.
pub(in crate::variant) fn cost(stored: Size, size: u64) -> u64 {
    pixels(stored) + copies(stored, size) + tables(stored)
}

/// Pixels and planes.
fn pixels(stored: Size) -> u64 {
    (6 * stored.area()).max(SMALL).min(12 * stored.area())
}

/// What the pixels and planes of any picture may take.
const SMALL: u64 = 64 << 20;

/// The coded data as a file of its own; of a lossy picture, which has seldom more than some bits a
/// pixel, the decoder makes three further copies.
fn copies(stored: Size, size: u64) -> u64 {
    size + (3 * size).min(stored.area().max(8 << 20))
}

/// What the tables of prefix codes may take. A writer seldom uses more than a few hundred groups of
/// them, and a stranger can ask for 65,536 with a small file.
fn tables(stored: Size) -> u64 {
    ((8 << 20) + stored.area() / 2).min((2 << 20) + 2 * stored.area())
}

/// The picture, or the first frame on an empty canvas.
pub(super) fn decode(job: &Job<'_>) -> Result<Decoded, RenderError> {
    let first = frames::frames(job.bytes)?.next().unwrap_or(Err(empty()))?;
    if first.placing(job.stored) + first.bytes.len() as u64 > most(job, &first) {
        return Err(RenderError::Unusual(Format::Webp));
    }
    let pixels = picture(job, &first)?;
    let mut decoded = Decoded::full(first.on_canvas(pixels, job.stored));
    decoded.multiply().map_err(|cause| undecodable(Format::Webp, cause))?;
    Ok(decoded)
}

/// Decodes every frame after the first.
pub(super) fn prove_rest(job: &Job<'_>) -> Result<(), RenderError> {
    for frame in frames::frames(job.bytes)?.skip(1) {
        picture(job, &frame?)?;
    }
    Ok(())
}

fn picture(job: &Job<'_>, frame: &Frame<'_>) -> Result<Pixels, RenderError> {
    let fault = |cause: DecodingError| fault(job, cause);
    let stated = frame.size.unwrap_or(job.stored);
    if let Some(data) = &frame.lossless {
        lossless::admit(data, stated, tables(job.stored), job.deadline)?;
    }
    let size = frame.bytes.len() as u64;
    let needed = stated.area() * frame.pixel_bytes() + frame.copies() * size;
    if needed > most(job, frame) {
        return Err(RenderError::Unusual(Format::Webp));
    }
    let mut decoder = WebPDecoder::new(Watched::new(&frame.bytes, job.deadline)).map_err(fault)?;
    let (width, height) = decoder.dimensions();
    let found = Size { width, height };
    if found != stated || decoder.is_animated() || found.area() > job.stored.area() {
        return Err(undecodable(Format::Webp, Fault::size(found, stated)));
    }
    let layout = if decoder.has_alpha() { Layout::Rgba } else { Layout::Rgb };
    let length = decoder.output_buffer_size();
    let length = length.ok_or(RenderError::Unusual(Format::Webp))?;
    let mut samples = vec![0; length];
    decoder.read_image(&mut samples).map_err(fault)?;
    job.deadline.check()?;
    if !frame.has_opacity {
        let (pixels, _) = samples.as_chunks_mut::<4>();
        let opacities = pixels.iter_mut().filter(|_| layout == Layout::Rgba);
        opacities.for_each(|[_, _, _, opacity]| *opacity = u8::MAX);
    }
    Ok(Pixels { width, height, layout, samples })
}

/// What a frame may take beside its tables.
fn most(job: &Job<'_>, frame: &Frame<'_>) -> u64 {
    pixels(job.stored) + copies(job.stored, frame.bytes.len() as u64)
}

fn empty() -> RenderError {
    undecodable(Format::Webp, Fault::Empty)
}

fn fault(job: &Job<'_>, cause: DecodingError) -> RenderError {
    match job.deadline.check() {
        Err(timed_out) => timed_out.into(),
        Ok(()) => undecodable(Format::Webp, cause),
    }
}
