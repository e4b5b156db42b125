//! `variants`: what a variant costs beside sharp and vipsthumbnail, and how good it is; what proof and
//! stripping cost; and how fast a variant that was made already is served.

mod inputs;
mod maker;
mod quality;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use self::inputs::Input;
use self::maker::{Maker, Worker};
use crate::figures::{Aim, Case, Figure, Samples};
use crate::load::{Connection, Load, Pace};
use crate::options::Options;
use crate::report::{Check, Findings, Panel, progress};
use crate::setup::Setup;
use crate::subject::{Subject, start_embedded};
use crate::{form, jpeg};

const REPS: usize = 5;
/// The kernel counts CPU time in hundredths of a second, so that a stretch is to have so much of it.
const ENOUGH: Duration = Duration::from_millis(1_500);
const ENOUGH_QUICK: Duration = Duration::from_millis(200);
const QUALITY: u8 = 80;
const FORMATS: [&str; 2] = ["jpeg", "webp"];
const CONNECTIONS: usize = 64;
/// An original that is proved and stripped, in bytes.
const CLEANED: usize = 5_000_000;

/// As much metadata as the Exif of a camera has, with its maker notes and a thumbnail.
const METADATA: usize = 16_000;

const EACH: &str = "CPU ms";
const BY_CORE: &str = "per core second";
const SCORE: &str = "SSIMULACRA 2";
const SIZE: &str = "kB";
const PER_GB: &str = "CPU s/GB";
const SERVED: &str = "served/s";
const SERVED_BY_CORE: &str = "served per CPU s";

/// How large a variant is and what of the original it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A filled square.
    Cover(u32),
    /// All of it, in a square.
    Inside(u32),
}

const SHAPES: [Shape; 2] = [Shape::Cover(320), Shape::Inside(1280)];

/// A variant to make.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order<'a> {
    file: &'a Path,
    shape: Shape,
    format: &'static str,
    quality: u8,
}

impl Shape {
    const fn side(self) -> u32 {
        match self {
            Self::Cover(side) | Self::Inside(side) => side,
        }
    }

    const fn fit(self) -> &'static str {
        match self {
            Self::Cover(_) => "cover",
            Self::Inside(_) => "inside",
        }
    }

    /// By how much an image of this size is shrunk.
    fn scale(self, width: u32, height: u32) -> f64 {
        let of = |side: u32| f64::from(self.side()) / f64::from(side);
        match self {
            Self::Cover(_) => of(width).max(of(height)),
            Self::Inside(_) => of(width).min(of(height)),
        }
    }

    /// How much of a shrunk image is kept.
    fn box_of(self, width: u32, height: u32) -> (u32, u32) {
        match self {
            Self::Cover(side) => (width.min(side), height.min(side)),
            Self::Inside(_) => (width, height),
        }
    }
}

impl Order<'_> {
    fn words(&self) -> [String; 5] {
        let side = self.shape.side().to_string();
        let Self { shape, format, quality, .. } = self;
        [side.clone(), side, shape.fit().into(), (*format).into(), quality.to_string()]
    }

    /// A `>` keeps vipsthumbnail from enlarging.
    fn vips_words(&self) -> Vec<String> {
        let side = self.shape.side();
        let mut words = vec!["--size".to_owned(), format!("{side}x{side}>")];
        if let Shape::Cover(_) = self.shape {
            words.extend(["--smartcrop".to_owned(), "centre".to_owned()]);
        }
        words
    }
}

/// Measures every maker in turn, and all of them again for the next repetition.
pub(crate) async fn run(options: &Options, setup: &Setup) -> Result<Findings> {
    let mut findings = if options.wants(Maker::Tintype.name()) {
        Findings::begin(options, setup, &[Subject::TintypeSqlite])?
    } else {
        Findings::default()
    };
    let folder = setup.folder()?;
    let mut inputs = match &options.photo {
        Some(file) => vec![inputs::given(file)?],
        None => inputs::make(folder.path())?,
    };
    inputs.truncate(if options.quick { 1 } else { usize::MAX });
    let mut samples = Samples::default();
    let makers = makers(options, setup, &mut findings);
    for repetition in 0..options.reps(REPS) {
        let bench = Bench { options, setup, folder: folder.path(), makers: &makers, repetition };
        for input in &inputs {
            bench.variants(input, &mut samples).await?;
        }
        if options.wants(Maker::Tintype.name()) {
            bench.cleaning(&mut samples).await?;
            bench.serving(&mut samples).await?;
        }
    }
    findings.figures = samples.figures(aim);
    findings.checks = checks(&findings.figures);
    findings.plots = &[
        Panel { figure: EACH, cases: "320" },
        Panel { figure: EACH, cases: "1280" },
        Panel { figure: SCORE, cases: "320" },
        Panel { figure: SCORE, cases: "1280" },
    ];
    findings.notes = notes();
    Ok(findings)
}

fn makers(options: &Options, setup: &Setup, findings: &mut Findings) -> Vec<Maker> {
    let mut present = Vec::new();
    for maker in Maker::ALL.into_iter().filter(|maker| options.wants(maker.name())) {
        match maker.missing(setup) {
            None => present.push(maker),
            Some(reason) => findings.missing.push(format!("{}: {reason}", maker.name())),
        }
    }
    present
}

/// One repetition.
#[derive(Clone, Copy)]
struct Bench<'a> {
    options: &'a Options,
    setup: &'a Setup,
    folder: &'a Path,
    makers: &'a [Maker],
    repetition: usize,
}

impl Bench<'_> {
    async fn variants(self, input: &Input, samples: &mut Samples) -> Result<()> {
        for shape in SHAPES {
            let reference = quality::reference(&input.file, shape)?;
            for format in FORMATS {
                let order = Order { file: &input.file, shape, format, quality: QUALITY };
                let case = format!("{} → {} {} {format}", input.name, shape.side(), shape.fit());
                progress(self.repetition, &case);
                for &maker in self.makers {
                    let out = self.folder.join(format!("{}.{format}", maker.name()));
                    let mut worker = maker.start(self.setup, &order, &out).await?;
                    let (cpu, times) = self.stretch(&mut worker).await?;
                    let (score, size) = quality::score(&out, &reference)?;
                    let case = Case { circumstances: case.clone(), subject: maker.name() };
                    let each = cpu.as_secs_f64() / f64::from(times);
                    let values = [
                        (EACH, each * 1e3),
                        (BY_CORE, 1.0 / each),
                        (SCORE, score),
                        (SIZE, size as f64 / 1e3),
                    ];
                    samples.add(&case, values);
                }
            }
        }
        Ok(())
    }

    /// Lets it work until there is enough CPU time to measure; how much, and how many times.
    async fn stretch(self, worker: &mut Worker) -> Result<(Duration, u32)> {
        let enough = if self.options.quick { ENOUGH_QUICK } else { ENOUGH };
        let mut times = 1;
        loop {
            let cpu = worker.work(times).await?;
            if cpu >= enough {
                return Ok((cpu, times));
            }
            times *= 2;
        }
    }

    async fn cleaning(self, samples: &mut Samples) -> Result<()> {
        progress(self.repetition, "proof and stripping");
        let file = self.folder.join("cleaned.jpg");
        std::fs::write(&file, jpeg::with_metadata(CLEANED, METADATA, 1))?;
        let mut worker = maker::cleaner(&file, self.folder.join("clean.jpg")).await?;
        let (cpu, times) = self.stretch(&mut worker).await?;
        let per_gb = cpu.as_secs_f64() * 1e9 / (f64::from(times) * CLEANED as f64);
        let case = format!("proof and stripping, JPEG of {} MB", CLEANED / 1_000_000);
        let case = Case { circumstances: case, subject: Maker::Tintype.name() };
        samples.add(&case, [(PER_GB, per_gb)]);
        Ok(())
    }

    async fn serving(self, samples: &mut Samples) -> Result<()> {
        progress(self.repetition, "a variant from the memory cache");
        let service = start_embedded(self.setup).await?;
        let photo = jpeg::of_size(1_000_000, 1);
        let mut connection = Connection::open(service.address).await?;
        let answer = connection.ask(&form::upload(&photo), Pace::Full, 64 * 1024).await?;
        ensure!(answer.status == 201, "the upload was answered {}", answer.status);
        let image: Value = serde_json::from_slice(&answer.body)?;
        let id = image.get("id").and_then(Value::as_str).context("no id")?;
        let request = form::get(&format!("/i/{id}?w=320"));
        let made = connection.ask(&request, Pace::Full, 1024 * 1024).await?;
        ensure!(made.status == 200, "the variant was answered {}", made.status);
        let address = service.address;
        let load = Load { address, requests: [request].into(), connections: CONNECTIONS };
        load.warm_up(self.options.measured()).await;
        let stretch = load.measure(&service, self.options.measured()).await?;
        let case = format!(
            "a variant of {} kB from the memory cache, {CONNECTIONS} connections",
            made.body.len() / 1000
        );
        let case = Case { circumstances: case, subject: Subject::TintypeSqlite.name() };
        let by_core = stretch.tally.done as f64 / stretch.cpu.as_secs_f64();
        samples.add(
            &case,
            [
                (SERVED, stretch.per_second()),
                (SERVED_BY_CORE, by_core),
                ("core busy %", stretch.busy()),
                ("failed", stretch.tally.failed() as f64),
            ],
        );
        service.stop().await
    }
}

fn aim(_: &Case, figure: &str) -> Option<Aim> {
    match figure {
        PER_GB => Some(Aim::AtMost(0.15)),
        SERVED_BY_CORE => Some(Aim::AtLeast(10_000.0)),
        _ => None,
    }
}

/// Beside sharp: at least as many, and as good ones, to the tenth that is printed.
fn checks(figures: &[Figure]) -> Vec<Check> {
    let find = |circumstances: &str, subject: &str, name: &str| {
        let mut same = figures.iter().filter(|figure| figure.case.circumstances == circumstances);
        let found = same.find(|figure| figure.case.subject == subject && figure.figure == name);
        found.map(|figure| figure.spread.median)
    };
    let told = |figure: &&Figure| figure.figure == EACH && figure.case.subject == "tintype";
    let cases = figures.iter().filter(told).map(|figure| figure.case.circumstances.as_str());
    let compare = |case: &str| {
        let (ours, theirs) = (find(case, "tintype", EACH)?, find(case, "sharp", EACH)?);
        let (good, goal) = (find(case, "tintype", SCORE)?, find(case, "sharp", SCORE)?);
        let times = theirs / ours;
        Some([
            Check {
                what: format!("{case}: {times:.2} times as many as sharp, ≥ 1"),
                holds: times >= 1.0,
            },
            Check {
                what: format!("{case}: SSIMULACRA 2 {good:.1}, sharp {goal:.1}, ≥ sharp's"),
                holds: (good * 10.0).round() >= (goal * 10.0).round(),
            },
        ])
    };
    cases.filter_map(compare).flatten().collect()
}

fn notes() -> Vec<String> {
    let notes = [
        "CPU is the time of the whole process, user and kernel, on one core, for one variant: from the \
         bytes of the original in memory to the bytes of the variant in memory. `vipsthumbnail` is \
         started for each one and reads and writes files, as it is used.",
        "Quality is SSIMULACRA 2 against the whole original shrunk in 32-bit numbers by Lanczos' kernel \
         of three lobes, both on white. All are asked for quality 80 and have the defaults of their \
         libraries otherwise; sharp and vipsthumbnail work with one thread and without a cache.",
        "The images are made by the benchmark, with the spectrum of photographs; `--photo FILE` measures \
         another one.",
        "A JPEG for proof and stripping has 16 kB of Exif, and noise in its scan, all of which is looked \
         at for markers. It is edited in its own memory, as the service does; the front that this changes, \
         128 kB, is copied back each time, and that is measured, too.",
    ];
    notes.map(str::to_owned).to_vec()
}
