//! The bucket with everything around it, for `iam setup --create-bucket`: public access blocked,
//! encryption by default, no way in without TLS, and unfinished uploads cleared away.
//!
//! Of a bucket that is there already, only what is not set is set: what its owner decided stays, and
//! the policy and the lifecycle configuration get one part more.

mod apply;
mod change;
mod error;
mod lifecycle;
mod look;
mod state;
mod tls;
mod wire;

pub(crate) use self::apply::{Applied, apply};
pub(crate) use self::change::BucketChange;
pub(crate) use self::error::BucketSetupError;
pub(crate) use self::look::{Whereabouts, look, whereabouts};
pub(crate) use self::state::plan;
