//! Held against what was encoded, and against a decoder of the full size.

mod damage;

use std::time::{Duration, Instant};

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use proptest::prelude::{ProptestConfig, any, prop_oneof, proptest};
use proptest::strategy::{Just, Strategy};

use super::frame::{Frame, Process, Stated};
use super::{Kind, Scale, cost, decode};
use crate::variant::{Deadline, Layout, Pixels};

/// The kind of file that takes most.
const ANY: Kind = Kind { components: 4, is_progressive: true };

const SCALES: [(Scale, u32); 3] = [(Scale::Eighth, 8), (Scale::Quarter, 4), (Scale::Half, 2)];

fn soon() -> Deadline {
    Deadline(Instant::now() + Duration::from_secs(60))
}

/// How a test image is written.
#[derive(Clone, Copy, Debug)]
struct Style {
    size: [u16; 2],
    colors: Colors,
    sampling: SamplingFactor,
    is_progressive: bool,
    is_optimized: bool,
    restart: u16,
}

/// The colours of a test image, and as which it is written.
#[derive(Clone, Copy, Debug)]
enum Colors {
    Gray,
    Rgb,
    Cmyk,
    Ycck,
}

const PLAIN: Style = Style {
    size: [83, 61],
    colors: Colors::Rgb,
    sampling: SamplingFactor::F_2_2,
    is_progressive: false,
    is_optimized: false,
    restart: 0,
};

fn layout(style: Style) -> Layout {
    match style.colors {
        Colors::Gray => Layout::Gray,
        Colors::Rgb => Layout::Rgb,
        Colors::Cmyk | Colors::Ycck => Layout::Cmyk,
    }
}

/// A picture without edges, so that ways of making it smaller agree on it.
#[expect(clippy::cast_possible_truncation, reason = "waves are cut to samples")]
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
                samples.push((128 + (55.0 * wave) as i32).try_into().unwrap());
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
    let colors = match style.colors {
        Colors::Gray => ColorType::Luma,
        Colors::Rgb => ColorType::Rgb,
        Colors::Cmyk => ColorType::Cmyk,
        Colors::Ycck => ColorType::CmykAsYcck,
    };
    encoder.encode(&smooth(style), width, height, colors).unwrap();
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
        assert!(
            mean < 3.0 && most < 16.0,
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
    let colors =
        prop_oneof![Just(Colors::Gray), Just(Colors::Rgb), Just(Colors::Cmyk), Just(Colors::Ycck),];
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

/// With scans that refine first and other coefficients, 2 × 2 sampling and restart markers; written by
/// Pillow 12.
const REFINED: &[u8] = include_bytes!("refined.jpg");

#[test]
fn agrees_with_a_decoder_of_the_full_size_on_refined_scans() {
    let full = image::load_from_memory(REFINED).unwrap().into_rgb8();
    let style = Style { size: [52, 44], is_progressive: true, ..PLAIN };
    check(REFINED, style, full.as_raw(), Layout::Rgb);
}

#[test]
fn a_sample_at_an_eighth_is_the_mean_of_its_block() {
    let style = Style { size: [64, 48], sampling: SamplingFactor::F_1_1, ..PLAIN };
    for (is_progressive, restart) in [(false, 0), (false, 3), (true, 0), (true, 5)] {
        let bytes = encode(Style { is_progressive, restart, ..style });
        let full = image::load_from_memory(&bytes).unwrap().into_rgb8();
        let pixels = decode(&bytes, Scale::Eighth, soon()).unwrap();
        let (_, most) = differences(&pixels, &averaged(full.as_raw(), [64, 48], 3, 8));
        assert!(most < 2.0, "{most}");
    }
}

#[test]
fn colours_are_those_that_libjpeg_takes() {
    // Red as it is stored: RGB by ids, RGB by Adobe's segment, and taken for brightness and
    // differences where a JFIF segment says so.
    let rgb = flat([200, 20, 30], b"RGB", &[]);
    assert_close(&rgb, [200, 20, 30]);
    let adobe = flat([200, 20, 30], &[1, 2, 3], b"\xFF\xEE\0\x0EAdobe\0\x64\0\0\0\0\0");
    assert_close(&adobe, [200, 20, 30]);
    let jfif = b"\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0";
    let difference = [63, 255, 9];
    assert_close(&flat([200, 20, 30], b"RGB", jfif), difference);
    assert_close(&flat([200, 20, 30], &[1, 2, 3], &[]), difference);
}

/// A picture of one block whose components have these ids and values.
fn flat(values: [u8; 3], ids: &[u8], application: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0xFF, 0xD8];
    bytes.extend(application);
    bytes.extend([0xFF, 0xDB, 0, 67, 0]);
    bytes.extend([8; 64]);
    bytes.extend([0xFF, 0xC0, 0, 17, 8, 0, 8, 0, 8, 3]);
    bytes.extend(ids.iter().flat_map(|id| [*id, 0x11, 0]));
    // One code for each: a difference of seven bits, and the end of the block.
    bytes.extend([0xFF, 0xC4, 0, 20, 0x00, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]);
    bytes.extend([0xFF, 0xC4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend([0xFF, 0xDA, 0, 12, 3]);
    bytes.extend(ids.iter().flat_map(|id| [*id, 0]));
    bytes.extend([0, 63, 0]);
    let bits = values.iter().fold(String::new(), |bits, value| {
        let difference = i32::from(*value) - 128;
        let coded = if difference < 0 { difference + 127 } else { difference };
        bits + &format!("0{coded:07b}0")
    });
    let bits = format!("{bits:1<32}");
    for byte in bits.as_bytes().chunks(8) {
        let byte = byte.iter().fold(0, |byte, bit| byte << 1 | (bit - b'0'));
        bytes.push(byte);
        if byte == 0xFF {
            bytes.push(0);
        }
    }
    bytes.extend([0xFF, 0xD9]);
    bytes
}

fn assert_close(bytes: &[u8], expected: [u8; 3]) {
    let pixels = decode(bytes, Scale::Eighth, soon()).unwrap();
    let far = pixels.samples.iter().zip(expected).any(|(ours, theirs)| ours.abs_diff(theirs) > 1);
    assert!(pixels.samples.len() == 3 && !far, "{:?}, not {expected:?}", pixels.samples);
}

#[test]
fn no_picture_takes_more_than_its_cost() {
    let factors: Vec<_> = (1..=4).flat_map(|h| (1..=4).map(move |v| [h, v])).collect();
    for (scale, _) in SCALES {
        for [first, second] in factors.iter().flat_map(|a| factors.iter().map(move |b| [*a, *b])) {
            for size in [[1, 1], [33, 7], [500, 300], [65_500, 9]] {
                let stated = [first, second, second, first];
                let stated = stated.map(|factors| Stated { id: 0, factors, table: 0 });
                for process in [Process::Sequential, Process::Progressive] {
                    let frame = Frame::measured(process, scale, size, &stated);
                    assert!(held(&frame) <= cost(size[0], size[1], scale, ANY), "{frame:?}");
                }
            }
        }
    }
}

/// The bytes of pixels, planes and coefficients that are held together at the most.
fn held(frame: &Frame) -> u64 {
    let (mut planes, mut coefficients) = (0, 0);
    for component in &frame.components {
        let (across, down) = (component.across, component.down);
        let blocks = u64::from(across.padded * down.padded);
        let samples = u64::from(across.side * down.side);
        planes += blocks * samples;
        coefficients += blocks * samples * 2 + if samples > 1 { blocks * 8 } else { 0 };
    }
    let [width, height] = [frame.across.pixels, frame.down.pixels].map(|it| frame.scale.of(it));
    let pixels = u64::from(width) * u64::from(height) * frame.components.len() as u64;
    match frame.process {
        Process::Sequential => planes + pixels,
        Process::Progressive => (coefficients + planes / 4).max(planes + pixels),
    }
}

#[test]
fn components_of_odd_factors_are_stretched_evenly() {
    use super::plane::{Plane, Rows, Step};

    // Three samples of the picture for two of the component, which grow by 30 for each.
    let stated = [[3, 3], [2, 2]].map(|factors| Stated { id: 0, factors, table: 0 });
    let frame = Frame::measured(Process::Sequential, Scale::Eighth, [72, 72], &stated);
    let component = frame.components[1];
    assert_eq!([component.across.side, component.across.samples], [1, 6]);
    let mut plane = Plane::new(&component);
    for place in (0..6).flat_map(|y| (0..6).map(move |x| [x, y])) {
        plane.put_one(place, (i32::try_from(place[0]).unwrap() * 30 - 128) * 8);
    }
    let step = Step::new(component.across, frame.across.most, 1);
    let mut rows = Rows::new(&plane, step, step, 9);
    for number in 0..9 {
        assert_eq!(rows.row(number), [0, 15, 35, 55, 75, 95, 115, 135, 150]);
    }
}
