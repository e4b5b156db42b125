//! What is stripped of a sound image is a sound image that shows the same and has nothing left to
//! strip.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tintype_fuzz::inspect::{Limits, inspect};
use tintype_fuzz::strip::{Metadata, Rights, Stripped, strip};

fuzz_target!(|bytes: &[u8]| {
    let accepted = "heic".parse().expect("it is a format");
    let limits = Limits { accepted, ..Limits::default() };
    let Ok(facts) = inspect(bytes, &limits) else { return };
    for rights in [Rights::Removed, Rights::Kept] {
        let metadata = Metadata::Strip(rights);
        let Ok((stripped, _)) = strip(bytes, facts.format, metadata) else { continue };
        assert!(stripped.len() <= bytes.len());
        assert_eq!(inspect(&stripped, &limits).as_ref(), Ok(&facts));
        let again = strip(&stripped, facts.format, metadata);
        assert_eq!(again, Ok((stripped, Stripped::default())));
    }
});
