//! What is stripped of a sound image is a sound image that shows the same and has nothing left to
//! strip.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tintype_fuzz::image::Format;
use tintype_fuzz::inspect::{Facts, Limits, inspect};
use tintype_fuzz::pixels;
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
        assert_same_pixels(bytes, &stripped, &facts);
        let again = strip(&stripped, facts.format, metadata);
        assert_eq!(again, Ok((stripped, Stripped::default())));
    }
});

/// More pixels than this would take the time of many runs.
const MAX_PIXELS: u64 = 1 << 18;

/// Checks that what decodes shows the same before and after.
fn assert_same_pixels(before: &[u8], after: &[u8], facts: &Facts) {
    let is_decoded =
        matches!(facts.format, Format::Jpeg | Format::Png | Format::Gif | Format::Webp);
    let area = u64::from(facts.width) * u64::from(facts.height);
    if is_decoded
        && area <= MAX_PIXELS
        && let Some(shown) = pixels::shown(before, facts)
    {
        assert!(pixels::shown(after, facts) == Some(shown));
    }
}
