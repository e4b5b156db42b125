//! What is done to finished pixels: opacity that is not needed goes, transparency gets a ground, and
//! the picture gets room around it.

use super::geometry::Size;
use super::order::Output;
use super::{Layout, Pixels};

/// The layout that the encoder of `output` takes, nearest to that of the pixels. A fully opaque
/// picture loses its opacity; for JPEG what is transparent becomes white.
pub(super) fn suited(pixels: Pixels, output: Output) -> Pixels {
    let pixels = if is_opaque(&pixels) { without_opacity(pixels) } else { pixels };
    match output {
        Output::Jpeg { .. } => on_white(pixels),
        Output::Png => pixels,
        Output::Webp { .. } | Output::Avif { .. } => coloured(pixels),
    }
}

/// The picture in the middle of a canvas, which is transparent, or white for JPEG.
pub(super) fn centred(pixels: Pixels, canvas: Size, output: Output) -> Pixels {
    let Pixels { width, height, .. } = pixels;
    if (Size { width, height }) == canvas {
        return pixels;
    }
    match output {
        Output::Jpeg { .. } => placed(&on_white(pixels), canvas, 255),
        Output::Png | Output::Webp { .. } | Output::Avif { .. } => {
            placed(&with_opacity(pixels), canvas, 0)
        }
    }
}

fn placed(pixels: &Pixels, canvas: Size, ground: u8) -> Pixels {
    let left = canvas.width.saturating_sub(pixels.width) / 2;
    let top = canvas.height.saturating_sub(pixels.height) / 2;
    laid(pixels, canvas, (left, top), ground)
}

/// The picture with its corner at this place of an empty canvas.
pub(super) fn placed_at(pixels: Pixels, canvas: Size, corner: (u32, u32)) -> Pixels {
    laid(&with_opacity(pixels), canvas, corner, 0)
}

fn laid(pixels: &Pixels, canvas: Size, (left, top): (u32, u32), ground: u8) -> Pixels {
    let bytes = pixels.layout.samples();
    let (across, down) = (canvas.width as usize * bytes, canvas.height as usize);
    let (line, left) = (pixels.width as usize * bytes, left as usize * bytes);
    let mut samples = vec![ground; across * down];
    let rows = samples.chunks_mut(across).skip(top as usize);
    for (row, from) in rows.zip(pixels.samples.chunks(line.max(1))) {
        if let Some(place) = row.get_mut(left..left + from.len()) {
            place.copy_from_slice(from);
        }
    }
    Pixels { width: canvas.width, height: canvas.height, layout: pixels.layout, samples }
}

fn is_opaque(pixels: &Pixels) -> bool {
    let all =
        |bytes: usize| pixels.samples.chunks_exact(bytes).all(|pixel| pixel.last() == Some(&255));
    match pixels.layout {
        Layout::GrayAlpha => all(2),
        Layout::Rgba => all(4),
        Layout::Gray | Layout::Rgb | Layout::Cmyk => false,
    }
}

/// Drops the opacity.
fn without_opacity(pixels: Pixels) -> Pixels {
    match pixels.layout {
        Layout::GrayAlpha => each::<2, 1>(&pixels, Layout::Gray, |[grey, _]| [grey]),
        Layout::Rgba => each::<4, 3>(&pixels, Layout::Rgb, |[r, g, b, _]| [r, g, b]),
        Layout::Gray | Layout::Rgb | Layout::Cmyk => pixels,
    }
}

fn with_opacity(pixels: Pixels) -> Pixels {
    match pixels.layout {
        Layout::Gray => each::<1, 2>(&pixels, Layout::GrayAlpha, |[grey]| [grey, 255]),
        Layout::Rgb => each::<3, 4>(&pixels, Layout::Rgba, |[r, g, b]| [r, g, b, 255]),
        Layout::GrayAlpha | Layout::Rgba | Layout::Cmyk => pixels,
    }
}

/// Lays what is transparent on white.
fn on_white(pixels: Pixels) -> Pixels {
    let over = |sample: u8, alpha: u8| {
        let (sample, alpha) = (u16::from(sample), u16::from(alpha));
        u8::try_from((sample * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX)
    };
    match pixels.layout {
        Layout::GrayAlpha => each::<2, 1>(&pixels, Layout::Gray, |[grey, a]| [over(grey, a)]),
        Layout::Rgba => {
            each::<4, 3>(&pixels, Layout::Rgb, |[r, g, b, a]| [over(r, a), over(g, a), over(b, a)])
        }
        Layout::Gray | Layout::Rgb | Layout::Cmyk => pixels,
    }
}

/// Grey as colours.
pub(super) fn coloured(pixels: Pixels) -> Pixels {
    match pixels.layout {
        Layout::Gray => each::<1, 3>(&pixels, Layout::Rgb, |[grey]| [grey; 3]),
        Layout::GrayAlpha => each::<2, 4>(&pixels, Layout::Rgba, |[grey, a]| [grey, grey, grey, a]),
        Layout::Rgb | Layout::Rgba | Layout::Cmyk => pixels,
    }
}

/// RGB with opacity.
pub(super) fn coloured_with_opacity(pixels: Pixels) -> Pixels {
    with_opacity(coloured(pixels))
}

/// Each pixel made into another.
fn each<const FROM: usize, const TO: usize>(
    pixels: &Pixels,
    layout: Layout,
    change: impl Fn([u8; FROM]) -> [u8; TO],
) -> Pixels {
    let (from, _) = pixels.samples.as_chunks::<FROM>();
    let samples = from.iter().flat_map(|pixel| change(*pixel)).collect();
    Pixels { layout, samples, ..*pixels }
}
