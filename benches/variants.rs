//! What a variant costs: `cargo bench --bench variants`, or with a file of yours behind `--`.
//!
//! Milliseconds of CPU for one, on one core, the median of some runs, and the bytes that came out.
//! `cargo xtask bench variants` measures the same in the service, beside sharp and libvips, with the
//! quality of the results.

#![expect(
    dead_code,
    unused_imports,
    unreachable_pub,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    reason = "a benchmark of private modules uses a part of them, and stops at the unexpected"
)]

#[path = "../src/image.rs"]
mod image;
#[path = "../src/inspect/mod.rs"]
mod inspect;
#[path = "../src/variant/mod.rs"]
mod variant;

use std::time::{Duration, Instant};

use image::Format;
use variant::{Deadline, Fit, Order, Output, Source};

/// How often each is done.
const RUNS: usize = 9;

fn main() {
    // `cargo bench` passes a flag of its own.
    let given: Vec<_> = std::env::args().skip(1).filter(|given| !given.starts_with("--")).collect();
    let inputs = if given.is_empty() { made() } else { given.iter().map(read).collect() };
    println!("{:<28} {:<22} {:>9} {:>10}", "original", "variant", "ms CPU", "bytes");
    for (name, bytes) in &inputs {
        let facts = inspect::inspect(bytes, &inspect::Limits::default()).expect("an image");
        let size = (facts.width, facts.height);
        let source = Source::new(facts.format, size, bytes.len() as u64);
        for (what, order) in orders() {
            let render = || variant::render(bytes, &source, &order, later()).unwrap().bytes.len();
            let (cpu, size) = measure(render);
            println!("{name:<28} {what:<22} {cpu:>9.2} {size:>10}");
        }
        let (cpu, _) = measure(|| {
            variant::prove(bytes, &source, later()).unwrap();
            0
        });
        println!("{name:<28} {:<22} {cpu:>9.2} {:>10}", "proof", "");
    }
}

fn later() -> Deadline {
    Deadline(Instant::now() + Duration::from_secs(600))
}

fn orders() -> Vec<(String, Order)> {
    let sizes = [((320, Some(320)), Fit::Cover), ((1280, None), Fit::Inside)];
    let outputs = [
        ("JPEG", Output::Jpeg { quality: 80 }),
        ("WebP", Output::Webp { quality: 80 }),
        ("PNG", Output::Png),
        #[cfg(feature = "avif")]
        ("AVIF", Output::Avif { quality: 60 }),
    ];
    let mut orders = Vec::new();
    for ((width, height), fit) in sizes {
        for (name, output) in outputs {
            let order = Order { width: Some(width), height, fit, output };
            orders.push((format!("{width} {fit:?} {name}"), order));
        }
    }
    orders
}

/// Milliseconds of CPU, and the size of what came out.
fn measure(mut work: impl FnMut() -> usize) -> (f64, usize) {
    let mut size = 0;
    let mut runs: Vec<_> = (0..RUNS)
        .map(|_| {
            let began = cpu_time();
            size = work();
            cpu_time() - began
        })
        .collect();
    runs.sort_by(f64::total_cmp);
    (runs[RUNS / 2], size)
}

/// Milliseconds that this thread has computed.
fn cpu_time() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    let nanoseconds: u64 = stat.split_whitespace().next().unwrap().parse().unwrap();
    nanoseconds as f64 / 1e6
}

fn read(path: &String) -> (String, Vec<u8>) {
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    (name, std::fs::read(path).expect("a file"))
}

/// A photo of 12 megapixels in about 3 MB, a drawing with transparency in about 1 MB, and a WebP.
fn made() -> Vec<(String, Vec<u8>)> {
    let photo = photo(4000, 3000);
    let mut jpeg = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut jpeg, 85);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
    encoder.encode(&photo, 4000, 3000, jpeg_encoder::ColorType::Rgb).unwrap();
    let mut progressive = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut progressive, 85);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
    encoder.set_progressive(true);
    encoder.encode(&photo, 4000, 3000, jpeg_encoder::ColorType::Rgb).unwrap();
    let small = self::photo(1600, 1200);
    let webp = webp::Encoder::from_rgb(&small, 1600, 1200).encode(85.0).to_vec();
    let name = |what: &str, bytes: &[u8]| format!("{what}, {:.1} MB", bytes.len() as f64 / 1e6);
    let png = drawing(1400, 1000);
    vec![
        (name("JPEG 12 MP", &jpeg), jpeg),
        (name("progressive 12 MP", &progressive), progressive),
        (name("PNG 1.4 MP", &png), png),
        (name("WebP 1.9 MP", &webp), webp),
    ]
}

/// Clouds of several sizes with grain, in red, green and blue, much alike.
fn photo(width: usize, height: usize) -> Vec<u8> {
    let mut samples = Vec::with_capacity(width * height * 3);
    let mut seed = 1_u32;
    for y in 0..height {
        for x in 0..width {
            let cloud: f32 = [640, 160, 40, 10]
                .map(|size| (lattice(x, y, size) - 0.5) * 260.0 / (660.0 / size as f32).sqrt())
                .into_iter()
                .sum();
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let grain = (seed >> 29) as f32 - 3.5;
            let warm = (lattice(x, y, 900) - 0.5) * 90.0;
            for part in [warm, 0.0, -warm] {
                samples.push((128.0 + cloud + grain + part).clamp(0.0, 255.0) as u8);
            }
        }
    }
    samples
}

/// Noise that changes smoothly from one point of a lattice to the next, from 0 to 1.
fn lattice(x: usize, y: usize, size: usize) -> f32 {
    let value = |x: usize, y: usize| {
        let mixed = (x as u32).wrapping_mul(0x9E37_79B1) ^ (y as u32).wrapping_mul(0x85EB_CA77);
        let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x2C1B_3C6D ^ size as u32);
        ((mixed ^ (mixed >> 13)) & 0xFFFF) as f32 / 65_535.0
    };
    let smooth = |at: usize| {
        let part = (at % size) as f32 / size as f32;
        part * part * (3.0 - 2.0 * part)
    };
    let (across, down) = (smooth(x), smooth(y));
    let (x, y) = (x / size, y / size);
    let between = |a: f32, b: f32, part: f32| a + (b - a) * part;
    let above = between(value(x, y), value(x + 1, y), across);
    let below = between(value(x, y + 1), value(x + 1, y + 1), across);
    between(above, below, down)
}

/// Discs of colour on nothing.
fn drawing(width: u32, height: u32) -> Vec<u8> {
    let mut samples = Vec::new();
    let photo = photo(width as usize, height as usize);
    for (at, pixel) in (0..).zip(photo.chunks_exact(3)) {
        let (x, y) = (at % width % 200, at / width % 200);
        let distance = f64::hypot(f64::from(x) - 100.0, f64::from(y) - 100.0);
        let alpha = ((95.0 - distance) * 64.0).clamp(0.0, 255.0) as u8;
        let colour =
            if alpha == 0 { [0; 3] } else { [pixel[0] & 0xF8, pixel[1] & 0xF8, pixel[2] & 0xF8] };
        samples.extend(colour);
        samples.push(alpha);
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header().unwrap().write_image_data(&samples).unwrap();
    bytes
}
