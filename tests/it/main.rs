//! The index of the integration tests: one binary, so that there is one link.

// Says to clippy what it cannot see of an integration test: all of this is test code.
#![cfg(test)]

mod bucket; // the contract of the bucket, on every kind of it
mod catalog; // the contract of the catalog, on SQLite and on PostgreSQL
mod inspect; // bytes to facts: types, sizes, limits, and what strangers send instead
mod life; // the life of an image, from form to nothing, as a client sees it
mod memory; // the memory law as clients feel it
mod multipart; // bodies in, parts out, whatever the chunks; file names made presentable
mod reconciling; // the reconciler: what it finishes, when, and beside whom
mod support; // what the tests stand on
mod tidy; // rules about the source that no lint knows
