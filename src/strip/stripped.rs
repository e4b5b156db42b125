//! The names of what is taken out, and sets of them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A kind of metadata, by the name that clients read in `stripped`. The catalog keeps a bit for each,
/// by its place here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Exif: camera, lens, exposure, date and everything else that is not named below.
    Exif,
    /// The place where the photo was taken, in Exif.
    Gps,
    /// What the maker of the camera keeps to itself, in Exif.
    MakerNote,
    /// A small picture inside the picture. It may show what was cropped away.
    Thumbnail,
    /// XMP, Adobe's metadata in XML.
    Xmp,
    /// IPTC and the rest of Photoshop's image resources.
    Iptc,
    /// A comment.
    Comment,
    /// Text chunks of a PNG, or text blocks of a GIF.
    Text,
    /// The time of the last change.
    Time,
    /// Further pictures behind the first one: previews, depth maps, gain maps.
    Pictures,
    /// Data of applications that viewers do not need.
    Application,
    /// Bytes after the end of the image, such as the film of a motion photo.
    Trailing,
}

impl Kind {
    /// Every kind, in the order in which they are told.
    pub const ALL: [Self; 12] = [
        Self::Gps,
        Self::Exif,
        Self::MakerNote,
        Self::Thumbnail,
        Self::Xmp,
        Self::Iptc,
        Self::Comment,
        Self::Text,
        Self::Time,
        Self::Pictures,
        Self::Application,
        Self::Trailing,
    ];

    /// The name that clients read.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gps => "gps",
            Self::Exif => "exif",
            Self::MakerNote => "maker_note",
            Self::Thumbnail => "thumbnail",
            Self::Xmp => "xmp",
            Self::Iptc => "iptc",
            Self::Comment => "comment",
            Self::Text => "text",
            Self::Time => "time",
            Self::Pictures => "pictures",
            Self::Application => "application",
            Self::Trailing => "trailing",
        }
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// A set of [`Kind`]s. Its JSON form is the list of their names.
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Kind>", into = "Vec<&'static str>")]
pub struct Stripped(u16);

impl Stripped {
    /// Adds a kind.
    pub const fn add(&mut self, kind: Kind) {
        self.0 |= kind.bit();
    }

    /// Whether a kind is in the set.
    #[must_use]
    pub const fn has(self, kind: Kind) -> bool {
        self.0 & kind.bit() != 0
    }

    /// The kinds in the set.
    pub fn kinds(self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(move |kind| self.has(*kind))
    }
}

impl Stripped {
    /// As the catalog keeps it.
    pub(crate) fn to_column(self) -> i64 {
        i64::from(self.0)
    }

    /// From what the catalog holds; nothing when it holds what this version never writes.
    pub(crate) fn from_column(bits: i64) -> Option<Self> {
        let bits = u16::try_from(bits).ok()?;
        let known = Kind::ALL.into_iter().fold(0, |all, kind| all | kind.bit());
        (bits & !known == 0).then_some(Self(bits))
    }
}

impl From<Vec<Kind>> for Stripped {
    fn from(kinds: Vec<Kind>) -> Self {
        kinds.into_iter().collect()
    }
}

impl From<Stripped> for Vec<&'static str> {
    fn from(stripped: Stripped) -> Self {
        stripped.kinds().map(Kind::name).collect()
    }
}

impl FromIterator<Kind> for Stripped {
    fn from_iter<I: IntoIterator<Item = Kind>>(kinds: I) -> Self {
        let mut removed = Self::default();
        kinds.into_iter().for_each(|kind| removed.add(kind));
        removed
    }
}

impl fmt::Debug for Stripped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.kinds().map(Kind::name)).finish()
    }
}
