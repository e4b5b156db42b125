//! JPEG: keeps the segments that decoding needs, JFIF, Adobe's colour transform and the colour
//! profile. Every other application segment, every comment and whatever stands between segments or
//! after the end goes.

use super::exif::{self, Verdict};
use super::stripped::Kind;
use super::{Edits, Rights};
use crate::inspect::Corruption;
use crate::inspect::exif::PREFIX as EXIF;
use crate::inspect::jpeg::segments::{Segment, Segments};
use crate::inspect::jpeg::{ICC, marker};

/// How the payload of a segment begins, by what it holds.
mod prefix {
    /// JFIF 1.02; version, density and the size of a thumbnail follow.
    pub(super) const JFIF: &[u8] = b"JFIF\0";
    /// JFIF's extension, which holds a thumbnail.
    pub(super) const JFXX: &[u8] = b"JFXX\0";
    /// Adobe's supplement to PostScript's DCT filter: whether the colours are YCbCr or CMYK.
    pub(super) const ADOBE: &[u8] = b"Adobe";
    /// XMP specification, part 3, section 1.1.3; the second is of its extension.
    pub(super) const XMP: &[u8] = b"http://ns.adobe.com/";
    /// Photoshop's image resources, IPTC among them.
    pub(super) const PHOTOSHOP: &[u8] = b"Photoshop ";
    /// CIPA DC-007: where further pictures are, behind the end of this one.
    pub(super) const MULTI_PICTURE: &[u8] = b"MPF\0";
}

/// The payload of a JFIF segment without a thumbnail, and of Adobe's segment.
const JFIF_LENGTH: usize = 14;
const ADOBE_LENGTH: usize = 12;

const APP2: u8 = marker::APP0 + 2;
const APP13: u8 = marker::APP0 + 13;
const APP14: u8 = marker::APP0 + 14;

pub(super) fn strip(bytes: &[u8], rights: Rights) -> Result<Edits, Corruption> {
    let mut walk = Walk { edits: Edits::default(), rights, has_exif: false, has_scan: false };
    // The start of the image, which the walk over the segments passes over.
    walk.edits.keep(0..2);
    let mut at = 2;
    for segment in Segments::new(bytes) {
        let segment = segment?;
        let between = bytes.get(at..segment.range.start).unwrap_or_default();
        if between.iter().any(|byte| *byte != 0xFF) {
            walk.edits.remove(Kind::Application);
        }
        at = segment.range.end;
        walk.take(&segment);
    }
    if at < bytes.len() {
        walk.edits.remove(Kind::Trailing);
    }
    Ok(walk.edits)
}

struct Walk {
    edits: Edits,
    rights: Rights,
    /// The Exif block that viewers obey has come: the first, when it stands before the image data.
    has_exif: bool,
    has_scan: bool,
}

impl Walk {
    fn take(&mut self, segment: &Segment<'_>) {
        match segment.marker {
            marker::APP0..=marker::APP15 => self.take_application(segment),
            marker::COM => self.edits.remove(Kind::Comment),
            marker => {
                self.has_scan |= marker == marker::SOS;
                self.edits.keep(segment.range.clone());
            }
        }
    }

    fn take_application(&mut self, segment: &Segment<'_>) {
        let begins = |prefix| segment.payload.starts_with(prefix);
        match segment.marker {
            marker::APP0 if begins(prefix::JFIF) => self.take_jfif(segment),
            marker::APP0 if begins(prefix::JFXX) => self.edits.remove(Kind::Thumbnail),
            marker::APP1 if begins(EXIF) => self.take_exif(segment),
            marker::APP1 if begins(prefix::XMP) => self.edits.remove(Kind::Xmp),
            APP2 if begins(ICC) => self.edits.keep(segment.range.clone()),
            APP2 if begins(prefix::MULTI_PICTURE) => self.edits.remove(Kind::Pictures),
            APP13 if begins(prefix::PHOTOSHOP) => self.edits.remove(Kind::Iptc),
            APP14 if begins(prefix::ADOBE) => self.keep_front(segment, ADOBE_LENGTH),
            _ => self.edits.remove(Kind::Application),
        }
    }

    fn take_jfif(&mut self, segment: &Segment<'_>) {
        if segment.payload.len() > JFIF_LENGTH {
            self.edits.remove(Kind::Thumbnail);
            let front = segment.payload.get(..JFIF_LENGTH - 2).unwrap_or_default();
            let no_thumbnail = [front, &[0, 0]].concat();
            self.edits.write(with_head(segment.marker, &no_thumbnail));
        } else {
            self.edits.keep(segment.range.clone());
        }
    }

    /// Keeps what a segment is known to hold and drops what is hidden behind it.
    fn keep_front(&mut self, segment: &Segment<'_>, length: usize) {
        match segment.payload.split_at_checked(length) {
            Some((front, behind)) if !behind.is_empty() => {
                self.edits.remove(Kind::Application);
                self.edits.write(with_head(segment.marker, front));
            }
            Some(_) | None => self.edits.keep(segment.range.clone()),
        }
    }

    fn take_exif(&mut self, segment: &Segment<'_>) {
        let tiff = segment.payload.strip_prefix(EXIF).unwrap_or_default();
        let (verdict, kinds) = exif::judge(tiff, self.rights);
        let is_obeyed = !std::mem::replace(&mut self.has_exif, true) && !self.has_scan;
        match verdict {
            Verdict::Stays if is_obeyed => self.edits.keep(segment.range.clone()),
            Verdict::Becomes(tiff) if is_obeyed => {
                self.edits.write(with_head(segment.marker, &[EXIF, &tiff].concat()));
            }
            Verdict::Stays => self.edits.remove(Kind::Exif),
            Verdict::Goes | Verdict::Becomes(_) => {}
        }
        kinds.into_iter().for_each(|kind| self.edits.remove(kind));
    }
}

/// A segment; its payload is a part of one that was there, so its length fits.
fn with_head(marker: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 2).unwrap_or(u16::MAX);
    [&[0xFF, marker], &length.to_be_bytes()[..], payload].concat()
}
