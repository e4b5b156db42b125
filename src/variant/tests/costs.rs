//! What is reckoned before work begins.

use super::order;
use crate::image::Format;
use crate::variant::{Fit, Output, Source, cost, proof_cost};

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
