//! What the container says of the picture beside its pixels: how it is turned, and its colour
//! profile. Whatever is broken reads as absent.

use std::borrow::Cow;

use super::colours::MAX_PROFILE;
use super::turn::Turn;
use crate::image::Format;
use crate::inspect::exif;
use crate::inspect::jpeg::marker;
use crate::inspect::jpeg::segments::Segments;
use crate::inspect::png::chunks::Chunks;
use crate::inspect::{riff, webp};

/// How a part of a colour profile in a JPEG begins (ICC.1, annex B.4); its number and the number of
/// parts follow.
const ICC: &[u8] = b"ICC_PROFILE\0";
const APP2: u8 = marker::APP0 + 2;
/// The most parts, whose number is a byte. More are no profile, and of empty ones there may be
/// millions.
const MAX_PARTS: usize = 255;

/// The bits of `VP8X` that announce a profile and an Exif block; without them browsers do not look.
const HAS_ICC: u8 = 0x20;
const HAS_EXIF: u8 = 0x08;

/// What was found.
#[derive(Clone, Debug)]
pub(super) struct Embedded<'a> {
    /// How to turn the stored picture.
    pub(super) turn: Turn,
    /// The colour profile, except that of a PNG, which its decoder unpacks.
    pub(super) profile: Option<Cow<'a, [u8]>>,
}

impl<'a> Embedded<'a> {
    /// Reads what the inspection has found sound.
    pub(super) fn read(bytes: &'a [u8], format: Format) -> Self {
        match format {
            Format::Jpeg => Self::in_jpeg(bytes),
            Format::Png => Self::in_png(bytes),
            Format::Webp => Self::in_webp(bytes).unwrap_or(Self::NOTHING),
            Format::Gif | Format::Avif | Format::Heic => Self::NOTHING,
            Format::Mp4 | Format::QuickTime | Format::Webm => Self::NOTHING,
        }
    }

    const NOTHING: Self = Self { turn: Turn::NONE, profile: None };

    fn in_jpeg(bytes: &'a [u8]) -> Self {
        let mut exif = None;
        let mut parts = Vec::new();
        for segment in Segments::new(bytes).map_while(Result::ok) {
            match segment.marker {
                marker::SOS => break,
                marker::APP1 if segment.payload.starts_with(exif::PREFIX) => {
                    exif = exif.or(Some(segment.payload));
                }
                APP2 if parts.len() <= MAX_PARTS => {
                    parts.extend(segment.payload.strip_prefix(ICC));
                }
                _ => {}
            }
        }
        Self { turn: turn(exif), profile: assembled(parts) }
    }

    fn in_png(bytes: &'a [u8]) -> Self {
        let exif = Chunks::new(bytes).map_while(Result::ok).find(|chunk| &chunk.kind == b"eXIf");
        Self { turn: turn(exif.map(|chunk| chunk.data)), profile: None }
    }

    fn in_webp(bytes: &'a [u8]) -> Option<Self> {
        let body = webp::body(bytes).ok()?;
        let mut chunks = riff::Chunks::new(body, 12).map_while(Result::ok);
        let first = chunks.next().filter(|chunk| &chunk.kind == b"VP8X")?;
        let flags = first.data.first().copied().unwrap_or_default();
        let (mut exif, mut profile) = (None, None);
        for chunk in chunks {
            match &chunk.kind {
                b"EXIF" if flags & HAS_EXIF != 0 => exif = exif.or(Some(chunk.data)),
                b"ICCP" if flags & HAS_ICC != 0 => profile = profile.or(Some(chunk.data)),
                _ => {}
            }
        }
        let profile = profile.filter(|profile| profile.len() <= MAX_PROFILE).map(Cow::Borrowed);
        Some(Self { turn: turn(exif), profile })
    }
}

fn turn(exif: Option<&[u8]>) -> Turn {
    exif.map_or(Turn::NONE, |exif| Turn::of(exif::value(exif)))
}

/// A profile out of its parts, each with its number, counted from 1, and their number in front. All
/// must be there.
fn assembled(mut parts: Vec<&[u8]>) -> Option<Cow<'_, [u8]>> {
    parts.sort_by_key(|part| part.first().copied());
    let is_whole = parts.iter().zip(1..).all(|(part, number): (_, usize)| {
        let stated = part.first().zip(part.get(1));
        stated.is_some_and(|(at, of)| usize::from(*at) == number && usize::from(*of) == parts.len())
    });
    let data = || parts.iter().filter_map(|part| part.get(2..));
    let length: usize = data().map(<[u8]>::len).sum();
    if parts.is_empty() || !is_whole || length > MAX_PROFILE {
        return None;
    }
    match parts.as_slice() {
        [part] => part.get(2..).map(Cow::Borrowed),
        _ => Some(Cow::Owned(data().flatten().copied().collect())),
    }
}
