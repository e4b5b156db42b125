//! What a command says to the one who typed it: answers on standard output, complaints on standard
//! error. A reader that went away is no failure.

use std::io::{self, Write as _};

/// Writes one answer.
pub(super) fn say(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

/// Writes one complaint.
pub(super) fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
