//! JPEG: at an eighth, a quarter or half of its size by `variant::jpeg`, in full size by `zune-jpeg`.

mod full;

use super::Job;
use crate::image::Format;
use crate::inspect::jpeg::marker;
use crate::inspect::jpeg::segments::{Segment, Segments};
use crate::inspect::reader::Reader;
use crate::variant::Pixels;
use crate::variant::error::{Fault, RenderError, undecodable};
use crate::variant::geometry::Size;
use crate::variant::jpeg::{self, DecodeError, Scale};
use crate::variant::resize::Decoded;

pub(super) fn decode(job: &Job<'_>) -> Result<Decoded, RenderError> {
    let header = admitted(job)?;
    match scale(job.stored, job.wanted) {
        Some(scale) => reduced(job, jpeg::decode(job.bytes, scale, job.deadline), scale),
        None if header.is_in_parts => {
            let half = jpeg::decode(job.bytes, Scale::Half, job.deadline);
            reduced(job, half, Scale::Half)
        }
        None => full::decode(job).map(Decoded::full),
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
pub(in crate::variant) fn cost(stored: Size, wanted: (f64, f64), size: u64) -> u64 {
    match scale(stored, wanted) {
        Some(scale) => jpeg::cost(stored.width, stored.height, scale),
        // The decoder keeps copies of what stands in application segments.
        None => size + FULL_BYTES * padded(stored.width) * padded(stored.height),
    }
}

/// Bytes for each pixel in full size: of a progressive file with four components in full resolution
/// a sample and a coefficient of two bytes each.
const FULL_BYTES: u64 = 4 + 8;

/// A side filled up to blocks, and rows of them that are converted.
fn padded(side: u32) -> u64 {
    u64::from(side).next_multiple_of(32) + 64
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
    /// A sequential file whose components are in several scans. `zune-jpeg` 0.5 makes wrong colours
    /// of those without an error. They are rare, and are decoded at half their size at most: who
    /// wants more gets half the detail.
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
        let is_sequential = frame.marker != marker::SOF2;
        let is_in_parts = is_sequential && *scan.first()? < reader.u8().ok()?;
        Some(Self { size, is_in_parts })
    }
}
