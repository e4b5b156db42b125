//! The index of the integration tests: one binary, so that there is one link.

// Says to clippy what it cannot see of an integration test: all of this is test code.
#![cfg(test)]

mod catalog; // the contract of the catalog, on SQLite and on PostgreSQL
mod documents; // what the documents say is held against the code
mod life; // the life of an image, from form to nothing, as a client sees it
mod multipart; // bodies in, parts out, whatever the chunks; file names made presentable
mod tidy; // rules about the source that no lint knows
mod support; // what the tests stand on
