//! Makes, proves and removes the user in AWS that the service runs as: a policy with what Tintype
//! needs and nothing else, a user that has this policy alone, and a key of that user.

mod account;
pub(crate) mod bucket;
mod change;
mod env;
mod key_record;
mod mark;
mod names;
mod plan;
pub(crate) mod policy;
mod state;
mod target;
mod work;

pub(crate) use self::account::{AccessKeyId, Account, AccountSettings, Caller, IamError};
pub(crate) use self::change::Change;
pub(crate) use self::env::{ADDRESSING, CHECKSUM, Env};
pub(crate) use self::names::{PolicyName, UserName};
pub(crate) use self::plan::{OldKey, Plan, Rotate, Rotation, Setup, Teardown};
pub(crate) use self::state::Subject;
pub(crate) use self::target::{InvalidTarget, Target};
pub(crate) use self::work::{Destination, Done, Goal, Obstacle, Stopped, Work, probe_of};
