//! The values of a label as an enum, so that no text from outside becomes one, and the series that begin
//! with the process.

use std::hash::Hash;

use prometheus_client::metrics::family::{Family, MetricConstructor};

/// Defines an enum whose variants are the values of a label, each with its text.
macro_rules! label {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
        pub(crate) enum $name { $($(#[$about])* $variant,)+ }

        impl $name {
            /// Every value, in the order of the declaration.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The text of the value.
            pub(crate) const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl prometheus_client::encoding::EncodeLabelValue for $name {
            fn encode(
                &self,
                encoder: &mut prometheus_client::encoding::LabelValueEncoder<'_>,
            ) -> Result<(), std::fmt::Error> {
                prometheus_client::encoding::EncodeLabelValue::encode(&self.text(), encoder)
            }
        }
    };
}

pub(super) use label;

/// Makes these series. One that is made when something happens for the first time hides that first
/// time from `rate()`.
pub(super) fn begin<S: Clone + Eq + Hash, M, C: MetricConstructor<M>>(
    family: &Family<S, M, C>,
    series: impl Iterator<Item = S>,
) {
    series.for_each(|labels| drop(family.get_or_create(&labels)));
}
