//! Held against a decoder of the full size, whose pixels are averaged.

use std::time::{Duration, Instant};

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use proptest::prelude::{ProptestConfig, any, prop_oneof, proptest};
use proptest::strategy::{Just, Strategy};

use super::error::{Damage, DataFault, Unsupported};
use super::{DecodeError, Scale, decode};
use crate::variant::{Deadline, Layout, Pixels, TimedOut};

const SCALES: [(Scale, u32); 3] = [(Scale::Eighth, 8), (Scale::Quarter, 4), (Scale::Half, 2)];

fn soon() -> Deadline {
    Deadline(Instant::now() + Duration::from_secs(60))
}

/// How a test image is written.
#[derive(Clone, Copy, Debug)]
struct Style {
    size: [u16; 2],
    colors: ColorType,
    sampling: SamplingFactor,
    is_progressive: bool,
    is_optimized: bool,
    restart: u16,
}

const PLAIN: Style = Style {
    size: [83, 61],
    colors: ColorType::Rgb,
    sampling: SamplingFactor::F_2_2,
    is_progressive: false,
    is_optimized: false,
    restart: 0,
};

fn layout(style: Style) -> Layout {
    match style.colors {
        ColorType::Luma => Layout::Gray,
        ColorType::Cmyk | ColorType::CmykAsYcck => Layout::Cmyk,
        _ => Layout::Rgb,
    }
}

/// A picture without edges, so that ways of making it smaller agree on it.
fn smooth(style: Style) -> Vec<u8> {
    let [width, height] = style.size.map(usize::from);
    let channels = layout(style).samples();
    let mut samples = Vec::new();
    for y in 0..height {
        for x in 0..width {
            for channel in 0..channels {
                let (x, y) = (x as f32, y as f32);
                let phase = channel as f32;
                let wave = (x / (23.0 + phase) + phase).sin() + (y / (31.0 - phase)).cos();
                samples.push((128.0 + 55.0 * wave) as u8);
            }
        }
    }
    samples
}

fn encode(style: Style) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 95);
    encoder.set_sampling_factor(style.sampling);
    encoder.set_progressive(style.is_progressive);
    encoder.set_optimized_huffman_tables(style.is_optimized);
    encoder.set_restart_interval(style.restart);
    let [width, height] = style.size;
    encoder.encode(&smooth(style), width, height, style.colors).unwrap();
    bytes
}

/// The mean of each `by` × `by` samples; those at the edges go on beyond them, as in blocks.
fn averaged(samples: &[u8], [width, height]: [u32; 2], channels: usize, by: u32) -> Vec<f32> {
    let mut means = Vec::new();
    for y in (0..height).step_by(by as usize) {
        for x in (0..width).step_by(by as usize) {
            for channel in 0..channels {
                let rows = (y..y + by).map(|y| y.min(height - 1));
                let columns = (x..x + by).map(|x| x.min(width - 1));
                let places =
                    rows.flat_map(|y| columns.clone().map(move |x| (y * width + x) as usize));
                let values: Vec<_> =
                    places.map(|at| f32::from(samples[at * channels + channel])).collect();
                means.push(values.iter().sum::<f32>() / values.len() as f32);
            }
        }
    }
    means
}

/// The mean difference, and the largest.
fn differences(pixels: &Pixels, expected: &[f32]) -> (f32, f32) {
    assert_eq!(pixels.samples.len(), expected.len());
    let differences: Vec<_> = pixels
        .samples
        .iter()
        .zip(expected)
        .map(|(sample, expected)| (f32::from(*sample) - expected).abs())
        .collect();
    let mean = differences.iter().sum::<f32>() / differences.len() as f32;
    (mean, differences.into_iter().fold(0.0, f32::max))
}

/// Holds all sizes of the picture against what `samples`, its pixels at full size, average to.
fn check(bytes: &[u8], style: Style, samples: &[u8], layout: Layout) {
    let size = style.size.map(u32::from);
    for (scale, by) in SCALES {
        let pixels =
            decode(bytes, scale, soon()).unwrap_or_else(|error| panic!("{style:?}: {error}"));
        assert_eq!([pixels.width, pixels.height], size.map(|side| side.div_ceil(by)));
        assert_eq!(pixels.layout, layout);
        let expected = averaged(samples, size, layout.samples(), by);
        let (mean, most) = differences(&pixels, &expected);
        // Of these, colours are stretched from a sample of up to 32 × 32 pixels.
        let is_stretched = style.is_progressive && by == 8;
        let limits = if is_stretched { (12.0, 48.0) } else { (3.0, 16.0) };
        assert!(
            mean < limits.0 && most < limits.1,
            "{style:?} at 1/{by}: {mean} in the mean, {most} at most"
        );
    }
}

fn styles() -> impl Strategy<Value = Style> {
    let sampling = prop_oneof![
        Just(SamplingFactor::F_1_1),
        Just(SamplingFactor::F_2_1),
        Just(SamplingFactor::F_1_2),
        Just(SamplingFactor::F_2_2),
        Just(SamplingFactor::F_4_1),
        Just(SamplingFactor::F_4_2),
        Just(SamplingFactor::F_1_4),
        Just(SamplingFactor::F_2_4),
    ];
    let colors = prop_oneof![
        Just(ColorType::Luma),
        Just(ColorType::Rgb),
        Just(ColorType::Cmyk),
        Just(ColorType::CmykAsYcck),
    ];
    let restart = prop_oneof![Just(0_u16), 1..20_u16];
    (1..150_u16, 1..150_u16, colors, sampling, any::<bool>(), any::<bool>(), restart).prop_map(
        |(width, height, colors, sampling, is_progressive, is_optimized, restart)| Style {
            size: [width, height],
            colors,
            sampling,
            is_progressive,
            // The encoder forgets restarts when it counts symbols, and panics.
            is_optimized: is_optimized && restart == 0,
            restart,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_average_of_what_was_encoded(style in styles()) {
        check(&encode(style), style, &smooth(style), layout(style));
    }
}

#[test]
fn first() {
    check(&encode(PLAIN), PLAIN, &smooth(PLAIN), Layout::Rgb);
}
