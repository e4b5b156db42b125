//! Variants that the operator gave names: `thumb=320x320,cover`.

use std::fmt;
use std::str::FromStr;

use super::ladder::{LONGEST_SIDE, side};
use super::spec::{Choice, Encoding, FITS, Fit, InvalidSpec, VariantSpec, fit_word};

/// The longest name, in bytes.
const LONGEST_NAME: usize = 32;

/// The most names, so that an answer that lists them stays short.
const MOST_NAMES: usize = 64;

/// The word that leaves the format to what the client takes.
pub(super) const AUTO: &str = "auto";

/// A variant under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedVariant {
    name: String,
    spec: VariantSpec,
}

/// The text defines no named variant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidNamedVariant {
    /// There is no `=` in it, or no size after it.
    #[error(
        "{text:?} is not NAME=WIDTHxHEIGHT[,FIT][,FORMAT][,qQUALITY], as in thumb=320x320,cover"
    )]
    Form {
        /// What stands there.
        text: String,
    },
    /// The name is empty, too long, or has other characters.
    #[error("{name:?} is not a name of 1 to {LONGEST_NAME} letters a-z, digits, '-' and '_'")]
    Name {
        /// What stands there.
        name: String,
    },
    /// Something else than a width, an `x` and a height, of which one may be missing.
    #[error(
        "{size:?} is not a size such as 320x320, 320x or x320, of at most {LONGEST_SIDE} pixels a side"
    )]
    Size {
        /// What stands there.
        size: String,
    },
    /// A word that is no fit, no format and no quality, or that says one of them again.
    #[error(
        "{word:?} is none of inside, cover, contain, jpeg, webp, png, avif, auto and q1 to q100, each kind once"
    )]
    Word {
        /// What stands there.
        word: String,
    },
    /// What it says cannot be made.
    #[error(transparent)]
    Spec(#[from] InvalidSpec),
    /// Two of one name.
    #[error("two variants are named {name:?}")]
    Twice {
        /// The name.
        name: String,
    },
    /// More than can be listed.
    #[error("there can be {MOST_NAMES} named variants")]
    TooMany,
}

impl NamedVariant {
    /// A variant under a name of 1 to 32 letters a-z, digits, `-` and `_`.
    ///
    /// # Errors
    ///
    /// [`InvalidNamedVariant`].
    pub fn new(name: &str, spec: VariantSpec) -> Result<Self, InvalidNamedVariant> {
        let plain = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
        if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(plain) {
            return Err(InvalidNamedVariant::Name { name: name.to_owned() });
        }
        Ok(Self { name: name.to_owned(), spec: spec.checked()? })
    }

    /// What it is asked for by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is like.
    pub const fn spec(&self) -> VariantSpec {
        self.spec
    }
}

impl FromStr for NamedVariant {
    type Err = InvalidNamedVariant;

    /// Reads `NAME=WIDTHxHEIGHT[,FIT][,FORMAT][,qQUALITY]`.
    fn from_str(text: &str) -> Result<Self, InvalidNamedVariant> {
        let form = || InvalidNamedVariant::Form { text: text.to_owned() };
        let (name, rest) = text.split_once('=').ok_or_else(form)?;
        let mut words = rest.split(',').map(str::trim);
        let size = words.next().ok_or_else(form)?;
        let mut spec = sized(size)?;
        let mut said = Said::default();
        for word in words {
            let taken = said.take(word, &mut spec);
            taken.ok_or_else(|| InvalidNamedVariant::Word { word: word.to_owned() })?;
        }
        Self::new(name.trim(), spec)
    }
}

fn sized(text: &str) -> Result<VariantSpec, InvalidNamedVariant> {
    let wrong = || InvalidNamedVariant::Size { size: text.to_owned() };
    let (width, height) = text.split_once('x').ok_or_else(wrong)?;
    let read = |text: &str| match text {
        "" => Ok(None),
        text => side(text).map(Some).ok_or_else(wrong),
    };
    let (width, height) = (read(width)?, read(height)?);
    if width.or(height).is_none() {
        return Err(wrong());
    }
    Ok(VariantSpec { width, height, ..VariantSpec::new() })
}

/// Which kinds of words have come.
#[derive(Default)]
struct Said {
    fit: bool,
    format: bool,
    quality: bool,
}

impl Said {
    fn take(&mut self, word: &str, spec: &mut VariantSpec) -> Option<()> {
        let (said, changed) = if let Some(fit) = fit(word) {
            (&mut self.fit, VariantSpec { fit, ..*spec })
        } else if let Some(choice) = choice(word) {
            (&mut self.format, VariantSpec { choice, ..*spec })
        } else {
            let quality = word.strip_prefix('q').and_then(side)?;
            let quality = u8::try_from(quality).ok()?;
            (&mut self.quality, VariantSpec { quality, ..*spec })
        };
        *spec = changed;
        (!std::mem::replace(said, true)).then_some(())
    }
}

/// The fit that a word stands for.
pub(super) fn fit(word: &str) -> Option<Fit> {
    FITS.into_iter().find(|&fit| fit_word(fit) == word)
}

/// The format that a word stands for.
pub(super) fn choice(word: &str) -> Option<Choice> {
    if word == AUTO {
        return Some(Choice::Auto);
    }
    Encoding::ALL.into_iter().find(|encoding| encoding.word() == word).map(Choice::Of)
}

/// Named variants, each name once, in the order of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedVariants(Vec<NamedVariant>);

impl NamedVariants {
    /// All of these.
    ///
    /// # Errors
    ///
    /// [`InvalidNamedVariant::Twice`] and [`InvalidNamedVariant::TooMany`].
    pub fn new(
        variants: impl IntoIterator<Item = NamedVariant>,
    ) -> Result<Self, InvalidNamedVariant> {
        let mut variants: Vec<_> = variants.into_iter().take(MOST_NAMES + 1).collect();
        if variants.len() > MOST_NAMES {
            return Err(InvalidNamedVariant::TooMany);
        }
        variants.sort_by(|a, b| a.name.cmp(&b.name));
        let twice = variants.iter().zip(variants.iter().skip(1)).find(|(a, b)| a.name == b.name);
        match twice {
            Some((first, _)) => Err(InvalidNamedVariant::Twice { name: first.name.clone() }),
            None => Ok(Self(variants)),
        }
    }

    /// The names, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(NamedVariant::name)
    }

    pub(super) fn find(&self, name: &str) -> Option<VariantSpec> {
        self.0.iter().find(|variant| variant.name == name).map(NamedVariant::spec)
    }
}

impl FromStr for NamedVariants {
    type Err = InvalidNamedVariant;

    /// Reads named variants with semicolons between them.
    fn from_str(text: &str) -> Result<Self, InvalidNamedVariant> {
        let each = text.split(';').map(str::trim).filter(|text| !text.is_empty());
        let variants: Vec<_> = each.map(str::parse).collect::<Result<_, _>>()?;
        Self::new(variants)
    }
}

impl fmt::Display for NamedVariants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().collect::<Vec<_>>().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_variants_are_read() {
        let named: NamedVariants = "thumb=320x320,cover; card=640x,q60,webp;;".parse().unwrap();
        assert_eq!(named.to_string(), "card, thumb");
        let thumb = VariantSpec::new().width(320).height(320).fit(Fit::Cover);
        assert_eq!(named.find("thumb"), Some(thumb));
        let card = VariantSpec::new().width(640).quality(60).format(Encoding::Webp);
        assert_eq!(named.find("card"), Some(card));
        let auto: NamedVariant = "wide=x200,auto".parse().unwrap();
        assert_eq!(auto.spec().choice(), Choice::Auto);
    }

    #[test]
    fn what_names_no_variant_is_refused() {
        let table = [
            ("thumb", "thumb=320x320,cover"),
            ("Thumb=1x1", "a-z"),
            ("=1x1", "a-z"),
            ("a=320", "size"),
            ("a=x", "size"),
            ("a=0x1", "size"),
            ("a=1x9999", "size"),
            ("a=1x1,fill", "fill"),
            ("a=1x1,cover,inside", "inside"),
            ("a=1x1,q0", "q0"),
            ("a=1x1,q101", "1 to 100"),
            ("a=1x1;a=2x2", "two variants"),
        ];
        for (text, word) in table {
            let error = text.parse::<NamedVariants>().unwrap_err().to_string();
            assert!(error.contains(word), "{text}: {error}");
        }
    }
}
