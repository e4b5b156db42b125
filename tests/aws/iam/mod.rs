//! `tintype iam setup`, `rotate` and `teardown`, by the real binary, in accounts whose policies hold.

mod gate;
mod ground;
mod life; // from nothing to a service that works, and back
mod patience; // what is waited for, and for how long
mod refusals; // what is left alone, and what is said of it
mod secrets; // where the secret is, and where it never is
mod stops; // stopped anywhere, the same command finishes
