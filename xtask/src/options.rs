//! The command line: words in, a [`Chore`] out.

use std::path::PathBuf;
use std::str::FromStr;

use anyhow::{Context as _, Result, bail};

use crate::fuzz::SECONDS;
use crate::matrix::{Bucket, Catalog};
use crate::test::{Selection, Step};

/// What `cargo xtask` prints when it is asked for help.
pub(crate) const USAGE: &str = "\
Usage: cargo xtask <chore>

  test      every check and every test, on servers of its own
              --only STEP      only this step; may be repeated (fmt, clippy, library, doc,
                               deny, advisories, build, unit, doctest, it, aws, otlp,
                               release, bench, shown, fuzz)
              --catalog NAME   of the integration tests, only those on sqlite or postgres
              --bucket NAME    of the integration tests, only those on directory, memory,
                               seaweedfs or moto
  servers   start the test servers, print the variables to export, and wait for Ctrl-C
  crash     kill the service at random moments and check what is left, in release
              --rounds N       how many kills for each of the two set-ups (100)
              --seed S         the seed of a round to repeat; random when left out
  fuzz      run every fuzz target
              --seconds N      how long each (60)
  photos FOLDER
            store every photo of a folder and show what became of it: what went, what exiftool
            still finds, and whether two decoders and a browser see the same as before
  bench KIND
            measure upload, memory, read or catalog beside Node.js and nginx; a run that nothing
            narrows writes docs/benchmarks
              --reps N         how often to measure each subject
              --only SUBJECT   only the subjects whose name begins so; may be repeated
              --quick          one repetition of the telling part
              --help           all options";

/// One thing to do.
#[derive(Debug, PartialEq)]
pub(crate) enum Chore {
    /// Print the usage.
    Help,
    /// Check and test.
    Test(Selection),
    /// Start the servers and wait.
    Servers,
    /// The crash test, at length.
    Crash { rounds: u32, seed: Option<u64> },
    /// The fuzzers.
    Fuzz { seconds: u32 },
    /// Look at photos before and after.
    Photos { folder: PathBuf },
    /// Measure; the arguments are those of `tintype-bench`.
    Bench { arguments: Vec<String> },
}

/// Reads the arguments after the program's name.
pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Chore> {
    let mut arguments = arguments;
    let chore = arguments.next();
    let mut flags = Flags(arguments.collect::<Vec<_>>().into_iter());
    match chore.as_deref() {
        None | Some("help" | "--help" | "-h") => Ok(Chore::Help),
        Some("test") => test(&mut flags),
        Some("servers") => flags.end().map(|()| Chore::Servers),
        Some("crash") => crash(&mut flags),
        Some("fuzz") => fuzz(&mut flags),
        Some("photos") => photos(&mut flags),
        Some("bench") => bench(&mut flags),
        Some(other) => bail!("there is no chore `{other}`\n\n{USAGE}"),
    }
}

fn test(flags: &mut Flags) -> Result<Chore> {
    let mut selection = Selection::default();
    while let Some(flag) = flags.next() {
        match flag.as_str() {
            "--only" => selection.steps.push(flags.one_of(&flag, &Step::ALL, Step::name)?),
            "--catalog" => {
                selection.catalog = Some(flags.one_of(&flag, &Catalog::ALL, Catalog::name)?);
            }
            "--bucket" => {
                selection.bucket = Some(flags.one_of(&flag, &Bucket::ALL, Bucket::name)?);
            }
            other => return unknown(other),
        }
    }
    Ok(Chore::Test(selection))
}

fn crash(flags: &mut Flags) -> Result<Chore> {
    let (mut rounds, mut seed) = (100, None);
    while let Some(flag) = flags.next() {
        match flag.as_str() {
            "--rounds" => rounds = flags.number(&flag)?,
            "--seed" => seed = Some(flags.number(&flag)?),
            other => return unknown(other),
        }
    }
    Ok(Chore::Crash { rounds, seed })
}

fn fuzz(flags: &mut Flags) -> Result<Chore> {
    let mut seconds = SECONDS;
    while let Some(flag) = flags.next() {
        match flag.as_str() {
            "--seconds" => seconds = flags.number(&flag)?,
            other => return unknown(other),
        }
    }
    Ok(Chore::Fuzz { seconds })
}

fn photos(flags: &mut Flags) -> Result<Chore> {
    let folder = flags.next().context("`photos` wants a folder")?;
    flags.end().map(|()| Chore::Photos { folder: folder.into() })
}

/// `tintype-bench` knows its options; what is left to see here is that something is to be measured.
fn bench(flags: &mut Flags) -> Result<Chore> {
    let arguments: Vec<_> = flags.0.by_ref().collect();
    if arguments.is_empty() {
        bail!("`bench` wants what to measure\n\n{USAGE}");
    }
    Ok(Chore::Bench { arguments })
}

fn unknown(flag: &str) -> Result<Chore> {
    bail!("there is no option `{flag}` here\n\n{USAGE}")
}

/// The words that are left to read.
struct Flags(std::vec::IntoIter<String>);

impl Flags {
    fn next(&mut self) -> Option<String> {
        self.0.next()
    }

    fn value(&mut self, flag: &str) -> Result<String> {
        self.next().with_context(|| format!("`{flag}` wants a value"))
    }

    fn number<N: FromStr>(&mut self, flag: &str) -> Result<N> {
        let value = self.value(flag)?;
        value.parse().ok().with_context(|| format!("`{flag}` wants a number, not `{value}`"))
    }

    fn one_of<T: Copy>(&mut self, flag: &str, all: &[T], name: fn(T) -> &'static str) -> Result<T> {
        let value = self.value(flag)?;
        let found = all.iter().copied().find(|each| name(*each) == value);
        let names = || all.iter().map(|each| name(*each)).collect::<Vec<_>>().join(", ");
        found.with_context(|| format!("`{flag}` wants one of {}, not `{value}`", names()))
    }

    fn end(&mut self) -> Result<()> {
        self.next().map_or(Ok(()), |flag| unknown(&flag).map(|_| ()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Chore> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn reads_every_chore() {
        let narrowed = Selection {
            steps: vec![Step::Fmt, Step::It],
            catalog: Some(Catalog::Sqlite),
            bucket: Some(Bucket::Moto),
        };
        let table = [
            ("", Chore::Help),
            ("test", Chore::Test(Selection::default())),
            ("test --only fmt --only it --catalog sqlite --bucket moto", Chore::Test(narrowed)),
            ("servers", Chore::Servers),
            ("crash", Chore::Crash { rounds: 100, seed: None }),
            ("crash --seed 7 --rounds 3", Chore::Crash { rounds: 3, seed: Some(7) }),
            ("fuzz --seconds 5", Chore::Fuzz { seconds: 5 }),
            ("photos a/b", Chore::Photos { folder: "a/b".into() }),
            (
                "bench read --reps 3",
                Chore::Bench { arguments: ["read", "--reps", "3"].map(str::to_owned).into() },
            ),
        ];
        for (line, chore) in table {
            assert_eq!(parsed(line).unwrap(), chore, "{line}");
        }
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        for line in [
            "tests",
            "test --only",
            "test --only tidy",
            "servers now",
            "bench",
            "crash --seed x",
            "photos",
            "photos a b",
        ] {
            assert!(parsed(line).is_err(), "{line}");
        }
    }
}
