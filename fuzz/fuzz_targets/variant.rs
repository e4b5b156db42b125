//! Whatever the inspection lets through becomes variants, or is refused: without a panic, also none
//! that would be caught, and within the memory that was reckoned from its size.

#![no_main]

use std::alloc::System;

use cap::Cap;
use libfuzzer_sys::fuzz_target;
use tintype_fuzz::image::Format;
use tintype_fuzz::inspect::{Limits, inspect};
use tintype_fuzz::pixels::{ORDERS, proof_cost, prove, render, render_cost};

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// Small, so that a run is fast.
const PIXELS: u64 = 1 << 16;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { pixels: PIXELS, frames: 8, ..Limits::default() };
    let Ok(facts) = inspect(bytes, &limits) else { return };
    for number in 0..ORDERS {
        let cost = render_cost(bytes, &facts, number) + slack(facts.format);
        within(cost, || render(bytes, &facts, number));
    }
    within(proof_cost(bytes, &facts) + slack(facts.format), || prove(bytes, &facts));
});

/// What the decoder of WebP may ask for where lengths lie, and never touches.
const UNTOUCHED: u64 = 16 << 20;

/// What is reckoned for larger pictures alone: an error with its text, lists that double.
const SMALL_CHANGE: u64 = 1 << 20;

fn slack(format: Format) -> u64 {
    if format == Format::Webp { UNTOUCHED + SMALL_CHANGE } else { SMALL_CHANGE }
}

/// Does `work` while it may have no more than `cost` bytes in use.
fn within(cost: u64, work: impl FnOnce() -> bool) {
    let most = ALLOCATOR.allocated() + cost as usize;
    ALLOCATOR.set_limit(most).expect("so much is free");
    work();
    ALLOCATOR.set_limit(usize::MAX).expect("there is no limit");
}
