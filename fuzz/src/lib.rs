//! The modules that strangers feed, compiled alone: a build with the sanitizers takes seconds, not
//! the minutes that the database and bucket clients would add.
//!
//! ```text
//! cargo +nightly fuzz run multipart -- -dict=fuzz/multipart.dict -max_total_time=60
//! cargo +nightly fuzz run filename -- -max_total_time=60
//! ```

#[path = "../../src/multipart/mod.rs"]
pub mod multipart;
