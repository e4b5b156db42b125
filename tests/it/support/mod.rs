//! What the tests stand on; no test of its own.

pub(crate) mod catalogs;
