//! The least that the service may do in AWS, as data: which actions, on what, and which part of
//! Tintype needs them. It asks nobody and decides nothing else.

mod partition;

pub(crate) use self::partition::Partition;
