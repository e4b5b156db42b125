//! A JPEG without its application segments.
//!
//! `zune-jpeg` keeps a copy of almost each of these, some of them twice, whatever their number, and
//! reads colours out of Adobe's by other rules than libjpeg. What it gets is the pixels, and one
//! segment that says whether to convert them.

use crate::inspect::Corruption;
use crate::inspect::jpeg::marker;
use crate::inspect::jpeg::segments::Segments;
use crate::variant::jpeg::{Colors, Marks};

/// Adobe's segment (technical note 5116, section 18) up to the transform, with which it ends.
const ADOBE: [u8; 15] =
    [0xFF, marker::APP14, 0, 14, b'A', b'd', b'o', b'b', b'e', 0, 100, 0, 0, 0, 0];

/// A file for `zune-jpeg`.
pub(super) struct Plain {
    pub(super) bytes: Vec<u8>,
    /// What the components of the whole file are.
    pub(super) colors: Colors,
}

impl Plain {
    pub(super) fn of(bytes: &[u8]) -> Result<Self, Corruption> {
        let colors = colors(bytes)?;
        let mut plain = Vec::with_capacity(bytes.len() + 2 + ADOBE.len() + 1);
        plain.extend([0xFF, marker::SOI]);
        plain.extend(ADOBE);
        // Zero leaves the samples as they are.
        plain.push(u8::from(colors == Colors::YCbCr));
        for segment in Segments::new(bytes) {
            let segment = segment?;
            if !matches!(segment.marker, marker::APP0..=marker::APP15 | marker::COM) {
                plain.extend_from_slice(bytes.get(segment.range).unwrap_or_default());
            }
        }
        Ok(Self { bytes: plain, colors })
    }
}

fn colors(bytes: &[u8]) -> Result<Colors, Corruption> {
    let (mut marks, mut components) = (Marks::default(), &[][..]);
    for segment in Segments::new(bytes) {
        let segment = segment?;
        marks.take(&segment);
        if matches!(segment.marker, marker::SOF0..=marker::SOF2) {
            // Behind the precision, the size and the number of components, three bytes for each.
            (components, _) = segment.payload.get(6..).unwrap_or_default().as_chunks::<3>();
        }
    }
    let ids: Vec<u8> = components.iter().map(|[id, _, _]| *id).collect();
    Ok(Colors::of(&ids, marks))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A JPEG of 8 × 8 pixels with this between its first marker and its tables.
    fn with(between: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut bytes, 80);
        encoder.encode(&[90; 192], 8, 8, jpeg_encoder::ColorType::Rgb).unwrap();
        [&bytes[..2], between, &bytes[2..]].concat()
    }

    #[test]
    fn application_segments_and_comments_are_left_out() {
        let part = [&[0xFF, 0xE2, 0, 17][..], b"ICC_PROFILE\0\x01\x01x"].concat();
        let comment = [0xFF, marker::COM, 0, 3, 0];
        let many = with(&[part.repeat(10_000), comment.repeat(1000)].concat());
        let (many, few) = (Plain::of(&many).unwrap(), Plain::of(&with(&[])).unwrap());
        assert_eq!(many.bytes, few.bytes);
        assert_eq!(many.colors, Colors::YCbCr);
        let kinds = Segments::new(&many.bytes).map(|segment| segment.unwrap().marker);
        let applications: Vec<_> = kinds.filter(|kind| (0xE0..0xF0).contains(kind)).collect();
        assert_eq!(applications, [marker::APP14]);
    }
}
