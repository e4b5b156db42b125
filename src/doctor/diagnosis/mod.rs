//! What an answer of an S3 service means for this set-up, and which one line changes it. All of it
//! is pure: answers and facts in, words out.

mod advice;
mod cause;
mod clock;
mod connect;
mod denial;
mod facts;
mod permission;
mod refusal;
mod secret;
mod silence;
#[cfg(test)]
mod tests;

pub(super) use self::advice::advise;
pub(super) use self::cause::{Cause, Region, Seen, Stranger};
pub(super) use self::clock::{difference, judge_clock};
pub(super) use self::connect::judge_connect;
pub(super) use self::denial::Denial;
pub(super) use self::facts::Facts;
pub(super) use self::permission::Permission;
pub(super) use self::refusal::recognise;
pub(super) use self::silence::Silence;
