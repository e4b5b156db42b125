//! The images that variants are made of: made here, so that the benchmark needs no file, and with the
//! spectrum of a photograph, so that what they cost is what photographs cost.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder as _, Rgb, RgbImage, Rgba, RgbaImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// Twelve megapixels, in a ratio by which the sizes that are asked for divide evenly: a crop that is
/// half a pixel off would count against whoever rounds the other way.
const PHOTO: (u32, u32) = (4248, 2832);
/// The picture with alpha.
const DRAWING: (u32, u32) = (1200, 800);
/// What brings the JPEG to about three megabytes, as cameras and phones make them.
const PHOTO_QUALITY: u8 = 85;
const WEBP_QUALITY: f32 = 80.0;
/// The least detail is two pixels wide, the largest so many times two.
const OCTAVES: u32 = 9;

/// How much each pixel is off by itself, as those of a sensor are.
const GRAIN: f32 = 0.045;

/// An image and what it is called in the report.
#[derive(Debug)]
pub(super) struct Input {
    /// As `12 MP JPEG`.
    pub(super) name: String,
    /// Where it was written to.
    pub(super) file: PathBuf,
}

/// Makes the images in `folder`.
pub(super) fn make(folder: &Path) -> Result<Vec<Input>> {
    let photo = photo();
    let input = |name: &str, file: &str, bytes: Vec<u8>| {
        let megabytes = bytes.len() as f64 / 1e6;
        let file = folder.join(file);
        std::fs::write(&file, bytes)?;
        anyhow::Ok(Input { name: format!("{name} of {megabytes:.1} MB"), file })
    };
    Ok(vec![
        input("12 MP JPEG", "photo.jpg", jpeg(&photo)?)?,
        input("1 MP PNG with alpha", "drawing.png", png(&drawing(&photo))?)?,
        input("12 MP WebP", "photo.webp", webp(&photo)?)?,
    ])
}

/// The image that is somewhere else.
pub(super) fn given(file: &Path) -> Result<Input> {
    let name = file.file_name().context("a file is needed")?.to_string_lossy().into_owned();
    Ok(Input { name, file: file.canonicalize()? })
}

/// Noise in octaves, the finer the weaker, which is how detail is spread in photographs, with hard
/// edges where one area ends and the next begins.
fn photo() -> RgbImage {
    let (width, height) = PHOTO;
    let noise: [Noise; 3] = [1, 2, 3].map(Noise);
    RgbImage::from_fn(width, height, |x, y| {
        let area = noise[0].at(x, y, OCTAVES) > 0.0;
        let light = if area { 0.65 } else { 0.35 };
        let shared = noise[1].detail(x, y);
        let tint = noise[2].at(x, y, OCTAVES - 1) * 0.12;
        let sample = |shift: f32| sample((light + shared + shift) * 255.0);
        Rgb([sample(tint), sample(0.0), sample(-tint)])
    })
}

/// A piece of the photo in a disc that fades out.
fn drawing(photo: &RgbImage) -> RgbaImage {
    let (width, height) = DRAWING;
    RgbaImage::from_fn(width, height, |x, y| {
        let Rgb([red, green, blue]) = *photo.get_pixel(x, y);
        let (dx, dy) = (x.abs_diff(width / 2) as f32, y.abs_diff(height / 2) as f32);
        let inside = height as f32 / 2.0 - dx.hypot(dy);
        // Coarser colours bring it to about a megabyte.
        let coarse = |sample: u8| sample & 0xF8;
        Rgba([coarse(red), coarse(green), coarse(blue), sample(inside * 8.0)])
    })
}

fn jpeg(photo: &RgbImage) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, PHOTO_QUALITY);
    // As cameras and phones do, which also write the tables of the standard.
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    let (width, height) = (u16::try_from(photo.width())?, u16::try_from(photo.height())?);
    encoder.encode(photo.as_raw(), width, height, ColorType::Rgb)?;
    Ok(bytes)
}

fn png(drawing: &RgbaImage) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let encoder =
        PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
    let (width, height) = drawing.dimensions();
    encoder.write_image(drawing.as_raw(), width, height, ExtendedColorType::Rgba8)?;
    Ok(bytes)
}

fn webp(photo: &RgbImage) -> Result<Vec<u8>> {
    let encoder = webp::Encoder::from_rgb(photo.as_raw(), photo.width(), photo.height());
    Ok(encoder.encode(WEBP_QUALITY).to_vec())
}

/// Value noise: random values on a grid, and what lies between them in between.
struct Noise(u32);

impl Noise {
    /// From -1 to 1, on a grid of `2 << octave` pixels.
    fn at(&self, x: u32, y: u32, octave: u32) -> f32 {
        let shift = octave + 1;
        let (column, row) = (x >> shift, y >> shift);
        let part = |position: u32| {
            let part = (position & ((1 << shift) - 1)) as f32 / (1_u32 << shift) as f32;
            part * part * (3.0 - 2.0 * part)
        };
        let (across, down) = (part(x), part(y));
        let value = |column, row| self.value(column, row, octave);
        let above = mix(value(column, row), value(column + 1, row), across);
        let below = mix(value(column, row + 1), value(column + 1, row + 1), across);
        mix(above, below, down)
    }

    /// All octaves together, each weaker than the one that is twice as coarse, and the grain.
    fn detail(&self, x: u32, y: u32) -> f32 {
        let grain = self.value(x, y, OCTAVES) * GRAIN;
        let octaves = (0..OCTAVES)
            .map(|octave| self.at(x, y, octave) * 0.025 * 1.2_f32.powi(octave.cast_signed()));
        grain + octaves.sum::<f32>()
    }

    /// A number for a place on the grid, by the finaliser of `MurmurHash3`.
    fn value(&self, column: u32, row: u32, octave: u32) -> f32 {
        let mut hash = column.wrapping_mul(0x9E37_79B1) ^ row.wrapping_mul(0x85EB_CA77);
        hash ^= (self.0 << 8 | octave).wrapping_mul(0xC2B2_AE3D);
        hash = (hash ^ hash >> 16).wrapping_mul(0x85EB_CA6B);
        hash = (hash ^ hash >> 13).wrapping_mul(0xC2B2_AE35);
        (hash ^ hash >> 16) as f32 / u32::MAX as f32 * 2.0 - 1.0
    }
}

#[expect(clippy::cast_possible_truncation, reason = "it is clamped to what fits")]
fn sample(value: f32) -> u8 {
    value.clamp(0.0, 255.0) as u8
}

fn mix(from: f32, to: f32, part: f32) -> f32 {
    from + (to - from) * part
}
