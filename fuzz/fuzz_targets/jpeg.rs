//! A JPEG is decoded at reduced size or refused, within the stated memory; where another decoder
//! reads it too, the pixels are the same.

#![no_main]

use std::alloc::System;

use cap::Cap;
use libfuzzer_sys::fuzz_target;
use tintype_fuzz::inspect::{Limits, inspect};
use tintype_fuzz::pixels::{REDUCTIONS, Reduced, cost, reduced};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// Small, so that a run is fast.
const PIXELS: u64 = 1 << 20;

/// How far a sample may be from the mean of 64: these are rounded, and mixed of three that are.
const TOLERANCE: f32 = 2.5;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { pixels: PIXELS, ..Limits::default() };
    let Ok(facts) = inspect(bytes, &limits) else { return };
    for reduction in REDUCTIONS {
        // A turned picture costs what it costs lying.
        let costs = [(facts.width, facts.height), (facts.height, facts.width)]
            .map(|(width, height)| cost(width, height, reduction));
        let most = ALLOCATOR.allocated() + costs[0].max(costs[1]) as usize;
        ALLOCATOR.set_limit(most).expect("so much is free");
        let picture = reduced(bytes, reduction);
        ALLOCATOR.set_limit(usize::MAX).expect("there is no limit");
        let Some(picture) = picture else { continue };
        let count = picture.width as usize * picture.height as usize * picture.samples_per_pixel;
        assert_eq!(picture.samples.len(), count);
        if reduction == 8 {
            compare(bytes, &picture);
        }
    }
});

/// Holds the picture at 1/8 against the means of what the other decoder makes of the file, if all its
/// components have the same size and both take them for the same colours.
fn compare(bytes: &[u8], ours: &Reduced) {
    let is_jfif = bytes.get(6..11) == Some(b"JFIF\0");
    let is_flat = sampling(bytes).is_some_and(|all| all.windows(2).all(|pair| pair[0] == pair[1]));
    let colors = match ours.samples_per_pixel {
        1 => ColorSpace::Luma,
        3 if is_jfif && is_flat => ColorSpace::YCbCr,
        _ => return,
    };
    let options = DecoderOptions::default().set_strict_mode(true);
    let options = options.jpeg_set_out_colorspace(colors);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let Ok(theirs) = decoder.decode() else { return };
    let Some((width, height)) = decoder.dimensions() else { return };
    for (x, y) in (0..height / 8).flat_map(|y| (0..width / 8).map(move |x| (x, y))) {
        let channels = ours.samples_per_pixel;
        let at = (y * ours.width as usize + x) * channels;
        let mean = |channel| {
            mean(&theirs, (y * 8 * width + x * 8) * channels + channel, width * channels, channels)
        };
        let expected = match channels {
            1 => mean(0).map(|gray| vec![gray]),
            _ => mean(0).zip(mean(1)).zip(mean(2)).map(|((y, cb), cr)| rgb(y, cb, cr)),
        };
        for (ours, expected) in ours.samples[at..].iter().zip(expected.unwrap_or_default()) {
            let difference = f32::from(*ours) - expected.clamp(0.0, 255.0);
            assert!(difference.abs() <= TOLERANCE, "{ours} at {x}, {y}, not {expected}");
        }
    }
}

/// The mean of 8 × 8 samples from `from` on. Nothing when one is at a limit: it may have been cut
/// there.
fn mean(samples: &[u8], from: usize, stride: usize, step: usize) -> Option<f32> {
    let block = (0..64).map(|number| samples[from + number / 8 * stride + number % 8 * step]);
    let sum = block.map(|sample| (1..255).contains(&sample).then_some(f32::from(sample)));
    Some(sum.sum::<Option<f32>>()? / 64.0)
}

fn rgb(y: f32, cb: f32, cr: f32) -> Vec<f32> {
    let (cb, cr) = (cb - 128.0, cr - 128.0);
    vec![y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb]
}

/// The sampling factors of the components.
fn sampling(bytes: &[u8]) -> Option<Vec<u8>> {
    let is_frame = |code: &[u8]| code[0] == 0xFF && matches!(code[1], 0xC0..=0xC2);
    let at = bytes.windows(2).position(is_frame)?;
    let count = usize::from(*bytes.get(at + 9)?);
    (0..count).map(|number| bytes.get(at + 11 + 3 * number).copied()).collect()
}
