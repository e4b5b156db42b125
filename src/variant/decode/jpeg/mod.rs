//! JPEG: at an eighth, a quarter or half of its size by `variant::jpeg`, in full size by `zune-jpeg`.

mod full;
mod header;
mod plain;
mod sharpen;

pub(crate) use self::header::Header;

use super::Job;
use crate::image::Format;
use crate::variant::Pixels;
use crate::variant::error::{Fault, RenderError, undecodable};
use crate::variant::geometry::Size;
use crate::variant::jpeg::{self, DecodeError, Kind, Scale};
use crate::variant::resize::Decoded;

/// The picture. A file that takes more memory than was reckoned with is decoded smaller than is
/// wanted, and then shown with less detail.
pub(super) fn decode(job: &Job<'_>) -> Result<Decoded, RenderError> {
    let header = admitted(job)?;
    let allowed = cost(job.stored, job.wanted, job.header);
    let reduced = SCALES.into_iter().map(Some).rev();
    let wanted = scale(job.stored, job.wanted);
    let mut scales = [None].into_iter().chain(reduced).skip_while(|scale| *scale != wanted);
    let scale = scales.find(|scale| header.allows(*scale) && header.cost(*scale) <= allowed);
    match scale.flatten() {
        Some(scale) => smaller(job, scale),
        None if scale.is_some() => whole(job),
        None => Err(RenderError::Unusual(Format::Jpeg)),
    }
}

/// In full size, or where the decoder for that does not read the file, at half of it, which takes less
/// memory of every file.
fn whole(job: &Job<'_>) -> Result<Decoded, RenderError> {
    let error = match full::decode(job) {
        Err(error @ RenderError::Undecodable { .. }) => error,
        decoded => return decoded.map(Decoded::full),
    };
    match smaller(job, Scale::Half) {
        Err(RenderError::Undecodable { .. }) => Err(error),
        decoded => decoded,
    }
}

fn smaller(job: &Job<'_>, scale: Scale) -> Result<Decoded, RenderError> {
    let mut decoded = reduced(job, jpeg::decode(job.bytes, scale, job.deadline), scale)?;
    if scale == Scale::Eighth {
        sharpen::sharpen(&mut decoded.pixels);
    }
    Ok(decoded)
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
/// three components takes. A file whose `header` is known takes what that says, if that is more.
pub(in crate::variant) fn cost(stored: Size, wanted: (f64, f64), header: Option<Header>) -> u64 {
    let of_header = header.map_or(0, |header| header.cost(scale_of(header, stored, wanted)));
    usual_cost(stored, wanted).max(of_header)
}

fn usual_cost(stored: Size, wanted: (f64, f64)) -> u64 {
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

/// The same for this file; the next smaller one where there is no decoder for it in full size.
fn scale_of(header: Header, stored: Size, wanted: (f64, f64)) -> Option<Scale> {
    let scale = scale(stored, wanted);
    if header.allows(scale) { scale } else { Some(Scale::Half) }
}

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
