//! Makes, proves and removes the user in AWS that the service runs as: a policy with what Tintype
//! needs and nothing else, a user that has this policy alone, and a key of that user.

mod names;
pub(crate) mod policy;
mod target;

pub(crate) use self::names::{PolicyName, UserName};
pub(crate) use self::target::{InvalidTarget, Target};
