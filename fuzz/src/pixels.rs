//! The pixels of variants: the decoder of JPEG that is our own, and the way of an original to a variant.

use std::time::{Duration, Instant};

use crate::inspect::Facts;
use crate::variant::jpeg::{self, DecodeError, Kind, Scale};
use crate::variant::{self, Deadline, Fit, Order, Output, Pixels, RenderError, Source};

/// A JPEG at a part of its size.
#[derive(Debug)]
pub struct Reduced {
    pub width: u32,
    pub height: u32,
    pub samples_per_pixel: usize,
    pub samples: Vec<u8>,
}

/// How often the sides go into those of the original.
pub const REDUCTIONS: [u32; 3] = [8, 4, 2];

fn scale(reduction: u32) -> Scale {
    match reduction {
        8 => Scale::Eighth,
        4 => Scale::Quarter,
        _ => Scale::Half,
    }
}

/// The bytes that [`reduced`] may use at a time.
pub fn cost(width: u32, height: u32, reduction: u32) -> u64 {
    let most = Kind { components: 4, is_progressive: true };
    jpeg::cost(width, height, scale(reduction), most)
}

/// Decodes a JPEG; nothing when it is refused, for whatever reason but the time it took.
pub fn reduced(bytes: &[u8], reduction: u32) -> Option<Reduced> {
    let deadline = Deadline(Instant::now() + Duration::from_secs(20));
    match jpeg::decode(bytes, scale(reduction), deadline) {
        Ok(Pixels { width, height, layout, samples }) => {
            Some(Reduced { width, height, samples_per_pixel: layout.samples(), samples })
        }
        Err(DecodeError::TimedOut(error)) => panic!("{error}"),
        Err(DecodeError::Unsupported(_) | DecodeError::Corrupt(_)) => None,
    }
}

/// How many variants are made of each file.
pub const ORDERS: usize = 3;

fn order(number: usize) -> Order {
    let order = |width, height, fit, output| Order { width, height, fit, output };
    match number {
        0 => order(None, None, Fit::Inside, Output::Png),
        1 => order(Some(40), Some(24), Fit::Cover, Output::Jpeg { quality: 80 }),
        _ => order(Some(9), Some(9), Fit::Contain, Output::Webp { quality: 60 }),
    }
}

fn source(bytes: &[u8], facts: &Facts) -> Source {
    Source::new(facts.format, (facts.width, facts.height), bytes.len() as u64).opened(bytes)
}

fn soon() -> Deadline {
    Deadline(Instant::now() + Duration::from_secs(20))
}

/// The bytes that [`render`] may use at a time.
pub fn render_cost(bytes: &[u8], facts: &Facts, number: usize) -> u64 {
    variant::cost(&source(bytes, facts), &order(number))
}

/// Makes a variant; whether there is one.
pub fn render(bytes: &[u8], facts: &Facts, number: usize) -> bool {
    told(variant::render(bytes, &source(bytes, facts), &order(number), soon()))
}

/// The whole picture as a PNG; nothing when it cannot be decoded.
pub fn shown(bytes: &[u8], facts: &Facts) -> Option<Vec<u8>> {
    let rendered = variant::render(bytes, &source(bytes, facts), &order(0), soon());
    rendered.ok().map(|rendered| rendered.bytes.to_vec())
}

/// The bytes that [`prove`] may use at a time.
pub fn proof_cost(bytes: &[u8], facts: &Facts) -> u64 {
    variant::proof_cost(&source(bytes, facts))
}

/// Decodes everything; whether it can be decoded.
pub fn prove(bytes: &[u8], facts: &Facts) -> bool {
    told(variant::prove(bytes, &source(bytes, facts), soon()))
}

/// Whether it went well. Only what is wrong with the file may have gone wrong.
fn told<T>(outcome: Result<T, RenderError>) -> bool {
    match outcome {
        Ok(_) => true,
        Err(error @ (RenderError::TimedOut(_) | RenderError::Unencodable { .. })) => {
            panic!("{error:?}")
        }
        Err(_) => false,
    }
}
