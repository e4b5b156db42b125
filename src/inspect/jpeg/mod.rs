//! JPEG (ITU-T T.81): what its segments tell.

pub(crate) mod marker;
pub(crate) mod segments;
mod tables;

use super::error::{Coding, Corruption, Fault};
use super::exif::{self, Orientation};
use super::reader::Reader;
use super::size::Size;
use super::{Facts, Limits};
use crate::image::Format;
use segments::{Segment, Segments};

/// The most scans. A progressive photo has about ten; each costs the decoder a pass over all
/// coefficients, whatever its own length, so that a small file could keep it busy for minutes.
/// libjpeg-turbo's fuzzers stop at the same number.
pub(crate) const MAX_SCANS: u32 = 500;

/// The most parts of a colour profile: a byte has their number (ICC.1, annex B.4). Decoders hold each
/// apart before they join them.
const MAX_PROFILE_PARTS: u32 = 255;

/// How the payload of a part of a colour profile begins.
pub(crate) const ICC: &[u8] = b"ICC_PROFILE\0";

const APP2: u8 = marker::APP0 + 2;

/// Reads the facts of a file that begins with a JPEG's magic bytes.
pub(super) fn inspect(bytes: &[u8], limits: &Limits) -> Result<Facts, Fault> {
    let (frame, orientation) = (None, None);
    let mut walk =
        Walk { limits, frame, has_tables: false, scans: 0, profile_parts: 0, orientation };
    for segment in Segments::new(bytes) {
        walk.take(&segment?)?;
    }
    Ok(walk.finish()?)
}

/// What the start-of-frame segment states.
#[derive(Clone, Copy, Debug)]
struct Frame {
    size: Size,
    components: u8,
}

/// What is known so far.
struct Walk<'l> {
    limits: &'l Limits,
    frame: Option<Frame>,
    has_tables: bool,
    scans: u32,
    profile_parts: u32,
    orientation: Option<Orientation>,
}

impl Walk<'_> {
    fn take(&mut self, segment: &Segment<'_>) -> Result<(), Fault> {
        let at = segment.range.start;
        match segment.marker {
            marker::SOF0..=marker::SOF2 => self.take_frame(segment)?,
            marker::SOS => self.take_scan(segment)?,
            marker::DQT => {
                tables::check_quantization(segment)?;
                self.has_tables = true;
            }
            marker::DHT => tables::check_huffman(segment)?,
            marker::DNL | marker::DRI if segment.payload.len() != 2 => {
                return Err(Corruption::BadLength { at }.into());
            }
            marker::APP1 => self.take_exif(segment.payload),
            APP2 if segment.payload.starts_with(ICC) => self.take_profile()?,
            marker::DNL | marker::DRI | marker::EOI | marker::COM | marker::TEM => {}
            marker::APP0..=marker::APP15 | marker::RST0..=marker::RST7 => {}
            marker @ (marker::SOF0..=marker::SOF15 | marker::DHP | marker::EXP) => {
                let coding = Coding::JpegProcess { marker };
                return Err(Corruption::UnsupportedCoding { coding }.into());
            }
            _ => return Err(Corruption::OutOfPlace { at }.into()),
        }
        Ok(())
    }

    fn take_frame(&mut self, segment: &Segment<'_>) -> Result<(), Fault> {
        if self.frame.is_some() {
            return Err(Corruption::RepeatedHeader { at: segment.range.start }.into());
        }
        let frame = read_frame(segment)?;
        self.limits.admit(frame.size)?;
        self.frame = Some(frame);
        Ok(())
    }

    fn take_scan(&mut self, segment: &Segment<'_>) -> Result<(), Corruption> {
        let frame = self.frame.ok_or(Corruption::MissingHeader)?;
        if !self.has_tables {
            return Err(Corruption::MissingTable);
        }
        let count = Reader::new(segment.payload).u8()?;
        if count == 0 || count > frame.components {
            return Err(Corruption::BadHeader { at: segment.range.start });
        }
        if segment.payload.len() != 4 + 2 * usize::from(count) {
            return Err(Corruption::BadLength { at: segment.range.start });
        }
        self.scans += 1;
        if self.scans > MAX_SCANS {
            return Err(Corruption::TooManyScans { limit: MAX_SCANS });
        }
        Ok(())
    }

    fn take_profile(&mut self) -> Result<(), Corruption> {
        self.profile_parts += 1;
        if self.profile_parts > MAX_PROFILE_PARTS {
            return Err(Corruption::TooManyProfileParts { limit: MAX_PROFILE_PARTS });
        }
        Ok(())
    }

    /// Viewers obey the first Exif block that stands before the image data.
    fn take_exif(&mut self, payload: &[u8]) {
        if self.orientation.is_none() && self.scans == 0 && payload.starts_with(exif::PREFIX) {
            self.orientation = Some(exif::orientation(payload));
        }
    }

    fn finish(self) -> Result<Facts, Corruption> {
        let frame = self.frame.ok_or(Corruption::MissingHeader)?;
        if self.scans == 0 {
            return Err(Corruption::MissingImageData);
        }
        let displayed = self.orientation.unwrap_or(Orientation::Kept).of(frame.size);
        Ok(Facts::new(Format::Jpeg, displayed, 1))
    }
}

/// Reads a start-of-frame segment. A height of zero promises a `DNL` segment after the first scan,
/// which no browser supports.
fn read_frame(segment: &Segment<'_>) -> Result<Frame, Corruption> {
    let at = segment.range.start;
    let mut reader = Reader::new(segment.payload);
    let bits = reader.u8()?;
    let height = reader.be16()?;
    let width = reader.be16()?;
    let components = reader.u8()?;
    if bits != 8 {
        let coding = Coding::JpegPrecision { bits };
        return Err(Corruption::UnsupportedCoding { coding });
    }
    if !matches!(components, 1 | 3 | 4) {
        return Err(Corruption::BadHeader { at });
    }
    if reader.rest().len() != 3 * usize::from(components) {
        return Err(Corruption::BadLength { at });
    }
    for _ in 0..components {
        let [_, sampling, table] = reader.array()?;
        let is_factor = |factor: u8| (1..=4).contains(&factor);
        if !is_factor(sampling >> 4) || !is_factor(sampling & 0x0F) || table > 3 {
            return Err(Corruption::BadHeader { at });
        }
    }
    let size = Size::new(u32::from(width), u32::from(height))?;
    Ok(Frame { size, components })
}
