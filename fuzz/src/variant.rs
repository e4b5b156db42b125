//! The decoder of pixels that is our own.

#[path = "../../src/variant/deadline.rs"]
mod deadline;
#[path = "../../src/variant/jpeg/mod.rs"]
mod jpeg;
#[path = "../../src/variant/pixels.rs"]
mod pixels;

use std::time::{Duration, Instant};

use deadline::{Deadline, TimedOut};
use jpeg::{DecodeError, Scale};
use pixels::{Layout, Pixels};

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
    jpeg::cost(width, height, scale(reduction))
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
