//! GIF by the crate `gif`: the first frame, at its place on the canvas, and nothing where it is not.

use std::num::NonZeroU64;

use ::gif::{ColorOutput, DecodeOptions, Decoder, DecodingError, MemoryLimit};

use super::Job;
use super::shrink::{Order, Shrink, factor};
use super::watched::Watched;
use crate::image::Format;
use crate::variant::Layout;
use crate::variant::colours::MAX_PROFILE;
use crate::variant::error::{Fault, RenderError, undecodable};
use crate::variant::geometry::Size;
use crate::variant::resize::Decoded;

/// The passes of interlacing (appendix E of the specification): the first row, and the step to the next.
const PASSES: [(u32, usize); 4] = [(0, 8), (4, 8), (2, 4), (1, 2)];

/// The most bytes of a colour profile, and of XMP, which the decoder gathers though nobody asks.
const MAX_BLOCK: NonZeroU64 = NonZeroU64::MIN.saturating_add(MAX_PROFILE as u64 - 1);

/// The colour of each index, with its opacity. Indices that the palette does not have are
/// transparent.
type Colours = Vec<[u8; 4]>;

pub(super) fn decode(job: &Job<'_>) -> Result<Decoded, RenderError> {
    let fault = |cause: DecodingError| fault(job, cause);
    let mut decoder = open(job).map_err(fault)?;
    let found = Size { width: decoder.width().into(), height: decoder.height().into() };
    if found != job.stored {
        return Err(undecodable(Format::Gif, Fault::size(found, job.stored)));
    }
    let frame = decoder.next_frame_info().map_err(fault)?;
    let frame = frame.map(Frame::of).ok_or_else(|| undecodable(Format::Gif, Fault::Empty))?;
    let colours = colours(decoder.palette().map_err(fault)?, frame.transparent);
    let (factor, _) = factor(job.stored, job.wanted);
    let order = if frame.is_interlaced { Order::Passes } else { Order::TopDown };
    let mut shrink = Shrink::new(job.stored, Layout::Rgba, factor, order);
    let mut pixels = Vec::new();
    rows(job, &mut decoder, &frame, |y, line| {
        pixels.clear();
        let colour = |index: &u8| colours.get(usize::from(*index)).copied().unwrap_or_default();
        pixels.extend(line.iter().flat_map(colour));
        shrink.take(y, (frame.left, 1), &pixels);
    })?;
    Ok(shrink.finish())
}

/// Decodes every frame after the first.
pub(super) fn prove_rest(job: &Job<'_>) -> Result<(), RenderError> {
    let fault = |cause: DecodingError| fault(job, cause);
    let mut decoder = open(job).map_err(fault)?;
    // The rows of the first are passed over.
    decoder.next_frame_info().map_err(fault)?;
    while let Some(frame) = decoder.next_frame_info().map_err(fault)?.map(Frame::of) {
        rows(job, &mut decoder, &frame, |_, _| {})?;
    }
    Ok(())
}

/// Unpacks a frame row by row.
fn rows(
    job: &Job<'_>,
    decoder: &mut Decoder<Watched<'_>>,
    frame: &Frame,
    mut take: impl FnMut(u32, &[u8]),
) -> Result<(), RenderError> {
    let mut line = vec![0; usize::try_from(frame.size.width).unwrap_or_default()];
    for y in frame.rows() {
        job.deadline.check()?;
        if !decoder.fill_buffer(&mut line).map_err(|cause| fault(job, cause))? {
            return Err(undecodable(Format::Gif, Fault::Short));
        }
        take(y, &line);
    }
    Ok(())
}

/// A decoder that unpacks a row at a time, so that a frame larger than the canvas costs nothing.
fn open<'a>(job: &Job<'a>) -> Result<Decoder<Watched<'a>>, DecodingError> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    options.set_memory_limit(MemoryLimit::Bytes(MAX_BLOCK));
    options.read_info(Watched::new(job.bytes, job.deadline))
}

/// The place of a frame.
struct Frame {
    left: u32,
    top: u32,
    size: Size,
    is_interlaced: bool,
    transparent: Option<u8>,
}

impl Frame {
    fn of(frame: &::gif::Frame<'_>) -> Self {
        Self {
            left: frame.left.into(),
            top: frame.top.into(),
            size: Size { width: frame.width.into(), height: frame.height.into() },
            is_interlaced: frame.interlaced,
            transparent: frame.transparent,
        }
    }

    /// The rows on the canvas, in the order in which they come.
    fn rows(&self) -> impl Iterator<Item = u32> {
        let (top, height) = (self.top, self.size.height);
        let whole: &[_] = &[(0, 1)];
        let passes = if self.is_interlaced { &PASSES } else { whole };
        let rows = passes.iter().flat_map(move |(first, step)| (*first..height).step_by(*step));
        rows.map(move |row| top + row)
    }
}

fn colours(palette: &[u8], transparent: Option<u8>) -> Colours {
    let (colours, _) = palette.as_chunks::<3>();
    let mut colours: Colours = colours.iter().map(|[r, g, b]| [*r, *g, *b, 255]).collect();
    if let Some(colour) = transparent.and_then(|index| colours.get_mut(usize::from(index))) {
        *colour = [0; 4];
    }
    colours
}

fn fault(job: &Job<'_>, cause: DecodingError) -> RenderError {
    match (job.deadline.check(), cause) {
        (Err(timed_out), _) => timed_out.into(),
        (Ok(()), DecodingError::MemoryLimit) => RenderError::Unusual(Format::Gif),
        (Ok(()), cause) => undecodable(Format::Gif, cause),
    }
}
