//! What a command says to the one who typed it: answers on standard output, complaints on standard
//! error. A reader that went away is no failure.

use std::io::{self, IsTerminal as _, Write as _};

/// An answer is lost: the disk is full that standard output goes to, for example.
#[derive(Debug, thiserror::Error)]
#[error("standard output cannot be written")]
pub(super) struct Unsaid(#[from] io::Error);

/// Writes one answer. Whether it was taken: who has much to say stops when nobody listens.
///
/// # Errors
///
/// When somebody may be listening and the answer does not arrive there.
pub(super) fn say(text: &str) -> Result<bool, Unsaid> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        written => Ok(written.map(|()| true)?),
    }
}

/// Writes one complaint.
pub(super) fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Whether the answers are read by a person.
pub(super) fn is_for_people() -> bool {
    io::stdout().is_terminal()
}

/// Text from elsewhere on one line: nothing in it moves the cursor, starts a new line or turns the
/// direction of writing.
pub(super) fn plain(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}')
            || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    text.replace(steers, "\u{FFFD}")
}
