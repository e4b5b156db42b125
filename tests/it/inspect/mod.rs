//! Bytes to facts: what each format tells, and what is refused and why.

mod any_bytes;
mod avif;
mod facts;
mod gif;
mod jpeg;
mod limits;
mod png;
mod types;
mod webp;

use tintype::image::Format;
use tintype::inspect::{Corruption, Facts, InspectError, Limits, inspect};

use crate::support::photos;

/// Inspects with the default limits.
fn outcome(bytes: &[u8]) -> Result<Facts, InspectError> {
    inspect(bytes, &Limits::default())
}

/// The facts of bytes that must be taken.
fn facts(bytes: &[u8]) -> Facts {
    outcome(bytes).unwrap_or_else(|error| panic!("{error}"))
}

/// The reason why bytes must be refused as corrupt.
fn corruption(bytes: &[u8]) -> Corruption {
    match outcome(bytes) {
        Err(InspectError::Corrupt { reason, .. }) => reason,
        other => panic!("expected a corrupt image, got {other:?}"),
    }
}

/// Checks the reason of many faults, each with the name of the case.
fn assert_corrupt(cases: &[(&str, Vec<u8>, Corruption)]) {
    for (name, bytes, expected) in cases {
        match outcome(bytes) {
            Err(InspectError::Corrupt { reason, .. }) => assert_eq!(reason, *expected, "{name}"),
            other => panic!("{name}: expected a corrupt image, got {other:?}"),
        }
    }
}

/// `bytes` with `patch` written over them, `offset` bytes after the start of the first `mark`.
fn patched(bytes: &[u8], mark: &[u8], offset: usize, patch: &[u8]) -> Vec<u8> {
    let at = bytes.windows(mark.len()).position(|window| window == mark).unwrap() + offset;
    [&bytes[..at], patch, &bytes[at + patch.len()..]].concat()
}

/// One valid image of each shape: its name, its bytes and its facts.
fn samples() -> Vec<(&'static str, Vec<u8>, Facts)> {
    let facts =
        |format, (width, height), frames| Facts { format, width, height, frames, duration: None };
    let jpeg = |size| facts(Format::Jpeg, size, 1);
    let (png, gif, webp) = (Format::Png, Format::Gif, Format::Webp);
    vec![
        ("jpeg", photos::jpeg(7, 5), jpeg((7, 5))),
        ("progressive jpeg", photos::PROGRESSIVE_JPEG.to_vec(), jpeg((16, 8))),
        ("turned jpeg", photos::oriented_jpeg(7, 5, 6), jpeg((5, 7))),
        ("png", photos::png(7, 5), facts(png, (7, 5), 1)),
        ("turned png", photos::oriented_png(7, 5, 8), facts(png, (5, 7), 1)),
        ("animated png", photos::animated_png(7, 5, 3), facts(png, (7, 5), 3)),
        ("gif", photos::gif(7, 5), facts(gif, (7, 5), 1)),
        ("animated gif", photos::animated_gif(7, 5, 3), facts(gif, (7, 5), 3)),
        ("lossless webp", photos::webp(7, 5), facts(webp, (7, 5), 1)),
        ("lossy webp", photos::LOSSY_WEBP.to_vec(), facts(webp, (16, 8), 1)),
        ("turned webp", photos::oriented_webp(7, 5, 5), facts(webp, (5, 7), 1)),
        ("animated webp", photos::animated_webp(7, 5, 3), facts(webp, (7, 5), 3)),
        ("avif", photos::AVIF.to_vec(), facts(Format::Avif, (48, 32), 1)),
        ("turned avif", photos::TURNED_AVIF.to_vec(), facts(Format::Avif, (32, 48), 1)),
        ("avif sequence", photos::AVIF_SEQUENCE.to_vec(), facts(Format::Avif, (48, 32), 3)),
    ]
}
