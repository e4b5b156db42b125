//! From the colours of the original to sRGB, which is what a browser takes a file without a profile
//! for.
//!
//! A profile that is broken, or made for other colours than those of the picture, counts as none, as
//! in browsers. Without a profile grey and RGB are taken for sRGB, and CMYK is mixed by the simple
//! formula. `gAMA` and `cHRM` of a PNG are not looked at, as libvips and sharp do not.

use moxcms::{ColorProfile, DataColorSpace, ParsingOptions, TransformOptions};

use super::{Layout, Pixels};

/// The largest profile that is read. Those of displays and cameras have some kilobytes, those of
/// presses up to about two megabytes.
pub(super) const MAX_PROFILE: usize = 2 << 20;

/// The most values in a colour table of a profile; 17 to the power of four for three colours, which
/// is a fine profile of a press, are a quarter of a million.
const MAX_TABLE: usize = 1_000_000;

/// The picture in sRGB, as grey or RGB, with its opacity when it has one.
pub(super) fn to_srgb(pixels: Pixels, profile: Option<&[u8]>) -> Pixels {
    let converted = profile.and_then(|profile| by_profile(&pixels, profile));
    match converted {
        Some(converted) => converted,
        None if pixels.layout == Layout::Cmyk => mixed(&pixels),
        None => pixels,
    }
}

/// The picture by its profile; nothing when the profile is of no use.
fn by_profile(pixels: &Pixels, profile: &[u8]) -> Option<Pixels> {
    let options = ParsingOptions {
        max_profile_size: MAX_PROFILE,
        max_allowed_clut_size: MAX_TABLE,
        ..ParsingOptions::default()
    };
    let profile = ColorProfile::new_from_slice_with_options(profile, options).ok()?;
    if profile.color_space != space(pixels.layout) {
        return None;
    }
    let (from, to, layout) = layouts(pixels.layout);
    let options = TransformOptions::default();
    let transform =
        profile.create_transform_8bit(from, &ColorProfile::new_srgb(), to, options).ok()?;
    let count = pixels.samples.len() / pixels.layout.samples();
    let mut samples = vec![0; count * layout.samples()];
    transform.transform(&pixels.samples, &mut samples).ok()?;
    Some(Pixels { layout, samples, ..*pixels })
}

/// The colours that a profile must be made for.
const fn space(layout: Layout) -> DataColorSpace {
    match layout {
        Layout::Gray | Layout::GrayAlpha => DataColorSpace::Gray,
        Layout::Rgb | Layout::Rgba => DataColorSpace::Rgb,
        Layout::Cmyk => DataColorSpace::Cmyk,
    }
}

/// What goes into a conversion, what comes out, and the latter in words of our own.
const fn layouts(layout: Layout) -> (moxcms::Layout, moxcms::Layout, Layout) {
    use moxcms::Layout as Of;
    match layout {
        Layout::Gray => (Of::Gray, Of::Rgb, Layout::Rgb),
        Layout::GrayAlpha => (Of::GrayAlpha, Of::Rgba, Layout::Rgba),
        Layout::Rgb => (Of::Rgb, Of::Rgb, Layout::Rgb),
        Layout::Rgba => (Of::Rgba, Of::Rgba, Layout::Rgba),
        // The crate has no name for four inks and takes what has four samples.
        Layout::Cmyk => (Of::Rgba, Of::Rgb, Layout::Rgb),
    }
}

/// Light that passes through an ink and then through black.
fn mixed(pixels: &Pixels) -> Pixels {
    let (inks, _) = pixels.samples.as_chunks::<4>();
    let through = |ink: u8, black: u8| {
        let light = u16::from(255 - ink) * u16::from(255 - black);
        // At most 255, since the product is at most 255 squared.
        u8::try_from((light + 127) / 255).unwrap_or(u8::MAX)
    };
    let samples = inks
        .iter()
        .flat_map(|[cyan, magenta, yellow, black]| {
            [through(*cyan, *black), through(*magenta, *black), through(*yellow, *black)]
        })
        .collect();
    Pixels { layout: Layout::Rgb, samples, ..*pixels }
}
