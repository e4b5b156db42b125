//! The index of the tests with foreign tools: exiftool, other decoders and a browser look at what the
//! service stores. They need what `cargo xtask test` brings.

// Says to clippy what it cannot see of an integration test: all of this is test code.
#![cfg(test)]

mod browser; // a real browser, of which the tests ask what it shows
mod decoders; // two decoders of each format, of which none is ours
mod exiftool; // what exiftool finds in a file, and what of it is meant to be there
mod films; // a browser plays what is stored
mod made; // files as cameras and programs write them, made by code
mod photos; // what is stored of a photo shows the same and tells nothing
mod seeds; // what the fuzzers begin with
mod shelf; // photos and what the service has stored of them, side by side
mod tools; // the foreign programs, and how long they may take
mod variants; // what is made of an original opens everywhere and looks like it

#[expect(dead_code, reason = "these tests use a part of what they all stand on")]
#[path = "../it/support/mod.rs"]
mod support;
