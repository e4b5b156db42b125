//! What a variant is to be like, before it is known of which image.

use super::ladder::LONGEST_SIDE;
use crate::image::Format;
use crate::variant::Output;

pub use crate::variant::Fit;

/// The quality of JPEG, WebP and AVIF unless another is asked for.
pub const QUALITY: u8 = 80;

/// The qualities that strangers may ask for. Steps of ten can be told apart by eye; finer ones would
/// only multiply the variants.
pub const QUALITIES: [u8; 6] = [40, 50, 60, 70, 80, 90];

/// The ways to fit, in the order in which messages name them.
pub(crate) const FITS: [Fit; 3] = [Fit::Inside, Fit::Cover, Fit::Contain];

/// The word for a fit in addresses and settings.
pub(crate) const fn fit_word(fit: Fit) -> &'static str {
    match fit {
        Fit::Inside => "inside",
        Fit::Cover => "cover",
        Fit::Contain => "contain",
    }
}

/// The formats that a variant can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// JPEG: what is transparent becomes white.
    Jpeg,
    /// WebP, lossy, with transparency.
    Webp,
    /// PNG, lossless, with transparency.
    Png,
    /// AVIF, with transparency: the smallest files and the most work.
    Avif,
}

impl Encoding {
    /// Every one, in the order in which messages name them.
    pub const ALL: [Self; 4] = [Self::Jpeg, Self::Webp, Self::Png, Self::Avif];

    /// The word for it in addresses and settings.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Webp => "webp",
            Self::Png => "png",
            Self::Avif => "avif",
        }
    }

    /// The format of what it writes.
    #[must_use]
    pub const fn format(self) -> Format {
        match self {
            Self::Jpeg => Format::Jpeg,
            Self::Webp => Format::Webp,
            Self::Png => Format::Png,
            Self::Avif => Format::Avif,
        }
    }

    /// Whether this build can write it: AVIF is a feature of the crate.
    #[must_use]
    pub const fn is_built(self) -> bool {
        match self {
            Self::Jpeg | Self::Webp | Self::Png => true,
            Self::Avif => cfg!(feature = "avif"),
        }
    }

    /// The longest side that its files can have, in pixels: 14 bits in WebP, 16 bits in JPEG, and as
    /// many in AVIF as `rav1e` writes.
    pub(super) const fn longest_side(self) -> u32 {
        match self {
            Self::Webp => 16_383,
            Self::Jpeg | Self::Avif => 65_535,
            Self::Png => u32::MAX >> 1,
        }
    }

    /// What the encoder is told.
    pub(super) const fn output(self, quality: u8) -> Output {
        match self {
            Self::Jpeg => Output::Jpeg { quality },
            Self::Webp => Output::Webp { quality },
            Self::Png => Output::Png,
            Self::Avif => Output::Avif { quality },
        }
    }

    /// The one whose files an original of `format` resembles most.
    pub(crate) const fn like(format: Format) -> Self {
        match format {
            Format::Png | Format::Gif => Self::Png,
            Format::Webp => Self::Webp,
            Format::Avif if Self::Avif.is_built() => Self::Avif,
            Format::Jpeg
            | Format::Avif
            | Format::Heic
            | Format::Mp4
            | Format::QuickTime
            | Format::Webm => Self::Jpeg,
        }
    }

    /// The one for clients that name nothing better: it is shown everywhere and keeps what may be
    /// transparent, which the record does not tell.
    pub(crate) const fn plain(format: Format) -> Self {
        match format {
            Format::Png | Format::Gif | Format::Webp => Self::Png,
            Format::Jpeg
            | Format::Avif
            | Format::Heic
            | Format::Mp4
            | Format::QuickTime
            | Format::Webm => Self::Jpeg,
        }
    }
}

/// Which format is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Choice {
    /// That of the original, or PNG for a GIF.
    #[default]
    Original,
    /// The best that the client says it takes.
    Auto,
    /// This one.
    Of(Encoding),
}

/// What a variant is to be like: a smaller rendition of an image, never a larger one.
///
/// ```
/// use tintype::{Encoding, Fit, VariantSpec};
///
/// let column = VariantSpec::new().width(640);
/// let thumbnail = VariantSpec::new().width(160).height(160).fit(Fit::Cover).format(Encoding::Webp);
/// # let _ = (column, thumbnail);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use]
pub struct VariantSpec {
    pub(super) width: Option<u32>,
    pub(super) height: Option<u32>,
    pub(super) fit: Fit,
    pub(super) choice: Choice,
    pub(super) quality: u8,
}

impl Default for VariantSpec {
    fn default() -> Self {
        let (width, height) = (None, None);
        Self { width, height, fit: Fit::default(), choice: Choice::default(), quality: QUALITY }
    }
}

impl VariantSpec {
    /// A variant without a size yet: inside of what it will have, in the format of the original or
    /// PNG for a GIF, with quality 80.
    pub fn new() -> Self {
        Self::default()
    }

    /// At most so many pixels from left to right.
    pub const fn width(mut self, pixels: u32) -> Self {
        self.width = Some(pixels);
        self
    }

    /// At most so many pixels from top to bottom.
    pub const fn height(mut self, pixels: u32) -> Self {
        self.height = Some(pixels);
        self
    }

    /// How the picture lies in the box, where both sides are given. Default: inside.
    pub const fn fit(mut self, fit: Fit) -> Self {
        self.fit = fit;
        self
    }

    /// In this format.
    pub const fn format(mut self, encoding: Encoding) -> Self {
        self.choice = Choice::Of(encoding);
        self
    }

    /// How much may be lost, from 1, much, to 100, little. PNG loses nothing and takes no notice.
    pub const fn quality(mut self, quality: u8) -> Self {
        self.quality = quality;
        self
    }

    /// Which format is wanted.
    pub(crate) const fn choice(&self) -> Choice {
        self.choice
    }

    /// The same, or what is wrong with it.
    ///
    /// # Errors
    ///
    /// [`InvalidSpec`].
    pub(crate) fn checked(self) -> Result<Self, InvalidSpec> {
        let sides = [self.width, self.height];
        if sides == [None, None] {
            return Err(InvalidSpec::NoSide);
        }
        if sides.into_iter().flatten().any(|side| !(1..=LONGEST_SIDE).contains(&side)) {
            return Err(InvalidSpec::Side);
        }
        if !(1..=100).contains(&self.quality) {
            return Err(InvalidSpec::Quality);
        }
        match self.choice {
            Choice::Of(encoding) if !encoding.is_built() => Err(InvalidSpec::NotBuilt),
            Choice::Of(_) | Choice::Auto | Choice::Original => Ok(self),
        }
    }
}

/// Why no variant can be like that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidSpec {
    /// Neither width nor height.
    #[error("a variant has a width, a height, or both")]
    NoSide,
    /// A side is zero or too long.
    #[error("a side has 1 to {LONGEST_SIDE} pixels")]
    Side,
    /// The quality is not among 1 to 100.
    #[error("a quality is a number from 1 to 100")]
    Quality,
    /// AVIF, in a build without it.
    #[error("this build does not write AVIF")]
    NotBuilt,
}
