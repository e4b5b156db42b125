//! The index of the tests against servers that have users, keys and policies. They need what
//! `cargo xtask test` brings; `cargo xtask servers` prints it for running some of them by hand.

// Says to clippy what it cannot see of an integration test: all of this is test code.
#![cfg(test)]

mod confirming; // nothing is changed that nobody said yes to
mod create_bucket; // a bucket with everything around it
mod enforcing; // the servers of these tests hold what they are believed to hold
mod iam; // setup, rotate and teardown, in accounts of their own
mod moto; // an AWS of a test's own, with users and policies
mod policies; // every format of the least policy, as its own tools take it
mod providers; // presets on the services that they are for

#[expect(dead_code, reason = "these tests use a part of what they all stand on")]
#[path = "../it/support/mod.rs"]
mod support;
