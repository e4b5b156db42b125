//! The index of what is promised of the process itself: memory, start, files. `cargo xtask test` runs
//! these in a release build, whose figures are what is promised.

// Says to clippy what it cannot see of an integration test: all of this is test code.
#![cfg(test)]

mod files; // which files it opens for writing
mod large; // variants of large images stay within the budget
mod load; // uploads and hostile files stay within the budget
mod resident; // what the kernel says of its memory
mod small; // it is small, and starts at once

#[expect(dead_code, reason = "these tests use a part of what they all stand on")]
#[path = "../it/support/mod.rs"]
mod support;
