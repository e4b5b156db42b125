//! WebM (a profile of Matroska, RFC 9559): a segment with a picture track.

use super::ebml::{Element, Elements};
use crate::image::Format;
use crate::inspect::error::{Corruption, Fault};
use crate::inspect::size::Size;
use crate::inspect::{Facts, Limits};

/// The ids of the elements that are read (RFC 8794, section 11; RFC 9559, section 5.1).
mod id {
    pub(super) const HEADER: u32 = 0x1A45_DFA3;
    pub(super) const DOCUMENT_TYPE: u32 = 0x4282;
    pub(super) const SEGMENT: u32 = 0x1853_8067;
    pub(super) const INFO: u32 = 0x1549_A966;
    pub(super) const TIMESTAMP_SCALE: u32 = 0x2A_D7B1;
    pub(super) const DURATION: u32 = 0x4489;
    pub(super) const TRACKS: u32 = 0x1654_AE6B;
    pub(super) const TRACK: u32 = 0xAE;
    pub(super) const VIDEO: u32 = 0xE0;
    pub(super) const WIDTH: u32 = 0xB0;
    pub(super) const HEIGHT: u32 = 0xBA;
    pub(super) const CLUSTER: u32 = 0x1F43_B675;
}

/// Nanoseconds of a tick where the segment does not say.
const USUAL_SCALE: u64 = 1_000_000;

/// Whether a file begins with the header of a WebM. Matroska of other kinds is not played by
/// browsers.
pub(in crate::inspect) fn is_webm(bytes: &[u8]) -> bool {
    let Some(Ok(header)) = Elements::new(bytes).next() else { return false };
    let kind = find(&header, id::DOCUMENT_TYPE).ok().flatten();
    header.id == id::HEADER && kind.is_some_and(|kind| kind.data.starts_with(b"webm"))
}

/// Reads the facts of a film.
pub(in crate::inspect) fn inspect(bytes: &[u8], limits: &Limits) -> Result<Facts, Fault> {
    let mut segment = None;
    for element in Elements::new(bytes) {
        let element = element?;
        if element.id == id::SEGMENT {
            segment = Some(element);
        }
    }
    let segment = segment.ok_or(Corruption::MissingHeader)?;
    let parts = Parts::read(&segment)?;
    let size = parts.size.ok_or(Corruption::MissingHeader)?;
    if !parts.has_data {
        return Err(Corruption::MissingImageData.into());
    }
    limits.admit(size)?;
    Ok(Facts { duration: parts.duration, ..Facts::new(Format::Webm, size, 1) })
}

/// What the parts of a segment tell.
#[derive(Default)]
struct Parts {
    size: Option<Size>,
    duration: Option<u64>,
    has_data: bool,
}

impl Parts {
    /// Reads up to the first cluster: what describes the film comes before it, and behind a cluster
    /// of open length nothing can be found.
    fn read(segment: &Element<'_>) -> Result<Self, Corruption> {
        let mut parts = Self::default();
        for element in Elements::new(segment.data) {
            let element = element?;
            match element.id {
                id::INFO => parts.duration = duration(&element)?,
                id::TRACKS => parts.size = largest_picture(&element)?,
                id::CLUSTER => {
                    parts.has_data = true;
                    if parts.size.is_some() {
                        break;
                    }
                }
                _ => {}
            }
        }
        Ok(parts)
    }
}

fn duration(info: &Element<'_>) -> Result<Option<u64>, Corruption> {
    let scale = find(info, id::TIMESTAMP_SCALE)?.and_then(|scale| scale.number());
    let ticks = find(info, id::DURATION)?.and_then(|ticks| ticks.float());
    let scale = scale.unwrap_or(USUAL_SCALE) as f64;
    let milliseconds = ticks.map(|ticks| ticks * scale / 1_000_000.0);
    Ok(milliseconds.filter(|time| *time > 0.0 && *time < 1e15).map(whole))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is between 0 and 10^15, and a fraction of a millisecond says nothing"
)]
fn whole(milliseconds: f64) -> u64 {
    milliseconds as u64
}

fn largest_picture(tracks: &Element<'_>) -> Result<Option<Size>, Corruption> {
    let mut largest: Option<Size> = None;
    for track in tracks.children() {
        let track = track?;
        if track.id != id::TRACK {
            continue;
        }
        let Some(video) = find(&track, id::VIDEO)? else { continue };
        let side = |id| Ok(find(&video, id)?.and_then(|side| u32::try_from(side.number()?).ok()));
        let (Some(width), Some(height)) = (side(id::WIDTH)?, side(id::HEIGHT)?) else {
            return Err(Corruption::MissingHeader);
        };
        let size = Size::new(width, height)?;
        largest = Some(largest.filter(|known| known.area() >= size.area()).unwrap_or(size));
    }
    Ok(largest)
}

fn find<'a>(parent: &Element<'a>, id: u32) -> Result<Option<Element<'a>>, Corruption> {
    let mut children = parent.children();
    children.find(|child| child.as_ref().map_or(true, |child| child.id == id)).transpose()
}
