//! The five things that are measured, each with its cases and with what it is to reach.

pub(crate) mod upload;
pub(crate) mod memory;
pub(crate) mod read;
pub(crate) mod catalog;
pub(crate) mod variants;
