//! All faults of a configuration, told together before anything listens.

use std::error::Error;
use std::fmt;

use crate::causes::chain;

/// One value that cannot be used.
#[derive(Debug)]
struct Fault {
    setting: String,
    reason: String,
}

/// Every value that cannot be used.
#[derive(Debug, Default)]
pub struct Faults {
    faults: Vec<Fault>,
}

impl Faults {
    /// Both settings, or the faults of both.
    ///
    /// # Errors
    ///
    /// When either is at fault.
    pub fn of_both<A, B>(a: Result<A, Self>, b: Result<B, Self>) -> Result<(A, B), Self> {
        match (a, b) {
            (Ok(a), Ok(b)) => Ok((a, b)),
            (Err(faults), Ok(_)) | (Ok(_), Err(faults)) => Err(faults),
            (Err(mut faults), Err(others)) => {
                faults.faults.extend(others.faults);
                Err(faults)
            }
        }
    }

    /// Takes one fault down under the name of its setting.
    pub(super) fn add(&mut self, setting: impl Into<String>, reason: &(dyn Error + 'static)) {
        self.faults.push(Fault { setting: setting.into(), reason: chain(reason) });
    }

    /// Each setting with why its value cannot be used.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.faults.iter().map(|fault| (fault.setting.as_str(), fault.reason.as_str()))
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, noun) = (self.faults.len(), if self.faults.len() == 1 { "" } else { "s" });
        write!(f, "{number} setting{noun} cannot be used:")?;
        for (setting, reason) in self.iter() {
            write!(f, "\n  {setting}: {reason}")?;
        }
        Ok(())
    }
}

impl Error for Faults {}
