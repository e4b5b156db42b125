//! The multipart parser, fed by hand: what is accepted, what is refused and as what, and that
//! neither depends on how the body was cut.

mod content_type; // Which `Content-Type` values give a boundary.
mod copies; // What is kept and what is copied.
mod disposition; // Names and file names as clients write them.
mod file_names; // What is left of a hostile file name.
mod limits; // Every limit, met and passed by one; going on after a file that is too large.
mod oddities; // A table of strange and broken bodies.
mod oracle; // Agreement with the `multer` crate.
mod outcome; // Runs a body under a cut and writes down what came out.
mod properties; // Random forms and random garbage under random cuts.
