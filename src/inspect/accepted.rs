//! Which formats are taken.

use std::fmt;
use std::str::FromStr;

use crate::image::Format;

/// A set of formats. By default all but HEIC.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Accepted(u8);

/// The text names a format that cannot be accepted beside the usual ones.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("what can be accepted beside {} is heic, and not {found:?}", Accepted::default())]
pub struct InvalidAccepted {
    /// What stands there.
    pub found: String,
}

impl Accepted {
    /// These and a further one.
    #[must_use]
    pub const fn and(self, format: Format) -> Self {
        Self(self.0 | bit(format))
    }

    /// Whether a format is taken.
    #[must_use]
    pub const fn has(self, format: Format) -> bool {
        self.0 & bit(format) != 0
    }

    /// The formats that are taken.
    pub fn formats(self) -> impl Iterator<Item = Format> {
        Format::ALL.into_iter().filter(move |format| self.has(*format))
    }
}

const fn bit(format: Format) -> u8 {
    1 << format as u8
}

impl Default for Accepted {
    fn default() -> Self {
        let usual = [Format::Jpeg, Format::Png, Format::Gif, Format::Webp, Format::Avif];
        usual.into_iter().fold(Self(0), Self::and)
    }
}

impl FromStr for Accepted {
    type Err = InvalidAccepted;

    /// Reads what is accepted beside the usual formats: names with commas between them.
    fn from_str(text: &str) -> Result<Self, InvalidAccepted> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        names.into_iter().try_fold(Self::default(), |accepted, name| match name {
            "heic" | "image/heic" => Ok(accepted.and(Format::Heic)),
            found => Err(InvalidAccepted { found: found.to_owned() }),
        })
    }
}

/// As a sentence lists them: `JPEG, PNG and GIF`.
impl fmt::Display for Accepted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.formats().map(Format::name).collect();
        match names.split_last() {
            Some((last, [])) => f.write_str(last),
            Some((last, others)) => write!(f, "{} and {last}", others.join(", ")),
            None => f.write_str("no"),
        }
    }
}

impl fmt::Debug for Accepted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
