//! Which formats are taken.

use std::fmt;
use std::str::FromStr;

use crate::image::Format;

/// A set of formats. By default the images that browsers show: JPEG, PNG, GIF, WebP and AVIF.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Accepted(u16);

/// The text names a format that cannot be accepted beside the usual ones.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "what can be accepted beside {} is image/heic, video/mp4, video/quicktime and video/webm, and not {found:?}",
    Accepted::default()
)]
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

const fn bit(format: Format) -> u16 {
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
        names.into_iter().try_fold(Self::default(), |accepted, name| {
            let optional = Format::ALL.into_iter().filter(|format| !Self::default().has(*format));
            let mut named = optional
                .filter(|format| name == format.content_type() || name == format.extension());
            let format = named.next().ok_or_else(|| InvalidAccepted { found: name.to_owned() })?;
            Ok(accepted.and(format))
        })
    }
}

/// As a sentence lists them: `JPEG, PNG and GIF images`, and films behind them.
impl fmt::Display for Accepted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (films, images): (Vec<_>, Vec<_>) = self.formats().partition(|format| format.is_film());
        write!(f, "{} images", listed(&images))?;
        if films.is_empty() { Ok(()) } else { write!(f, ", and {} films", listed(&films)) }
    }
}

fn listed(formats: &[Format]) -> String {
    let names: Vec<_> = formats.iter().map(|format| format.name()).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => "no".to_owned(),
    }
}

impl fmt::Debug for Accepted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
