//! What a variant and a proof have in common: an original is opened, and the pixels that its decoder
//! leaves are made smaller and shown.

use super::colours::to_srgb;
use super::decode::Job;
use super::embedded::Embedded;
use super::error::{RenderError, undecodable};
use super::geometry::Size;
use super::resize::{self, Decoded};
use super::{Deadline, Pixels, Source};

/// An original that is worked on.
pub(super) struct Work<'a> {
    embedded: Embedded<'a>,
    /// What the decoder is told.
    pub(super) job: Job<'a>,
}

impl<'a> Work<'a> {
    /// `wanted` is how large the picture must at least be, as displayed.
    pub(super) fn open(
        original: &'a [u8],
        source: &Source,
        wanted: (f64, f64),
        deadline: Deadline,
    ) -> Result<Self, RenderError> {
        deadline.check()?;
        let embedded = Embedded::read(original, source.format);
        let turn = embedded.turn;
        let job = Job {
            bytes: original,
            format: source.format,
            stored: turn.swap(source.displayed()),
            header: source.header,
            wanted: turn.swap_pair(wanted),
            deadline,
        };
        Ok(Self { embedded, job })
    }

    /// The part of the picture that is `shown`, in `size`; both as displayed.
    pub(super) fn resized(
        &self,
        decoded: &Decoded,
        shown: (f64, f64),
        size: Size,
    ) -> Result<Pixels, RenderError> {
        self.job.deadline.check()?;
        let turn = self.embedded.turn;
        let resized = decoded.resized(turn.swap_pair(shown), turn.swap(size));
        let resized = resized.and_then(|mut pixels| {
            resize::divide(&mut pixels)?;
            Ok(pixels)
        });
        resized.map_err(|cause| undecodable(self.job.format, cause))
    }

    /// The pixels turned and in sRGB. `unpacked` is the profile where the decoder has unpacked one.
    pub(super) fn displayed(&self, pixels: Pixels, unpacked: Option<&[u8]>) -> Pixels {
        let profile = unpacked.or(self.embedded.profile.as_deref());
        to_srgb(self.embedded.turn.apply(pixels), profile)
    }
}
