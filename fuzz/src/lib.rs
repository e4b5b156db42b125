//! The modules that strangers feed, compiled alone: a build with the sanitizers takes seconds, not
//! the minutes that the database and bucket clients would add.
//!
//! ```text
//! cargo xtask fuzz --seconds 60
//! ```

#[path = "../../src/image.rs"]
pub mod image;
#[path = "../../src/inspect/mod.rs"]
pub mod inspect;
#[path = "../../src/multipart/mod.rs"]
pub mod multipart;
pub mod pixels;
#[path = "../../src/strip/mod.rs"]
pub mod strip;
#[expect(dead_code, unused_imports, reason = "not all of it is for fuzzing")]
#[path = "../../src/variant/mod.rs"]
pub(crate) mod variant;
