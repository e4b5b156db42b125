//! From the bytes of an original to the bytes of a variant: decode, shrink, turn, convert the colours,
//! encode. Pure: no clock but the deadline that is given, no bucket, no catalog.

mod colours;
mod compose;
mod cost;
mod deadline;
mod decode;
mod embedded;
mod encode;
mod error;
mod geometry;
pub(crate) mod jpeg;
mod order;
mod panics;
mod pixels;
mod placeholder;
mod prove;
mod render;
mod resize;
#[cfg(test)]
mod tests;
mod turn;
mod work;

pub(crate) use cost::{cost, proof_cost};
pub(crate) use deadline::{Deadline, TimedOut};
pub(crate) use decode::can_decode;
pub(crate) use error::RenderError;
pub use order::Fit;
pub(crate) use order::{Order, Output, Rendition, Source};
pub(crate) use pixels::{Layout, Pixels};
pub(crate) use placeholder::Placeholder;
pub use prove::Proof;
pub(crate) use prove::prove;
pub(crate) use render::render;
