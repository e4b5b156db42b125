//! JPEG: at an eighth, a quarter or half of its size by `variant::jpeg`, in full size by `zune-jpeg`.

mod crispen;
mod full;

use super::Job;
use crate::image::Format;
use crate::inspect::jpeg::marker;
use crate::inspect::jpeg::segments::{Segment, Segments};
use crate::inspect::reader::Reader;
use crate::variant::Pixels;
use crate::variant::error::{Fault, RenderError, undecodable};
use crate::variant::geometry::Size;
use crate::variant::jpeg::{self, DecodeError, Kind, Scale};
use crate::variant::resize::Decoded;

/// The picture. A file that takes more memory than those that cameras write is decoded smaller than
/// is wanted, and then shown with less detail.
pub(super) fn decode(job: &Job<'_>) -> Result<Decoded, RenderError> {
    let header = admitted(job)?;
    let allowed = cost(job.stored, job.wanted);
    let smaller = SCALES.into_iter().map(Some).rev();
    let wanted = scale(job.stored, job.wanted);
    let mut scales = [None].into_iter().chain(smaller).skip_while(|scale| *scale != wanted);
    let scale = scales.find(|scale| header.allows(*scale) && header.cost(*scale) <= allowed);
    match scale.flatten() {
        Some(scale) => {
            let mut decoded = reduced(job, jpeg::decode(job.bytes, scale, job.deadline), scale)?;
            if scale == Scale::Eighth {
                crispen::crispen(&mut decoded.pixels);
            }
            Ok(decoded)
        }
        None if scale.is_some() => full::decode(job).map(Decoded::full),
        None => {
            let needed = header.cost(Some(Scale::Eighth));
            Err(RenderError::TooLarge { needed, most: allowed })
        }
    }
}

/// Reads every bit of every scan, and gives the picture at an eighth.
pub(super) fn prove(job: &Job<'_>) -> Result<Decoded, RenderError> {
    admitted(job)?;
    reduced(job, jpeg::prove(job.bytes, job.deadline), Scale::Eighth)
}

/// The header of a file that has the size that its record says.
fn admitted(job: &Job<'_>) -> Result<Header, RenderError> {
    let header = Header::read(job.bytes).ok_or_else(|| undecodable(Format::Jpeg, Fault::Empty))?;
    if header.size == job.stored {
        Ok(header)
    } else {
        Err(undecodable(Format::Jpeg, Fault::size(header.size, job.stored)))
    }
}

/// Bytes that decoding takes at most.
///
/// At half and in full size that is what a sequential file with three components takes, and in full
/// size also a progressive one with colour at half the resolution. Below, it is what any file with
/// three components takes.
pub(in crate::variant) fn cost(stored: Size, wanted: (f64, f64)) -> u64 {
    let of = |scale, components, is_progressive| {
        jpeg::cost(stored.width, stored.height, scale, Kind { components, is_progressive })
    };
    let scale = scale(stored, wanted);
    let usual = match scale {
        Some(scale @ (Scale::Eighth | Scale::Quarter)) => of(scale, 3, true),
        Some(Scale::Half) => of(Scale::Half, 3, false),
        None => 6 * padded(stored) + FIXED,
    };
    let most = scale.map_or(16 * padded(stored) + FIXED, |scale| of(scale, 4, true));
    usual.max(SMALL.min(most))
}

/// The size that the picture is decoded to.
pub(in crate::variant) fn reduced_size(stored: Size, wanted: (f64, f64)) -> Size {
    let scale = scale(stored, wanted);
    let of = |side: u32| scale.map_or(side, |scale| scale.of(side));
    Size { width: of(stored.width), height: of(stored.height) }
}

/// What any file may take.
const SMALL: u64 = 24 << 20;

/// Tables and rows.
const FIXED: u64 = 1 << 20;

/// Pixels of the picture filled up to blocks.
fn padded(Size { width, height }: Size) -> u64 {
    let side = |side: u32| side.next_multiple_of(32);
    Size { width: side(width), height: side(height) }.area()
}

/// The smallest scale that is large enough; none when that is the full size.
fn scale(stored: Size, wanted: (f64, f64)) -> Option<Scale> {
    let reaches = |part: f64| {
        f64::from(stored.width) / part >= wanted.0 && f64::from(stored.height) / part >= wanted.1
    };
    SCALES.into_iter().find(|scale| reaches(divisor(*scale)))
}

const SCALES: [Scale; 3] = [Scale::Eighth, Scale::Quarter, Scale::Half];

const fn divisor(scale: Scale) -> f64 {
    match scale {
        Scale::Eighth => 8.0,
        Scale::Quarter => 4.0,
        Scale::Half => 2.0,
    }
}

fn reduced(
    job: &Job<'_>,
    decoded: Result<Pixels, DecodeError>,
    scale: Scale,
) -> Result<Decoded, RenderError> {
    let pixels = decoded.map_err(|cause| match cause {
        DecodeError::TimedOut(timed_out) => timed_out.into(),
        cause @ (DecodeError::Unsupported(_) | DecodeError::Corrupt(_)) => {
            undecodable(Format::Jpeg, cause)
        }
    })?;
    let part = |side: u32| f64::from(side) / divisor(scale);
    Ok(Decoded { pixels, extent: (part(job.stored.width), part(job.stored.height)) })
}

/// What the segments before the image data say.
struct Header {
    size: Size,
    kind: Kind,
    /// Samples of all components in the smallest unit of blocks, and those of a component in full
    /// resolution.
    samples: (u64, u64),
    /// A sequential file whose components are in several scans. `zune-jpeg` 0.5 makes wrong colours
    /// of those without an error. They are rare, and are decoded at half their size at most.
    is_in_parts: bool,
}

impl Header {
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut frame = None;
        for segment in Segments::new(bytes).map_while(Result::ok) {
            match segment.marker {
                marker::SOF0..=marker::SOF2 => frame = Some(segment),
                marker::SOS => return Self::of(&frame?, segment.payload),
                _ => {}
            }
        }
        None
    }

    fn of(frame: &Segment<'_>, scan: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(frame.payload);
        let _precision = reader.u8().ok()?;
        let (height, width) = (reader.be16().ok()?, reader.be16().ok()?);
        let size = Size { width: width.into(), height: height.into() };
        let components = reader.u8().ok()?;
        let is_progressive = frame.marker == marker::SOF2;
        let is_in_parts = !is_progressive && *scan.first()? < components;
        let samples = samples(reader.rest());
        let kind = Kind { components: components.into(), is_progressive };
        Some(Self { size, kind, samples, is_in_parts })
    }

    fn allows(&self, scale: Option<Scale>) -> bool {
        scale.is_some() || !self.is_in_parts
    }

    /// Bytes that this file takes at most.
    fn cost(&self, scale: Option<Scale>) -> u64 {
        let Size { width, height } = self.size;
        let Kind { components, is_progressive } = self.kind;
        if let Some(scale) = scale {
            return jpeg::cost(width, height, scale, self.kind);
        }
        let (all, one) = self.samples;
        let coefficients = if is_progressive { (2 * all).div_ceil(one) } else { 0 };
        // With four inks the pixels are larger afterwards, too.
        let pixels = if components > 3 { 2 * components } else { components };
        padded(self.size) * (pixels + coefficients) + FIXED
    }
}

/// Sums up the sampling factors of components, each of which has three bytes.
fn samples(components: &[u8]) -> (u64, u64) {
    let (components, _) = components.as_chunks::<3>();
    let factors = || components.iter().map(|[_, factors, _]| (factors >> 4, factors & 0x0F));
    let across = factors().map(|(across, _)| u64::from(across)).max().unwrap_or_default();
    let down = factors().map(|(_, down)| u64::from(down)).max().unwrap_or_default();
    let all = factors().map(|(across, down)| u64::from(across) * u64::from(down)).sum();
    (all, (across * down).max(1))
}
