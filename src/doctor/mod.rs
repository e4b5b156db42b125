//! Examines a set-up the way the service will use it, and says in plain words what is wrong with it:
//! what the service needs and does not have, and what it has and does not need.

mod report;

pub(crate) use self::report::{Report, Row, Step, Verdict};
