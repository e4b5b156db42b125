//! The decoder, without what the service builds upon it.

#[path = "../../src/variant/deadline.rs"]
mod deadline;
#[path = "../../src/variant/jpeg/mod.rs"]
pub(crate) mod jpeg;
#[path = "../../src/variant/pixels.rs"]
mod pixels;

pub(crate) use deadline::{Deadline, TimedOut};
pub(crate) use pixels::{Layout, Pixels};
