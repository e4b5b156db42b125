//! The use case of variants: from an original to a smaller rendition of it, made when it is asked for
//! the first time, kept in the bucket and in memory.

mod ladder;
mod named;
mod plan;
mod rules;
mod settings;
mod spec;

pub use ladder::{InvalidLadder, LONGEST_SIDE, Ladder, MOST_RUNGS};
pub use named::{InvalidNamedVariant, NamedVariant, NamedVariants};
pub use rules::{AutoFormats, InvalidAutoFormats, Mode, Rules};
pub use settings::Settings;
pub use spec::{Encoding, Fit, InvalidSpec, QUALITIES, QUALITY, VariantSpec};
