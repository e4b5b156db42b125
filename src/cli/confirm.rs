//! Asks before anything is changed. Silence, and whatever else is not a clear yes, is a no.

use std::io::{self, BufRead, IsTerminal as _, Write};

use clap::{Arg, ArgAction, ArgMatches};

/// What the one who typed the command wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Consent {
    /// To go on.
    Given,
    /// To leave everything as it is.
    Withheld,
}

/// The question did not get through.
#[derive(Debug, thiserror::Error)]
pub(super) enum AskError {
    /// There is no terminal, and the flag is missing.
    #[error(
        "nothing was changed: there is no terminal to ask on, so say --yes to have it done, or \
         --dry-run to see what would be"
    )]
    NobodyToAsk,
    /// The terminal went away.
    #[error("nothing was changed: the terminal cannot be asked")]
    Terminal(#[from] io::Error),
}

/// The flag that answers beforehand.
pub(super) fn yes() -> Arg {
    let help = "Do it without asking";
    Arg::new("yes").long("yes").short('y').action(ArgAction::SetTrue).help(help)
}

/// Whether to go on with what was shown: as the flag says, or else the terminal. The question goes
/// to standard error, so that standard output holds answers alone.
///
/// # Errors
/// Nobody can be asked, or the terminal went away.
pub(super) fn consent(matches: &ArgMatches) -> Result<Consent, AskError> {
    if matches.get_flag("yes") {
        return Ok(Consent::Given);
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(AskError::NobodyToAsk);
    }
    Ok(ask(io::stdin().lock(), io::stderr().lock())?)
}

/// Asks once.
fn ask(mut answers: impl BufRead, mut questions: impl Write) -> io::Result<Consent> {
    write!(questions, "Proceed? [y/N] ")?;
    questions.flush()?;
    let mut line = String::new();
    if answers.read_line(&mut line)? == 0 {
        // What comes next does not stand behind the question.
        writeln!(questions)?;
    }
    let answer = line.trim();
    let is_yes = answer.eq_ignore_ascii_case("y") || answer.eq_ignore_ascii_case("yes");
    Ok(if is_yes { Consent::Given } else { Consent::Withheld })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_yes_is_one() {
        for (typed, consent) in [
            ("y\n", Consent::Given),
            ("Yes\n", Consent::Given),
            (" y \r\n", Consent::Given),
            ("yes", Consent::Given),
            ("n\n", Consent::Withheld),
            ("\n", Consent::Withheld),
            ("", Consent::Withheld),
            ("yes please\n", Consent::Withheld),
            ("no\ny\n", Consent::Withheld),
        ] {
            let mut shown = Vec::new();
            assert_eq!(ask(typed.as_bytes(), &mut shown).unwrap(), consent, "{typed:?}");
            assert!(shown.starts_with(b"Proceed? [y/N] "), "{typed:?}");
        }
    }
}
