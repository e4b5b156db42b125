//! Index.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected should stop there"
)]

/// Bytes to facts: types, sizes, limits, and what strangers send instead.
mod inspect;
/// Images made by code.
mod support;
