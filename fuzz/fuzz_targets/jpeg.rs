//! A JPEG is decoded at reduced size or refused, within the stated memory; where another decoder
//! reads it too, the pixels are the same.

#![no_main]

use std::alloc::System;

use cap::Cap;
use jpeg_decoder::Decoder;
use libfuzzer_sys::fuzz_target;
use tintype_fuzz::inspect::{Limits, inspect};
use tintype_fuzz::pixels::{REDUCTIONS, Reduced, cost, reduced};

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// Small, so that a run is fast.
const PIXELS: u64 = 1 << 20;

/// How far samples may be apart: both decoders round, and mix three rounded samples to one.
const TOLERANCE: u8 = 3;

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

/// Holds the picture against what the other decoder makes of it, if all its components have the same
/// size and both take them for the same colours.
fn compare(bytes: &[u8], ours: &Reduced) {
    let is_jfif = bytes.get(6..11) == Some(b"JFIF\0");
    let is_flat = sampling(bytes).is_some_and(|all| all.windows(2).all(|pair| pair[0] == pair[1]));
    if !is_flat || !(ours.samples_per_pixel == 1 || ours.samples_per_pixel == 3 && is_jfif) {
        return;
    }
    let mut decoder = Decoder::new(bytes);
    let (Ok(width), Ok(height)) = (ours.width.try_into(), ours.height.try_into()) else { return };
    if decoder.scale(width, height).is_err() {
        return;
    }
    let Ok(theirs) = decoder.decode() else { return };
    assert_eq!(theirs.len(), ours.samples.len());
    for (at, (ours, theirs)) in ours.samples.iter().zip(&theirs).enumerate() {
        assert!(ours.abs_diff(*theirs) <= TOLERANCE, "sample {at}: {ours}, not {theirs}");
    }
}

/// The sampling factors of the components.
fn sampling(bytes: &[u8]) -> Option<Vec<u8>> {
    let is_frame = |code: &[u8]| code[0] == 0xFF && matches!(code[1], 0xC0..=0xC2);
    let at = bytes.windows(2).position(is_frame)?;
    let count = usize::from(*bytes.get(at + 9)?);
    (0..count).map(|number| bytes.get(at + 11 + 3 * number).copied()).collect()
}
