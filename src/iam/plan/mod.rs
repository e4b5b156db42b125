//! Decides what to change. Pure: how things are and what is wanted in; changes, or a refusal in
//! words, out.

mod keys;
mod refusal;
mod setup;
mod rotate;
mod teardown;

use super::change::Change;

pub(crate) use self::keys::OldKey;
pub(crate) use self::refusal::Refusal;
pub(crate) use self::rotate::{Rotate, rotate};
pub(crate) use self::setup::{Rotation, Setup, setup};
pub(crate) use self::teardown::{Teardown, teardown};

/// What is to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The changes, in order. None is needed where there are none.
    pub(crate) changes: Vec<Change>,
    /// What the one who asked should know beside, in sentences.
    pub(crate) notes: Vec<String>,
}

#[cfg(test)]
mod tests;
