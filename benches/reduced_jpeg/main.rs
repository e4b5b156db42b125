//! What decoding a JPEG at reduced size costs, beside the full size:
//! `cargo bench --bench reduced_jpeg -- photo.jpg ...`. Without a photo, of 12 megapixels that are
//! made up.

#![expect(
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a benchmark prints its table, and cuts its noise to samples"
)]
#![expect(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "parts of the crate are compiled alone, since the decoder is private"
)]

#[path = "../../src/image.rs"]
mod image;
#[path = "../../src/inspect/mod.rs"]
mod inspect;
mod variant;

use std::hint::black_box;
use std::time::{Duration, Instant};

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use variant::Deadline;
use variant::jpeg::{Scale, decode};
use zune_core::bytestream::ZCursor;
use zune_jpeg::JpegDecoder;

/// How often each file is decoded; the clock of CPU time counts hundredths of a second.
const ROUNDS: u32 = 40;

fn main() {
    let paths: Vec<_> = std::env::args().skip(1).filter(|it| !it.starts_with("--")).collect();
    println!("{:>9} {:>9} {:>9} {:>9}  CPU ms", "1/8", "1/4", "1/2", "zune-jpeg");
    if paths.is_empty() {
        row("made up", &made_up(false));
        row("made up, progressive", &made_up(true));
    }
    for path in paths {
        row(&path, &std::fs::read(&path).expect("a photo"));
    }
}

fn row(name: &str, bytes: &[u8]) {
    let reduced = |scale| {
        let deadline = Deadline(Instant::now() + Duration::from_secs(600));
        measure(|| {
            black_box(decode(bytes, scale, deadline).expect("a sound photo"));
        })
    };
    let [eighth, quarter, half] = [Scale::Eighth, Scale::Quarter, Scale::Half].map(reduced);
    let full = measure(|| {
        black_box(JpegDecoder::new(ZCursor::new(bytes)).decode().expect("a sound photo"));
    });
    println!("{eighth:9.1} {quarter:9.1} {half:9.1} {full:9.1}  {name}, {} bytes", bytes.len());
}

/// CPU time of one run, in milliseconds.
fn measure(run: impl Fn()) -> f64 {
    let before = cpu_time();
    for _ in 0..ROUNDS {
        run();
    }
    (cpu_time() - before).as_secs_f64() * 1000.0 / f64::from(ROUNDS)
}

fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields = stat.rsplit(')').next().expect("a name").split_whitespace();
    let ticks: u64 =
        fields.skip(11).take(2).map(|ticks| ticks.parse::<u64>().expect("ticks")).sum();
    Duration::from_millis(ticks * 10)
}

/// 4000 × 3000 pixels of waves and noise that become 3 MB.
fn made_up(is_progressive: bool) -> Vec<u8> {
    let mut noise = 1_u32;
    let mut samples = Vec::new();
    for y in 0..3000_u16 {
        for x in 0..4000_u16 {
            noise ^= noise << 13;
            noise ^= noise >> 17;
            noise ^= noise << 5;
            let grain = f32::from((noise >> 24) as u8) / 18.0;
            let (x, y) = (f32::from(x), f32::from(y));
            let light = 120.0 + 60.0 * (x / 170.0).sin() + 50.0 * (y / 130.0).cos() + grain;
            samples.extend([light as u8, (light * 0.9) as u8, (light * 0.7) as u8]);
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 85);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_progressive(is_progressive);
    encoder.encode(&samples, 4000, 3000, ColorType::Rgb).expect("a picture");
    bytes
}
