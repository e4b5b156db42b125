//! Which variants strangers may ask for, and how they say it in an address.

use std::str::FromStr;

use url::form_urlencoded;

use super::ladder::Ladder;
use super::named::{self, AUTO, NamedVariants};
use super::spec::{Choice, Encoding, QUALITIES, VariantSpec};

/// How free those who ask are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Widths and heights of the ladder, and named variants.
    #[default]
    Ladder,
    /// Named variants alone.
    Named,
    /// None: every address of an image gives the original.
    Off,
}

/// The formats that `format=auto` may choose beside JPEG and PNG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AutoFormats {
    /// WebP.
    pub webp: bool,
    /// AVIF, which costs many times the work of WebP.
    pub avif: bool,
}

impl Default for AutoFormats {
    fn default() -> Self {
        Self { webp: true, avif: false }
    }
}

/// Something else than `webp` and `avif`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAutoFormats {
    /// It is neither.
    #[error("{found:?} is neither webp nor avif")]
    Other {
        /// What stands there.
        found: String,
    },
    /// AVIF, in a build without it.
    #[error("this build does not write AVIF")]
    NotBuilt,
}

impl FromStr for AutoFormats {
    type Err = InvalidAutoFormats;

    /// Reads `webp`, `avif` or both with a comma between them; the order does not matter.
    fn from_str(text: &str) -> Result<Self, InvalidAutoFormats> {
        let mut formats = Self { webp: false, avif: false };
        for word in text.split(',').map(str::trim) {
            match word {
                "webp" => formats.webp = true,
                "avif" if Encoding::Avif.is_built() => formats.avif = true,
                "avif" => return Err(InvalidAutoFormats::NotBuilt),
                _ => return Err(InvalidAutoFormats::Other { found: word.to_owned() }),
            }
        }
        Ok(formats)
    }
}

/// Which variants strangers may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How free they are.
    pub mode: Mode,
    /// The widths and heights.
    pub ladder: Ladder,
    /// The named variants.
    pub named: NamedVariants,
    /// What `format=auto` may choose.
    pub auto: AutoFormats,
    /// Whether `format=avif` may be asked for.
    pub avif: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            mode: Mode::default(),
            ladder: Ladder::default(),
            named: NamedVariants::default(),
            auto: AutoFormats::default(),
            avif: true,
        }
    }
}

/// Why an address names no variant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidVariant {
    #[error("`{word}` comes twice")]
    Twice { word: &'static str },
    #[error("`{word}` is one of {ladder}")]
    Side { word: &'static str, ladder: String },
    #[error("a variant has a width `w`, a height `h`, or both")]
    NoSide,
    #[error("`fit` is inside, cover or contain")]
    Fit,
    #[error("`format` is one of {formats}")]
    Format { formats: String },
    #[error("`q` is one of 40, 50, 60, 70, 80 and 90")]
    Quality,
    #[error("`variant` stands alone: what it is like is a setting")]
    NotAlone,
    #[error("there is no variant of this name")]
    UnknownName,
    #[error("this service has variants by name alone: `variant`")]
    ByNameAlone,
}

/// The words of ours in a query, as they stand there.
#[derive(Default)]
struct Words {
    w: Option<String>,
    h: Option<String>,
    fit: Option<String>,
    format: Option<String>,
    q: Option<String>,
    variant: Option<String>,
}

impl Words {
    /// Takes ours out of `query`; others are for caches and none of our business.
    fn of(query: &str) -> Result<Self, InvalidVariant> {
        let mut words = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let (word, place) = match &*name {
                "w" => ("w", &mut words.w),
                "h" => ("h", &mut words.h),
                "fit" => ("fit", &mut words.fit),
                "format" => ("format", &mut words.format),
                "q" => ("q", &mut words.q),
                "variant" => ("variant", &mut words.variant),
                _ => continue,
            };
            if place.replace(value.into_owned()).is_some() {
                return Err(InvalidVariant::Twice { word });
            }
        }
        Ok(words)
    }

    /// Those that say what a variant is like.
    fn says_a_spec(&self) -> bool {
        [&self.w, &self.h, &self.fit, &self.format, &self.q].into_iter().any(Option::is_some)
    }
}

impl Rules {
    /// The variant that a query asks for; nothing where it asks for the original.
    ///
    /// # Errors
    ///
    /// [`InvalidVariant`].
    pub(crate) fn asked(&self, query: &str) -> Result<Option<VariantSpec>, InvalidVariant> {
        if self.mode == Mode::Off {
            return Ok(None);
        }
        let words = Words::of(query)?;
        match &words.variant {
            Some(_) if words.says_a_spec() => Err(InvalidVariant::NotAlone),
            Some(name) => self.named.find(name).ok_or(InvalidVariant::UnknownName).map(Some),
            None if !words.says_a_spec() => Ok(None),
            None if self.mode == Mode::Named => Err(InvalidVariant::ByNameAlone),
            None => self.spec(&words).map(Some),
        }
    }

    /// Whether a query asks for a variant by its name, the meaning of which is a setting.
    pub(crate) fn is_by_name(&self, query: &str) -> bool {
        self.mode != Mode::Off && Words::of(query).is_ok_and(|words| words.variant.is_some())
    }

    fn spec(&self, words: &Words) -> Result<VariantSpec, InvalidVariant> {
        let width = self.side("w", words.w.as_deref())?;
        let height = self.side("h", words.h.as_deref())?;
        if width.or(height).is_none() {
            return Err(InvalidVariant::NoSide);
        }
        let fit = words.fit.as_deref().map(|word| named::fit(word).ok_or(InvalidVariant::Fit));
        let choice = words.format.as_deref().map(|word| self.choice(word));
        let quality = words.q.as_deref().map(quality);
        let usual = VariantSpec::new();
        Ok(VariantSpec {
            width,
            height,
            fit: fit.transpose()?.unwrap_or(usual.fit),
            choice: choice.transpose()?.unwrap_or(usual.choice),
            quality: quality.transpose()?.unwrap_or(usual.quality),
        })
    }

    /// The words that `format` takes. The work that AVIF is is the operator's to allow.
    pub(crate) fn formats(&self) -> Vec<&'static str> {
        let offered = Encoding::ALL.into_iter().filter(|encoding| self.offers(*encoding));
        offered.map(Encoding::word).chain([AUTO]).collect()
    }

    fn offers(&self, encoding: Encoding) -> bool {
        match encoding {
            Encoding::Jpeg | Encoding::Webp | Encoding::Png => true,
            Encoding::Avif => self.avif && encoding.is_built(),
        }
    }

    fn choice(&self, word: &str) -> Result<Choice, InvalidVariant> {
        let off = || InvalidVariant::Format { formats: self.formats().join(", ") };
        match named::choice(word).ok_or_else(off)? {
            Choice::Of(encoding) if !self.offers(encoding) => Err(off()),
            choice @ (Choice::Original | Choice::Auto | Choice::Of(_)) => Ok(choice),
        }
    }

    fn side(&self, word: &'static str, text: Option<&str>) -> Result<Option<u32>, InvalidVariant> {
        let Some(text) = text else { return Ok(None) };
        let off = || InvalidVariant::Side { word, ladder: self.ladder.to_string() };
        self.ladder.rung(text).ok_or_else(off).map(Some)
    }
}

fn quality(text: &str) -> Result<u8, InvalidVariant> {
    let found = QUALITIES.into_iter().find(|quality| quality.to_string() == text);
    found.ok_or(InvalidVariant::Quality)
}

#[cfg(test)]
mod tests {
    use super::super::spec::Fit;
    use super::*;

    fn rules() -> Rules {
        Rules { named: "thumb=100x100,cover".parse().unwrap(), ..Rules::default() }
    }

    #[test]
    fn a_query_says_what_is_wanted() {
        let wide = VariantSpec::new().width(320);
        let table = [
            ("", None),
            ("v=3&download=1&W=320", None),
            ("w=320", Some(wide)),
            ("utm_source=x&w=320&&cache=2", Some(wide)),
            ("w=320&fit=inside&q=80", Some(wide)),
            ("%77=320&h=64&fit=cover", Some(wide.height(64).fit(Fit::Cover))),
            ("h=64&format=webp&q=40", {
                let low = VariantSpec::new().height(64).quality(40);
                Some(low.format(Encoding::Webp))
            }),
            ("variant=thumb&v=3", {
                Some(VariantSpec::new().width(100).height(100).fit(Fit::Cover))
            }),
        ];
        for (query, wanted) in table {
            assert_eq!(rules().asked(query), Ok(wanted), "{query}");
        }
    }

    #[test]
    fn a_word_of_ours_that_says_nothing_is_refused() {
        for query in [
            "w=",
            "w=321",
            "w=0320",
            "w=-320",
            "w=320px",
            "w=1e3",
            "h=10000000000000000000000",
            "w=320&w=320",
            "w=320&w=640",
            "fit=cover",
            "format=webp",
            "q=80",
            "w=320&fit=fill",
            "w=320&fit=",
            "w=320&format=gif",
            "w=320&format=jpg",
            "w=320&format=JPEG",
            "w=320&q=81",
            "w=320&q=",
            "w=320&q=080",
            "variant=",
            "variant=other",
            "variant=thumb&w=320",
            "variant=thumb&variant=thumb",
        ] {
            assert!(rules().asked(query).is_err(), "{query}");
        }
    }

    #[test]
    fn the_mode_says_how_free_they_are() {
        let by_name = Rules { mode: Mode::Named, ..rules() };
        assert_eq!(by_name.asked("w=320"), Err(InvalidVariant::ByNameAlone));
        assert_eq!(by_name.asked("v=1"), Ok(None));
        assert!(by_name.asked("variant=thumb").unwrap().is_some());
        let off = Rules { mode: Mode::Off, ..rules() };
        for query in ["w=320", "w=321", "variant=thumb", "variant=x&variant=y"] {
            assert_eq!(off.asked(query), Ok(None), "{query}");
        }
    }

    #[test]
    fn avif_may_be_asked_for_unless_the_operator_says_no() {
        let without = Rules { named: "thumb=9x9,avif".parse().unwrap(), avif: false, ..rules() };
        let error = without.asked("w=320&format=avif").unwrap_err().to_string();
        assert_eq!(error, "`format` is one of jpeg, webp, png, auto");
        if !Encoding::Avif.is_built() {
            return;
        }
        assert!(without.asked("variant=thumb").unwrap().is_some());
        assert_eq!(rules().formats(), ["jpeg", "webp", "png", "avif", "auto"]);
        let avif = VariantSpec::new().width(320).format(Encoding::Avif);
        assert_eq!(rules().asked("w=320&format=avif"), Ok(Some(avif)));
    }

    #[test]
    fn auto_chooses_among_what_the_operator_says() {
        assert_eq!("webp".parse(), Ok(AutoFormats::default()));
        assert_eq!("avif, webp".parse(), Ok(AutoFormats { webp: true, avif: true }));
        for text in ["", "jpeg", "webp,,avif", "WebP"] {
            assert!(text.parse::<AutoFormats>().is_err(), "{text:?}");
        }
    }
}
