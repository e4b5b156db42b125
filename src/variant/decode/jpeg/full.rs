//! JPEG in full size by `zune-jpeg`.

use zune_core::bytestream::ZByteReaderTrait;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use crate::image::Format;
use crate::inspect::jpeg::marker;
use crate::inspect::jpeg::segments::Segments;
use crate::variant::decode::Job;
use crate::variant::decode::watched::WatchedCursor;
use crate::variant::error::{Fault, RenderError, undecodable};
use crate::variant::geometry::Size;
use crate::variant::{Layout, Pixels};

/// The most scans, each of which is a pass over all coefficients. A progressive photo has about ten.
const MAX_SCANS: usize = 100;

/// The picture in its stored size.
pub(super) fn decode(job: &Job<'_>) -> Result<Pixels, RenderError> {
    let fault = |cause| match job.deadline.check() {
        Err(timed_out) => RenderError::from(timed_out),
        Ok(()) => undecodable(Format::Jpeg, cause),
    };
    let side = |side: u32| usize::try_from(side).unwrap_or(usize::MAX);
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(side(job.stored.width))
        .set_max_height(side(job.stored.height))
        .jpeg_set_max_scans(MAX_SCANS);
    let reader = WatchedCursor::new(job.bytes, job.deadline);
    let mut decoder = JpegDecoder::new_with_options(reader, options);
    decoder.decode_headers().map_err(fault)?;
    let (colours, layout) = colours(&decoder);
    let is_ycck = colours == ColorSpace::YCCK;
    decoder.set_options(options.jpeg_set_out_colorspace(colours));
    let mut samples = decoder.decode().map_err(fault)?;
    job.deadline.check()?;
    match layout {
        Layout::Cmyk if is_ycck => inks_of_ycck(&mut samples),
        Layout::Cmyk if has_adobe(job.bytes) => invert(&mut samples),
        Layout::Cmyk | Layout::Gray | Layout::GrayAlpha | Layout::Rgb | Layout::Rgba => {}
    }
    if samples.len() as u64 != job.stored.area() * layout.samples() as u64 {
        return Err(undecodable(Format::Jpeg, Fault::Short));
    }
    let Size { width, height } = job.stored;
    Ok(Pixels { width, height, layout, samples })
}

/// What to ask the decoder for: inks as they are stored, so that a profile can be applied to them.
/// The number of components decides, because Adobe's segment may say things that do not fit it.
fn colours<T: ZByteReaderTrait>(decoder: &JpegDecoder<T>) -> (ColorSpace, Layout) {
    let components = decoder.info().map(|info| info.components);
    match (components, decoder.input_colorspace()) {
        (Some(1), _) => (ColorSpace::Luma, Layout::Gray),
        (Some(4), Some(ColorSpace::YCCK)) => (ColorSpace::YCCK, Layout::Cmyk),
        (Some(4), _) => (ColorSpace::CMYK, Layout::Cmyk),
        _ => (ColorSpace::RGB, Layout::Rgb),
    }
}

/// Whether Adobe's segment is there: Photoshop writes inks inverted, and so does everybody who
/// writes that segment.
fn has_adobe(bytes: &[u8]) -> bool {
    let segments = Segments::new(bytes).map_while(Result::ok);
    let mut headers = segments.take_while(|segment| segment.marker != marker::SOS);
    headers.any(|segment| segment.marker == marker::APP14 && segment.payload.starts_with(b"Adobe"))
}

fn invert(samples: &mut [u8]) {
    samples.iter_mut().for_each(|sample| *sample = !*sample);
}

/// From YCCK to inks. Only Adobe's segment tells of YCCK, so that inks were inverted, then taken for
/// the complement of RGB, and that RGB written as YCbCr: two complements, which undo each other. Black
/// was inverted alone.
fn inks_of_ycck(samples: &mut [u8]) {
    let (pixels, _) = samples.as_chunks_mut::<4>();
    for pixel in pixels {
        let [luma, blue, red, black] = *pixel;
        let [cyan, magenta, yellow] = rgb(luma, blue, red);
        *pixel = [cyan, magenta, yellow, !black];
    }
}

/// JFIF's formula in fixed point of 16 bits.
fn rgb(luma: u8, blue: u8, red: u8) -> [u8; 3] {
    const HALF: i32 = 1 << 15;
    let (luma, blue, red) = (i32::from(luma) << 16, i32::from(blue) - 128, i32::from(red) - 128);
    let byte = |value: i32| u8::try_from((value >> 16).clamp(0, 255)).unwrap_or_default();
    [
        byte(luma + 91_881 * red + HALF),
        byte(luma - 22_554 * blue - 46_802 * red + HALF),
        byte(luma + 116_130 * blue + HALF),
    ]
}
