//! From what is asked to the one form in which it is made: two requests for the same picture come out
//! as one, so that it is made, stored and cached once.

use super::spec::{Encoding, Fit, VariantSpec, fit_word};
use crate::catalog::Record;
use crate::image::{Format, InvalidVariantName, VariantName};
use crate::variant::Order;

/// What the plan has to know of the original, as the record says it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Original {
    /// As displayed, in pixels.
    pub(crate) width: u32,
    /// As displayed, in pixels.
    pub(crate) height: u32,
}

impl From<&Record> for Original {
    fn from(record: &Record) -> Self {
        Self { width: record.width, height: record.height }
    }
}

/// A variant of a certain image. Its name is its identity.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Plan {
    pub(crate) width: Option<u32>,
    pub(crate) height: Option<u32>,
    pub(crate) fit: Fit,
    pub(crate) encoding: Encoding,
    pub(crate) quality: u8,
}

impl Plan {
    /// What `spec` means for `original`, written as `encoding`.
    pub(crate) fn of(original: &Original, spec: &VariantSpec, encoding: Encoding) -> Self {
        let (width, height) = match (spec.fit, spec.width, spec.height) {
            (Fit::Contain, Some(width), Some(height)) => (Some(width), Some(height)),
            (Fit::Cover, Some(width), Some(height)) => filled(original, width, height),
            (_, width, height) => {
                let longest = encoding.longest_side();
                one_side(original, width.unwrap_or(longest), height.unwrap_or(longest))
            }
        };
        let fit = if width.and(height).is_some() { spec.fit } else { Fit::Inside };
        Self { width, height, fit, encoding, quality: spec.quality }
    }

    /// Such as `w320-h200-cover-q80.webp`: the last segment of the object's key.
    ///
    /// # Errors
    ///
    /// None that could come to pass: each part of it is plain.
    pub(crate) fn name(&self) -> Result<VariantName, InvalidVariantName> {
        let mut parts = Vec::with_capacity(4);
        parts.extend(self.width.map(|width| format!("w{width}")));
        parts.extend(self.height.map(|height| format!("h{height}")));
        if self.width.and(self.height).is_some() {
            parts.push(fit_word(self.fit).to_owned());
        }
        if self.encoding != Encoding::Png {
            parts.push(format!("q{}", self.quality));
        }
        format!("{}.{}", parts.join("-"), self.format().extension()).parse()
    }

    /// What is to be rendered.
    pub(crate) const fn order(&self) -> Order {
        let Self { width, height, fit, encoding, quality } = *self;
        Order { width, height, fit, output: encoding.output(quality) }
    }

    /// The format of the result.
    pub(crate) const fn format(&self) -> Format {
        self.encoding.format()
    }
}

/// The side that decides when all of the picture is to be seen. A box that is larger than the picture
/// gives the picture, since nothing is made larger.
fn one_side(original: &Original, width: u32, height: u32) -> (Option<u32>, Option<u32>) {
    let (wide, high) = (width.min(original.width), height.min(original.height));
    let height_decides =
        u64::from(high) * u64::from(original.width) < u64::from(wide) * u64::from(original.height);
    if height_decides { (None, Some(high)) } else { (Some(wide), None) }
}

/// A box that the picture cannot fill shrinks and keeps its shape.
fn filled(original: &Original, width: u32, height: u32) -> (Option<u32>, Option<u32>) {
    let (wide, high) = (u64::from(width), u64::from(height));
    let (across, down) = (u64::from(original.width), u64::from(original.height));
    if wide <= across && high <= down {
        return (Some(width), Some(height));
    }
    let part = |side: u64, of: u64, whole: u64| {
        u32::try_from((side * of + whole / 2) / whole).unwrap_or(u32::MAX).max(1)
    };
    if wide * down > high * across {
        (Some(original.width), Some(part(high, across, wide)))
    } else {
        (Some(part(wide, down, high)), Some(original.height))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHOTO: Original = Original { width: 4000, height: 3000 };

    fn named(spec: VariantSpec, encoding: Encoding) -> String {
        Plan::of(&PHOTO, &spec, encoding).name().unwrap().to_string()
    }

    #[test]
    fn a_name_says_what_a_variant_is() {
        let square = VariantSpec::new().width(320).height(200);
        let table = [
            (VariantSpec::new().width(320), Encoding::Jpeg, "w320-q80.jpg"),
            (VariantSpec::new().height(320).quality(40), Encoding::Avif, "h320-q40.avif"),
            (square.fit(Fit::Cover), Encoding::Webp, "w320-h200-cover-q80.webp"),
            (square.fit(Fit::Contain), Encoding::Png, "w320-h200-contain.png"),
        ];
        for (spec, encoding, name) in table {
            assert_eq!(named(spec, encoding), name);
        }
    }

    #[test]
    fn a_side_that_follows_is_no_longer_than_the_format_can_have() {
        let strip = Original { width: 100, height: 70_000 };
        let table = [
            (100, Encoding::Webp, "h16383-q80.webp"),
            (64, Encoding::Webp, "h16383-q80.webp"),
            (23, Encoding::Webp, "w23-q80.webp"),
            (100, Encoding::Jpeg, "h65535-q80.jpg"),
            (93, Encoding::Jpeg, "w93-q80.jpg"),
            (100, Encoding::Png, "w100.png"),
        ];
        for (width, encoding, name) in table {
            let plan = Plan::of(&strip, &VariantSpec::new().width(width), encoding);
            assert_eq!(plan.name().unwrap().to_string(), name, "{width} as {encoding:?}");
        }
    }

    #[test]
    fn what_means_the_same_has_one_name() {
        let wide = VariantSpec::new().width(320);
        let table = [
            (wide.fit(Fit::Cover), "w320-q80.jpg"),
            (wide.height(240), "w320-q80.jpg"),
            (wide.height(2560), "w320-q80.jpg"),
            (wide.height(239), "h239-q80.jpg"),
            (VariantSpec::new().width(4001), "w4000-q80.jpg"),
            (VariantSpec::new().height(8000), "w4000-q80.jpg"),
            (VariantSpec::new().width(8000).height(3000), "w4000-q80.jpg"),
        ];
        for (spec, name) in table {
            assert_eq!(named(spec, Encoding::Jpeg), name, "{spec:?}");
        }
        for (width, height) in [(4096, 4096), (8192, 8192), (3001, 3001)] {
            let square = VariantSpec::new().width(width).height(height).fit(Fit::Cover);
            assert_eq!(named(square, Encoding::Png), "w3000-h3000-cover.png");
        }
        assert_eq!(named(wide.quality(50), Encoding::Png), named(wide, Encoding::Png));
    }
}
