//! The settings as they were typed, and the ways to read them.

use std::fmt::Display;
use std::num::NonZeroUsize;
use std::str::FromStr;
use std::time::Duration;

use bytesize::ByteSize;
use clap::ArgMatches;

use super::faults::Faults;
use super::table::{SETTINGS, Setting};
use crate::reconcile::LONGEST_TIME;

/// A value that does not read as what it should be.
#[derive(Debug, thiserror::Error)]
#[error("{value:?} is not {wanted}")]
struct Unreadable {
    value: String,
    wanted: &'static str,
}

/// A time-out that no clock can be set to, or that nobody waits for.
#[derive(Debug, thiserror::Error)]
#[error("{timeout:?} is too long: a time-out is at most {LONGEST_TIME:?}")]
struct TooLong {
    timeout: Duration,
}

/// A number above its bound.
#[derive(Debug, thiserror::Error)]
#[error("{number} is too many: {most} are possible")]
struct TooMany {
    number: usize,
    most: usize,
}

/// What was typed, and the faults found so far.
pub(super) struct Values<'a> {
    matches: &'a ArgMatches,
    pub(super) faults: Faults,
}

impl<'a> Values<'a> {
    pub(super) fn new(matches: &'a ArgMatches) -> Self {
        Self { matches, faults: Faults::default() }
    }

    /// The settings that were read, unless something was at fault.
    pub(super) fn finish<T>(self, settings: Option<T>) -> Result<T, Faults> {
        match settings {
            Some(settings) if self.faults.is_empty() => Ok(settings),
            Some(_) | None => Err(self.faults),
        }
    }

    /// The text of a setting: flag, variable or default. A setting that this command does not
    /// take has its default, and so has one that is empty, as in the line `TINTYPE_BUCKET=` that
    /// people leave in an `.env`.
    pub(super) fn text(&self, flag: &str) -> Option<String> {
        self.typed(flag).or_else(|| setting(flag)?.default.map(str::to_owned))
    }

    /// The text of a setting without its default.
    pub(super) fn typed(&self, flag: &str) -> Option<String> {
        let typed = self.matches.try_get_one::<String>(flag).ok().flatten();
        typed.filter(|text| !text.trim().is_empty()).cloned()
    }

    /// The texts of a setting that may come again.
    pub(super) fn texts(&self, flag: &str) -> Vec<String> {
        let typed = self.matches.try_get_many::<String>(flag).ok().flatten();
        typed.into_iter().flatten().cloned().collect()
    }

    /// The value of a setting with a default, read by its own `FromStr`.
    pub(super) fn parse<T: FromStr>(&mut self, flag: &str) -> Option<T>
    where
        T::Err: std::error::Error + 'static,
    {
        let text = self.text(flag)?;
        self.read(flag, &text, |text| text.parse())
    }

    /// The value of a setting, read by `read`.
    pub(super) fn read<T, E: std::error::Error + 'static>(
        &mut self,
        flag: &str,
        text: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        read(text).map_err(|error| self.faults.add(name(flag), &error)).ok()
    }

    /// A whole number of at least one.
    pub(super) fn number<T: TryFrom<u64>>(&mut self, flag: &str) -> Option<T> {
        self.take(flag, "a whole number of at least 1", |text| {
            text.parse::<u64>().ok().filter(|number| *number > 0)
        })
        .and_then(|number| self.narrow(flag, number))
    }

    /// A whole number from 1 to `most`.
    pub(super) fn number_up_to(&mut self, flag: &str, most: usize) -> Option<NonZeroUsize> {
        let number = self.number::<usize>(flag)?;
        if number > most {
            self.faults.add(name(flag), &TooMany { number, most });
            return None;
        }
        NonZeroUsize::new(number)
    }

    /// A size such as 20MiB, in bytes, of at least one.
    pub(super) fn bytes<T: TryFrom<u64>>(&mut self, flag: &str) -> Option<T> {
        self.take(flag, "a size, such as 20MiB", |text| {
            text.parse().ok().map(|size: ByteSize| size.as_u64()).filter(|size| *size > 0)
        })
        .and_then(|size| self.narrow(flag, size))
    }

    /// A duration such as 10s or 1500ms, longer than nothing.
    pub(super) fn duration(&mut self, flag: &str) -> Option<Duration> {
        self.take(flag, "a duration, such as 10s", |text| {
            humantime::parse_duration(text).ok().filter(|time| !time.is_zero())
        })
    }

    /// A duration that is counted from now: longer than nothing, and no longer than any clock can
    /// reach.
    pub(super) fn timeout(&mut self, flag: &str) -> Option<Duration> {
        let timeout = self.duration(flag)?;
        if timeout > LONGEST_TIME {
            self.faults.add(name(flag), &TooLong { timeout });
            return None;
        }
        Some(timeout)
    }

    /// Yes or no.
    pub(super) fn switch(&mut self, flag: &str) -> Option<bool> {
        self.take(flag, "true or false", |text| match text {
            "true" | "1" | "yes" => Some(true),
            "false" | "0" | "no" => Some(false),
            _ => None,
        })
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(
        &mut self,
        flag: &str,
        wanted: &'static str,
        words: &[(&str, T)],
    ) -> Option<T> {
        self.take(flag, wanted, |text| {
            words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value)
        })
    }

    fn take<T>(
        &mut self,
        flag: &str,
        wanted: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(flag)?;
        self.read(flag, &text, |value| {
            read(value.trim()).ok_or_else(|| Unreadable { value: value.to_owned(), wanted })
        })
    }

    fn narrow<T: TryFrom<u64>>(&mut self, flag: &str, number: u64) -> Option<T> {
        let wanted = "that large";
        let narrowed = T::try_from(number).ok();
        if narrowed.is_none() {
            let unreadable = Unreadable { value: number.to_string(), wanted };
            self.faults.add(name(flag), &unreadable);
        }
        narrowed
    }
}

fn setting(flag: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.flag == flag)
}

/// A setting under both of its names, since nobody knows which one the reader used.
pub(super) fn name(flag: &str) -> String {
    let variable = setting(flag).map_or("", |setting| setting.variable);
    both_names(flag, variable)
}

fn both_names(flag: &str, variable: impl Display) -> String {
    format!("--{flag} ({variable})")
}
