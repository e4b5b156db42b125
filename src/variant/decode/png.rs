//! PNG by the crate `png`, row by row: of an animation the picture that viewers without animation
//! show. Samples of 16 bits become 8, palettes become colours, and a transparent colour opacity.

use ::png::{
    BitDepth, ColorType, DecodeOptions, Decoder, DecodingError, Limits, Reader, Transformations,
};

use super::shrink::{Order, Shrink, factor};
use super::watched::Watched;
use super::{Job, Outcome};
use crate::image::Format;
use crate::variant::Layout;
use crate::variant::colours::MAX_PROFILE;
use crate::variant::error::{Fault, RenderError, undecodable};
use crate::variant::geometry::Size;

/// The bytes of rows that the decoder holds, for each pixel of a row: four rows of four samples of
/// two bytes.
const ROW_BYTES: usize = 32;

pub(super) fn decode(job: &Job<'_>) -> Outcome {
    let fault = |cause: DecodingError| fault(job, cause);
    let mut reader = open(job).map_err(fault)?;
    let info = reader.info();
    let found = Size { width: info.width, height: info.height };
    if found != job.stored {
        return Err(undecodable(Format::Png, Fault::size(found, job.stored)));
    }
    let order = if info.interlaced { Order::Passes } else { Order::TopDown };
    let profile = info.icc_profile.as_ref().map(|profile| profile.to_vec());
    let layout = layout(&reader).ok_or_else(|| undecodable(Format::Png, Fault::Colours))?;
    let (factor, _) = factor(job.stored, job.wanted);
    let mut shrink = Shrink::new(job.stored, layout, factor, order);
    let decoded = rows(job, &mut reader, &mut shrink).map(|()| shrink.finish())?;
    Ok((decoded, profile))
}

/// Decodes every frame after the picture that viewers without animation show.
pub(super) fn prove_rest(job: &Job<'_>) -> Result<(), RenderError> {
    let fault = |cause: DecodingError| fault(job, cause);
    let mut reader = open(job).map_err(fault)?;
    let Some(animation) = reader.info().animation_control else { return Ok(()) };
    // The picture counts as a frame when a frame's header stands before it.
    let is_frame = reader.info().frame_control.is_some();
    let further = animation.num_frames.saturating_sub(u32::from(is_frame));
    // What stands before them was decoded, and is passed over.
    for _ in 0..further {
        reader.next_frame_info().map_err(fault)?;
        while reader.next_row().map_err(fault)?.is_some() {
            job.deadline.check()?;
        }
    }
    Ok(())
}

fn open<'a>(job: &Job<'a>) -> Result<Reader<Watched<'a>>, DecodingError> {
    let mut options = DecodeOptions::default();
    options.set_ignore_text_chunk(true);
    let mut decoder = Decoder::new_with_options(Watched::new(job.bytes, job.deadline), options);
    let width = usize::try_from(job.stored.width).unwrap_or(usize::MAX);
    let bytes = width.saturating_mul(ROW_BYTES).saturating_add(2 * MAX_PROFILE);
    decoder.set_limits(Limits { bytes });
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    decoder.read_info()
}

fn layout(reader: &Reader<Watched<'_>>) -> Option<Layout> {
    match reader.output_color_type() {
        (ColorType::Grayscale, BitDepth::Eight) => Some(Layout::Gray),
        (ColorType::GrayscaleAlpha, BitDepth::Eight) => Some(Layout::GrayAlpha),
        (ColorType::Rgb, BitDepth::Eight) => Some(Layout::Rgb),
        (ColorType::Rgba, BitDepth::Eight) => Some(Layout::Rgba),
        (_, _) => None,
    }
}

fn rows(
    job: &Job<'_>,
    reader: &mut Reader<Watched<'_>>,
    shrink: &mut Shrink,
) -> Result<(), RenderError> {
    let is_interlaced = reader.info().interlaced;
    for (y, across) in places(job.stored, is_interlaced) {
        job.deadline.check()?;
        let row = reader.next_row().map_err(|cause| fault(job, cause))?;
        let row = row.ok_or_else(|| undecodable(Format::Png, Fault::Short))?;
        shrink.take(y, across, row.data());
    }
    Ok(())
}

/// The passes of interlacing (PNG, section 8.1): the first column and the step to the next, then
/// the same of the rows.
const PASSES: [((u32, u32), (u32, usize)); 7] = [
    ((0, 8), (0, 8)),
    ((4, 8), (0, 8)),
    ((0, 4), (4, 8)),
    ((2, 4), (0, 4)),
    ((0, 2), (2, 4)),
    ((1, 2), (0, 2)),
    ((0, 1), (1, 2)),
];

/// Where the rows that come one after the other belong: the row, the first column and the step.
fn places(stored: Size, is_interlaced: bool) -> impl Iterator<Item = (u32, (u32, u32))> {
    let whole: &[_] = &[((0, 1), (0, 1))];
    let passes = if is_interlaced { &PASSES } else { whole };
    // A pass without columns has no rows either.
    let passes = passes.iter().filter(move |((first, _), _)| *first < stored.width);
    passes.flat_map(move |(across, (first, step))| {
        (*first..stored.height).step_by(*step).map(move |y| (y, *across))
    })
}

fn fault(job: &Job<'_>, cause: DecodingError) -> RenderError {
    match (job.deadline.check(), cause) {
        (Err(timed_out), _) => timed_out.into(),
        (Ok(()), DecodingError::LimitsExceeded) => RenderError::Unusual(Format::Png),
        (Ok(()), cause) => undecodable(Format::Png, cause),
    }
}
