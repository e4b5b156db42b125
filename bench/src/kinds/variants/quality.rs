//! How near a variant is to what it should show, by SSIMULACRA 2, so that nobody is fast by being
//! worse.
//!
//! The reference is the whole original, shrunk in 32-bit numbers by Lanczos' kernel of three lobes.
//! 100 is no difference, 90 one that nobody sees beside it, 70 what is called high quality.

use std::path::Path;

use anyhow::{Context as _, Result};
use image::imageops::{self, FilterType};
use image::{DynamicImage, Rgb32FImage, RgbImage};
use ssimulacra2::{ColorPrimaries, Rgb, TransferCharacteristic, compute_frame_ssimulacra2};

use super::Shape;

/// What variants of `original` in this shape should show.
pub(super) fn reference(original: &Path, shape: Shape) -> Result<RgbImage> {
    let whole = on_white(&read(original)?);
    let (width, height) = (whole.width(), whole.height());
    let scale = shape.scale(width, height).min(1.0);
    #[expect(clippy::cast_possible_truncation, reason = "it is smaller than the side")]
    let scaled = |side: u32| (f64::from(side) * scale).round() as u32;
    let small = imageops::resize(&whole, scaled(width), scaled(height), FilterType::Lanczos3);
    let (wide, high) = shape.box_of(small.width(), small.height());
    let (left, top) = ((small.width() - wide) / 2, (small.height() - high) / 2);
    let cut = imageops::crop_imm(&small, left, top, wide, high).to_image();
    Ok(DynamicImage::ImageRgb32F(cut).into_rgb8())
}

/// The score of a variant, and its size in bytes.
pub(super) fn score(variant: &Path, reference: &RgbImage) -> Result<(f64, u64)> {
    let shown = DynamicImage::ImageRgb32F(on_white(&read(variant)?)).into_rgb8();
    anyhow::ensure!(
        shown.dimensions() == reference.dimensions(),
        "{} is {:?} and should be {:?}",
        variant.display(),
        shown.dimensions(),
        reference.dimensions()
    );
    let score = compute_frame_ssimulacra2(frame(reference)?, frame(&shown)?)?;
    Ok((score, std::fs::metadata(variant)?.len()))
}

fn read(file: &Path) -> Result<DynamicImage> {
    let reader = image::ImageReader::open(file)?.with_guessed_format()?;
    reader.decode().with_context(|| format!("cannot read {}", file.display()))
}

/// Each picture on the same ground, since a JPEG has no alpha.
fn on_white(picture: &DynamicImage) -> Rgb32FImage {
    let picture = picture.to_rgba32f();
    Rgb32FImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        image::Rgb([red, green, blue].map(|sample| sample * alpha + 1.0 - alpha))
    })
}

fn frame(picture: &RgbImage) -> Result<Rgb> {
    let samples = picture.pixels().map(|pixel| pixel.0.map(|sample| f32::from(sample) / 255.0));
    let frame = Rgb::new(
        samples.collect(),
        usize::try_from(picture.width())?,
        usize::try_from(picture.height())?,
        TransferCharacteristic::SRGB,
        ColorPrimaries::BT709,
    );
    frame.map_err(|error| anyhow::anyhow!("{error}"))
}
