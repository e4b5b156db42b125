//! Which colours the components are, and pixels of them.

use crate::inspect::jpeg::marker;
use crate::inspect::jpeg::segments::Segment;
use crate::variant::Layout;

/// What the application segments before the image data tell about colours.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::variant) struct Marks {
    /// There is a JFIF segment.
    jfif: bool,
    /// The transform that Adobe's segment states, if there is one.
    adobe: Option<u8>,
}

impl Marks {
    /// Takes what a segment tells, if it is one of these.
    pub(in crate::variant) fn take(&mut self, segment: &Segment<'_>) {
        match segment.marker {
            marker::APP0 => self.take_jfif(segment.payload),
            marker::APP14 => self.take_adobe(segment.payload),
            _ => {}
        }
    }

    /// Takes an `APP0` segment (JFIF 1.02, page 5).
    fn take_jfif(&mut self, payload: &[u8]) {
        self.jfif |= payload.starts_with(b"JFIF\0") && payload.len() >= 14;
    }

    /// Takes an `APP14` segment (Adobe's technical note 5116, section 18).
    fn take_adobe(&mut self, payload: &[u8]) {
        if let Some(([b'A', b'd', b'o', b'b', b'e', _, _, _, _, _, _, transform], _)) =
            payload.split_first_chunk()
        {
            self.adobe = Some(*transform);
        }
    }
}

/// What the components are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::variant) enum Colors {
    Gray,
    Rgb,
    /// Brightness and two differences.
    YCbCr,
    /// Inks, 0 for none.
    Cmyk,
    /// Inks, 255 for none, as Adobe's programs write them.
    AdobeCmyk,
    /// `YCbCr` of red, green and blue that stand for the inverse of three inverted inks, which is the
    /// inks, and inverted black.
    AdobeYcck,
}

impl Colors {
    /// Of components with these identifiers, as libjpeg decides.
    pub(in crate::variant) fn of(ids: &[u8], marks: Marks) -> Self {
        match (ids, marks.adobe) {
            ([_], _) => Self::Gray,
            ([_, _, _], _) if marks.jfif => Self::YCbCr,
            ([_, _, _], Some(0)) => Self::Rgb,
            ([_, _, _], Some(_)) => Self::YCbCr,
            (b"RGB", None) => Self::Rgb,
            ([_, _, _], None) => Self::YCbCr,
            (_, Some(0)) => Self::AdobeCmyk,
            (_, Some(_)) => Self::AdobeYcck,
            (_, None) => Self::Cmyk,
        }
    }

    pub(in crate::variant) fn layout(self) -> Layout {
        match self {
            Self::Gray => Layout::Gray,
            Self::Rgb | Self::YCbCr => Layout::Rgb,
            Self::Cmyk | Self::AdobeCmyk | Self::AdobeYcck => Layout::Cmyk,
        }
    }

    /// Fills a row of pixels from the rows of the components.
    pub(super) fn fill(self, pixels: &mut [u8], rows: &[&[u8]]) {
        match (self, rows) {
            (Self::Gray, [gray]) => pixels.iter_mut().zip(*gray).for_each(|(to, from)| *to = *from),
            (Self::Rgb, [r, g, b]) => fill_three(pixels, [r, g, b], |rgb| rgb),
            (Self::YCbCr, [y, cb, cr]) => fill_three(pixels, [y, cb, cr], rgb),
            (Self::Cmyk, [c, m, y, k]) => fill_four(pixels, [c, m, y, k], |inks| inks),
            (Self::AdobeCmyk, [c, m, y, k]) => fill_four(pixels, [c, m, y, k], inverted),
            (Self::AdobeYcck, [y, cb, cr, k]) => fill_four(pixels, [y, cb, cr, k], inks),
            _ => {}
        }
    }

    /// Makes pixels of those whose samples are the components.
    pub(in crate::variant) fn convert(self, pixels: &mut [u8]) {
        match self {
            Self::Gray | Self::Rgb | Self::Cmyk => {}
            Self::YCbCr => convert_each(pixels, rgb),
            Self::AdobeCmyk => convert_each(pixels, inverted),
            Self::AdobeYcck => convert_each(pixels, inks),
        }
    }
}

#[inline(always)]
fn fill_three(pixels: &mut [u8], [a, b, c]: [&[u8]; 3], convert: impl Fn([u8; 3]) -> [u8; 3]) {
    let (pixels, _) = pixels.as_chunks_mut();
    for (((pixel, a), b), c) in pixels.iter_mut().zip(a).zip(b).zip(c) {
        *pixel = convert([*a, *b, *c]);
    }
}

#[inline(always)]
fn fill_four(pixels: &mut [u8], [a, b, c, d]: [&[u8]; 4], convert: impl Fn([u8; 4]) -> [u8; 4]) {
    let (pixels, _) = pixels.as_chunks_mut();
    for ((((pixel, a), b), c), d) in pixels.iter_mut().zip(a).zip(b).zip(c).zip(d) {
        *pixel = convert([*a, *b, *c, *d]);
    }
}

#[inline(always)]
fn convert_each<const N: usize>(pixels: &mut [u8], convert: impl Fn([u8; N]) -> [u8; N]) {
    let (pixels, _) = pixels.as_chunks_mut();
    pixels.iter_mut().for_each(|pixel| *pixel = convert(*pixel));
}

#[inline(always)]
fn inverted(inks: [u8; 4]) -> [u8; 4] {
    inks.map(|ink| !ink)
}

#[inline(always)]
fn inks([y, cb, cr, k]: [u8; 4]) -> [u8; 4] {
    let [cyan, magenta, yellow] = rgb([y, cb, cr]);
    [cyan, magenta, yellow, !k]
}

/// From `YCbCr` (JFIF 1.02, page 3), in parts of 2¹⁶.
#[inline(always)]
fn rgb([y, cb, cr]: [u8; 3]) -> [u8; 3] {
    let y = (i32::from(y) << 16) + (1 << 15);
    let (cb, cr) = (i32::from(cb) - 128, i32::from(cr) - 128);
    let values = [y + 91_881 * cr, y - 22_554 * cb - 46_802 * cr, y + 116_130 * cb];
    values.map(|value| (value >> 16).clamp(0, 255) as u8)
}
