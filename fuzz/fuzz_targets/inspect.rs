//! Inspection answers for any bytes, without a panic and within the limits it was given.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tintype_fuzz::inspect::{Limits, inspect};

fuzz_target!(|bytes: &[u8]| {
    let accepted = "heic,mp4,mov,webm".parse().expect("they are formats");
    let limits = Limits { accepted, ..Limits::default() };
    if let Ok(facts) = inspect(bytes, &limits) {
        assert!((1..=limits.side).contains(&facts.width));
        assert!((1..=limits.side).contains(&facts.height));
        assert!(u64::from(facts.width) * u64::from(facts.height) <= limits.pixels);
        assert!((1..=limits.frames).contains(&facts.frames));
    }
});
