//! What is reckoned before work begins.

use super::order;
use crate::image::Format;
use crate::variant::{Fit, Layout, Output, Pixels, Source, cost, encode, proof_cost};

const MIB: u64 = 1 << 20;

/// What one variant may take of the default budget, beside its original.
const USUAL: u64 = 108 * MIB;

fn photo(format: Format, width: u32, height: u32) -> Source {
    Source::new(format, (width, height), u64::from(width) * u64::from(height) / 3)
}

#[test]
fn usual_variants_of_usual_photos_fit() {
    let jpeg = Output::Jpeg { quality: 80 };
    let webp = Output::Webp { quality: 80 };
    for (width, height) in [(4000, 3000), (4608, 3456), (6000, 4000), (8660, 5773)] {
        for (side, output) in
            [(320, jpeg), (320, webp), (1280, jpeg), (1280, webp), (2560, jpeg), (2560, webp)]
        {
            let order = order(side, 0, Fit::Inside, output);
            let needed = cost(&photo(Format::Jpeg, width, height), &order);
            assert!(needed < USUAL, "{width} {side} {output:?}: {} MiB", needed / MIB);
        }
    }
    for (side, output) in [(320, jpeg), (1280, webp)] {
        let order = order(side, 0, Fit::Inside, output);
        let needed = cost(&photo(Format::Png, 8660, 5773), &order);
        assert!(needed < USUAL, "{side} {output:?}: {} MiB", needed / MIB);
        let needed = cost(&photo(Format::Webp, 4000, 3000), &order);
        assert!(needed < USUAL, "{side} {output:?}: {} MiB", needed / MIB);
    }
}

#[test]
fn noise_of_high_quality_fits() {
    let (side, mut state) = (200, 1_u32);
    let mut sample = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        if state >> 31 == 0 { 0 } else { 255 }
    };
    let samples = (0..side * side * 3).map(&mut sample).collect();
    let noise = Pixels { width: side, height: side, layout: Layout::Rgb, samples };
    let output = Output::Jpeg { quality: 100 };
    let file = encode::encode(&noise, output).unwrap().len() as u64;
    // The pixels, and the file four times, of a picture 20 times as wide and high.
    let area = u64::from(20 * side).pow(2);
    let taken = 3 * area + 4 * 400 * file;
    let photo = Source::new(Format::Jpeg, (20 * side, 20 * side), 1 << 20);
    let needed = cost(&photo, &order(0, 0, Fit::Inside, output));
    assert!(needed >= taken, "{} < {} MiB", needed / MIB, taken / MIB);
    // With less room than that the test would tell.
    assert!(taken > (4 + 4) * area + 8 * MIB, "{} MiB", taken / MIB);
}

#[test]
fn a_proof_takes_a_part_of_the_picture() {
    for format in [Format::Jpeg, Format::Png, Format::Gif] {
        let needed = proof_cost(&photo(format, 8660, 5773));
        assert!(needed < 48 * MIB, "{format:?}: {} MiB", needed / MIB);
    }
    assert_eq!(proof_cost(&photo(Format::Heic, 4000, 3000)), 0);
}

#[test]
fn sizes_beyond_all_limits_do_not_overflow() {
    for format in Format::ALL {
        let side = 1 << 26;
        let endless = Source::new(format, (side, side), 1 << 40);
        for (fit, output) in [(Fit::Inside, Output::Png), (Fit::Cover, Output::Jpeg { quality: 1 })]
        {
            cost(&endless, &order(1, 0, fit, output));
        }
        proof_cost(&endless);
    }
}
