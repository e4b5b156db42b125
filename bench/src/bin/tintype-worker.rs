//! Does one thing to one image, as often as it is told to, with nothing around it: what
//! `cargo xtask bench variants` measures.
//!
//! ```text
//! tintype-worker FILE variant WIDTH HEIGHT FIT FORMAT QUALITY OUT
//! tintype-worker FILE clean OUT
//! ```
//!
//! It writes what came out to OUT, says `ready`, and for each number that it reads it does the same
//! so many times more and says `done`.

#![expect(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "of the modules that it measures by themselves it uses a part"
)]
#![expect(clippy::print_stdout, reason = "it answers on its standard output")]

#[path = "../../../src/image.rs"]
mod image;
#[path = "../../../src/inspect/mod.rs"]
mod inspect;
#[path = "../../../src/strip/mod.rs"]
mod strip;
#[path = "../../../src/variant/mod.rs"]
mod variant;

use std::io::BufRead as _;
use std::ops::Range;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::inspect::{Limits, inspect};
use crate::strip::{Metadata, edits};
use crate::variant::{Deadline, Fit, Order, Output, Source, render};

/// No picture takes so long.
const LONGEST: Duration = Duration::from_secs(60);

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let [file, what @ .., out] = words.as_slice() else { bail!("FILE … OUT") };
    let original = std::fs::read(file).with_context(|| format!("cannot read {file}"))?;
    let work = Work::read(what)?;
    let mut buffer = original.clone();
    let made = match work.run(&original, &mut buffer)? {
        Made::Inside(range) => buffer.get(range).context("a range of other bytes")?.to_vec(),
        Made::Apart(bytes) => bytes,
    };
    std::fs::write(out, made)?;
    println!("ready");
    for line in std::io::stdin().lock().lines() {
        for _ in 0..line?.trim().parse::<u32>()? {
            work.run(&original, &mut buffer)?;
        }
        println!("done");
    }
    Ok(())
}

/// How much of the front of a file stripping may change: all of the metadata of what is measured.
const FRONT: usize = 128 << 10;

/// Where the result is.
enum Made {
    /// In the buffer that held the original, as in the service.
    Inside(Range<usize>),
    Apart(Vec<u8>),
}

enum Work {
    /// Proof of the structure, and stripping.
    Clean,
    Variant(Order),
}

impl Work {
    fn read(words: &[&str]) -> Result<Self> {
        let [kind, words @ ..] = words else { bail!("variant or clean") };
        match (*kind, words) {
            ("clean", []) => Ok(Self::Clean),
            ("variant", [width, height, fit, format, quality]) => Ok(Self::Variant(Order {
                width: Some(width.parse()?),
                height: Some(height.parse()?),
                fit: if *fit == "cover" { Fit::Cover } else { Fit::Inside },
                output: output(format, quality.parse()?)?,
            })),
            _ => bail!("variant WIDTH HEIGHT FIT FORMAT QUALITY, or clean"),
        }
    }

    /// `buffer` holds the original, or what an earlier run has made of it.
    fn run(&self, original: &[u8], buffer: &mut [u8]) -> Result<Made> {
        match self {
            Self::Clean => clean(original, buffer),
            Self::Variant(order) => {
                let facts = inspect(original, &Limits::default())?;
                let size = (facts.width, facts.height);
                let source = Source::new(facts.format, size, original.len() as u64);
                let deadline = Deadline(Instant::now() + LONGEST);
                Ok(Made::Apart(render(original, &source, order, deadline)?.bytes))
            }
        }
    }
}

fn clean(original: &[u8], buffer: &mut [u8]) -> Result<Made> {
    let front = original.len().min(FRONT);
    let (was, is) = (original.get(..front), buffer.get_mut(..front));
    is.context("another buffer")?.copy_from_slice(was.context("another original")?);
    let facts = inspect(buffer, &Limits::default())?;
    let edits = edits(buffer, facts.format, Metadata::default())?;
    edits.apply(buffer).map(Made::Inside).context("there is no room for the edits")
}

fn output(format: &str, quality: u8) -> Result<Output> {
    match format {
        "jpeg" => Ok(Output::Jpeg { quality }),
        "webp" => Ok(Output::Webp { quality }),
        _ => bail!("no such format: {format}"),
    }
}
