//! From the bytes of an original to the bytes of a variant: decode, shrink, turn, convert the colours,
//! encode. Pure: no clock but the deadline that is given, no bucket, no catalog.

mod deadline;
mod jpeg;
mod pixels;

pub(crate) use deadline::{Deadline, TimedOut};
pub(crate) use pixels::{Layout, Pixels};
