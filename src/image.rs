//! What every part calls an image: its id, its format, the names of its variants. A leaf: it knows no
//! other module.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::{NoContext, Uuid};

/// The id of an image: a `UUIDv7`, so ids sort by the time of their upload and the primary key of
/// the catalog is also the order of the listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ImageId(Uuid);

impl ImageId {
    /// A new id that carries `now` to the millisecond, followed by 74 random bits.
    ///
    /// A time before 1970 counts as 1970.
    #[must_use]
    pub fn generate(now: Timestamp) -> Self {
        let milliseconds = u64::try_from(now.as_millisecond()).unwrap_or(0);
        let nanoseconds = u32::try_from(milliseconds % 1000).unwrap_or(0) * 1_000_000;
        let moment = uuid::Timestamp::from_unix(NoContext, milliseconds / 1000, nanoseconds);
        Self(Uuid::new_v7(moment))
    }

    /// The id that has this UUID; the catalog's way back from a row.
    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The UUID itself; the catalog's way into a row.
    #[must_use]
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for ImageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

/// The text is not the hyphenated form of a UUID.
#[derive(Debug, thiserror::Error)]
#[error("an image id is a UUID such as 0192f0c1-2f6a-7c3e-8d11-5a0c9b7e4d20")]
pub struct InvalidImageId;

impl FromStr for ImageId {
    type Err = InvalidImageId;

    /// Takes the one form that `Display` writes, so that an image has one URL.
    fn from_str(text: &str) -> Result<Self, InvalidImageId> {
        let uuid = Uuid::try_parse(text).map_err(|_| InvalidImageId)?;
        let id = Self(uuid);
        if id.to_string() == text { Ok(id) } else { Err(InvalidImageId) }
    }
}

/// The image formats that Tintype takes in. The list is closed on purpose: each entry is a parser
/// that strangers feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// JPEG, baseline or progressive.
    Jpeg,
    /// PNG, animated or not.
    Png,
    /// GIF, animated or not.
    Gif,
    /// WebP, lossy, lossless or animated.
    Webp,
    /// AVIF, one image or a sequence.
    Avif,
    /// HEIC, as iPhones write it. Taken only where the operator says so: most browsers do not show
    /// it.
    Heic,
    /// MP4, a film. Films are stored as they come, and only where the operator says so.
    Mp4,
    /// QuickTime, a film.
    QuickTime,
    /// WebM, a film.
    Webm,
}

impl Format {
    /// Every format, in the order in which messages name them.
    pub const ALL: [Self; 9] = [
        Self::Jpeg,
        Self::Png,
        Self::Gif,
        Self::Webp,
        Self::Avif,
        Self::Heic,
        Self::Mp4,
        Self::QuickTime,
        Self::Webm,
    ];

    /// The name that people use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Gif => "GIF",
            Self::Webp => "WebP",
            Self::Avif => "AVIF",
            Self::Heic => "HEIC",
            Self::Mp4 => "MP4",
            Self::QuickTime => "QuickTime",
            Self::Webm => "WebM",
        }
    }

    /// Whether it is a film: stored and served, and nothing more.
    #[must_use]
    pub const fn is_film(self) -> bool {
        matches!(self, Self::Mp4 | Self::QuickTime | Self::Webm)
    }

    /// The registered media type.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
            Self::Heic => "image/heic",
            Self::Mp4 => "video/mp4",
            Self::QuickTime => "video/quicktime",
            Self::Webm => "video/webm",
        }
    }

    /// The usual file extension, without the dot. It is also the format's name in the catalog.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Avif => "avif",
            Self::Heic => "heic",
            Self::Mp4 => "mp4",
            Self::QuickTime => "mov",
            Self::Webm => "webm",
        }
    }

    /// The format that `extension` belongs to; the inverse of [`Format::extension`].
    #[must_use]
    pub fn from_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.extension() == extension)
    }
}

/// The name of a variant among those of its image, such as `w320-h200-cover-q80.webp`: what is to be
/// seen, not who asks or when. It is short and plain enough to be part of an object's key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VariantName(String);

/// The text cannot be the name of a variant.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the name of a variant has at most {} characters a-z, 0-9 and '-', then the extension of a format",
    VariantName::MAX_LENGTH
)]
pub struct InvalidVariantName;

impl VariantName {
    /// The longest name, in bytes.
    pub const MAX_LENGTH: usize = 64;

    /// The name as it was made.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the extension, and the extension.
    #[must_use]
    pub fn parts(&self) -> (&str, &str) {
        self.0.rsplit_once('.').unwrap_or((&self.0, ""))
    }
}

impl FromStr for VariantName {
    type Err = InvalidVariantName;

    fn from_str(text: &str) -> Result<Self, InvalidVariantName> {
        let (stem, extension) = text.rsplit_once('.').ok_or(InvalidVariantName)?;
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let holds = text.len() <= Self::MAX_LENGTH
            && !stem.is_empty()
            && stem.bytes().all(plain)
            && Format::from_extension(extension).is_some();
        if holds { Ok(Self(text.to_owned())) } else { Err(InvalidVariantName) }
    }
}

impl fmt::Display for VariantName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::VariantName;

    #[test]
    fn a_name_of_a_variant_is_short_and_plain() {
        for text in ["w320.webp", "w320-h200-cover-q80.jpg", "thumb.avif"] {
            assert_eq!(text.parse::<VariantName>().unwrap().as_str(), text);
        }
        let long = format!("{}.jpg", "w".repeat(61));
        for text in
            ["", ".jpg", "w320", "W320.jpg", "w/320.jpg", "a..jpg", "w320.exe", "w#1.jpg", &long]
        {
            assert!(text.parse::<VariantName>().is_err(), "{text:?}");
        }
    }
}
