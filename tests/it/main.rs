//! Index.

// Says to clippy what it cannot see of an integration test: all of this is test code.
#![cfg(test)]

mod catalog; // the contract of the catalog, on SQLite and on PostgreSQL
mod support; // what the tests stand on
