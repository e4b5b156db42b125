//! The ladder: the only widths and heights that strangers may ask for.

use std::fmt;
use std::str::FromStr;

/// The longest side that can be asked for, in pixels. WebP ends at 16,383, and nothing that is shown
/// on a screen needs more than this.
pub const LONGEST_SIDE: u32 = 8192;

/// The most rungs of a ladder, so that an answer that lists them stays short.
pub const MOST_RUNGS: usize = 64;

/// The rungs that people use: icons, thumbnails, columns, screens, and screens of twice the density.
const RUNGS: [u32; 14] = [64, 96, 128, 160, 240, 320, 480, 640, 800, 960, 1280, 1600, 1920, 2560];

/// Widths and heights in pixels, rising.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ladder(Vec<u32>);

/// The numbers are no ladder.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLadder {
    /// Something else than a whole number from 1 to [`LONGEST_SIDE`].
    #[error("{found:?} is not a whole number from 1 to {LONGEST_SIDE}")]
    Rung {
        /// What stands there.
        found: String,
    },
    /// None, or more than [`MOST_RUNGS`].
    #[error("a ladder has 1 to {MOST_RUNGS} numbers")]
    Length,
}

impl Ladder {
    /// A ladder of these numbers, in any order.
    ///
    /// # Errors
    ///
    /// [`InvalidLadder`] says what is wrong with them.
    pub fn new(rungs: impl IntoIterator<Item = u32>) -> Result<Self, InvalidLadder> {
        let mut rungs: Vec<_> = rungs.into_iter().take(MOST_RUNGS + 1).collect();
        if let Some(rung) = rungs.iter().find(|rung| !(1..=LONGEST_SIDE).contains(*rung)) {
            return Err(InvalidLadder::Rung { found: rung.to_string() });
        }
        if rungs.is_empty() || rungs.len() > MOST_RUNGS {
            return Err(InvalidLadder::Length);
        }
        rungs.sort_unstable();
        rungs.dedup();
        Ok(Self(rungs))
    }

    /// The rungs, rising.
    #[must_use]
    pub fn rungs(&self) -> &[u32] {
        &self.0
    }

    /// The rung that `text` names in its only form, digits without a zero before them.
    pub(super) fn rung(&self, text: &str) -> Option<u32> {
        let side = side(text)?;
        self.0.binary_search(&side).is_ok().then_some(side)
    }
}

/// A length in pixels that a text says.
pub(super) fn side(text: &str) -> Option<u32> {
    let side = text.parse().ok().filter(|side| (1..=LONGEST_SIDE).contains(side))?;
    (side.to_string() == text).then_some(side)
}

impl Default for Ladder {
    /// 64, 96, 128, 160, 240, 320, 480, 640, 800, 960, 1280, 1600, 1920, 2560.
    fn default() -> Self {
        Self(RUNGS.to_vec())
    }
}

impl FromStr for Ladder {
    type Err = InvalidLadder;

    /// Reads numbers with commas between them.
    fn from_str(text: &str) -> Result<Self, InvalidLadder> {
        let rung = |text: &str| {
            side(text.trim()).ok_or_else(|| InvalidLadder::Rung { found: text.trim().to_owned() })
        };
        let rungs: Vec<_> = text.split(',').map(rung).collect::<Result<_, _>>()?;
        Self::new(rungs)
    }
}

impl fmt::Display for Ladder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rungs: Vec<_> = self.0.iter().map(u32::to_string).collect();
        f.write_str(&rungs.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ladder_is_read_in_any_order() {
        let ladder: Ladder = "640, 64,640,320".parse().unwrap();
        assert_eq!(ladder.rungs(), [64, 320, 640]);
        assert_eq!(ladder.to_string(), "64, 320, 640");
    }

    #[test]
    fn what_is_no_ladder_is_refused() {
        for text in ["", "64,", "0", "+64", "064", "64.0", "8193", "-1", "64 96", "99999999999"] {
            let found = text.parse::<Ladder>();
            assert!(matches!(found, Err(InvalidLadder::Rung { .. })), "{text:?}: {found:?}");
        }
        assert_eq!(Ladder::new(1..=65), Err(InvalidLadder::Length));
        assert_eq!(Ladder::new([]), Err(InvalidLadder::Length));
    }

    #[test]
    fn a_rung_has_one_form() {
        let ladder = Ladder::default();
        assert_eq!(ladder.rung("320"), Some(320));
        for text in ["321", "0320", "+320", " 320", "320px", "", "-320", "3.2e2"] {
            assert_eq!(ladder.rung(text), None, "{text:?}");
        }
    }
}
