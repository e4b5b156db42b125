//! Films, which are stored as they come: what their containers say of size and duration. Nothing of
//! their pictures is looked at.

mod ebml;
mod movie;
mod webm;

pub(super) use movie::inspect as isobmff;
pub(super) use webm::{inspect as webm, is_webm};
