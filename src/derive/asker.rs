//! Who asks for a variant, which says how many an image may have for another one to be made.

use crate::catalog::{VARIANTS_IN_ALL, VARIANTS_PER_IMAGE};

/// Who asks for a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asker {
    /// Anybody, for what the ladder offers.
    Stranger,
    /// The operator: by a name that is a setting, or by a program that holds the library. Strangers
    /// cannot use up what is for these.
    Operator,
}

impl Asker {
    /// How many variants the image may have, at the most.
    pub(super) const fn limit(self) -> u32 {
        match self {
            Self::Stranger => VARIANTS_PER_IMAGE,
            Self::Operator => VARIANTS_IN_ALL,
        }
    }
}
