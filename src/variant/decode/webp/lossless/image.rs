//! The pixels of the small pictures that stand before the picture itself (RFC 9649, section 3.6).

use super::Stop;
use super::bits::{Bits, End};
use super::codes::Group;

/// Red, green, blue and opacity.
pub(super) type Pixel = [u8; 4];

/// The number of a literal green, and of copies, in the first code; above them stands the cache.
const LITERALS: u16 = 256;
const COPIES: u16 = 256 + 24;

/// The nearest pixels, by the codes of their distance: columns to the left, rows up.
#[rustfmt::skip]
const NEAR: [(i8, i8); 120] = [
    (0, 1), (1, 0), (1, 1), (-1, 1), (0, 2), (2, 0), (1, 2), (-1, 2), (2, 1), (-2, 1),
    (2, 2), (-2, 2), (0, 3), (3, 0), (1, 3), (-1, 3), (3, 1), (-3, 1), (2, 3), (-2, 3),
    (3, 2), (-3, 2), (0, 4), (4, 0), (1, 4), (-1, 4), (4, 1), (-4, 1), (3, 3), (-3, 3),
    (2, 4), (-2, 4), (4, 2), (-4, 2), (0, 5), (3, 4), (-3, 4), (4, 3), (-4, 3), (5, 0),
    (1, 5), (-1, 5), (5, 1), (-5, 1), (2, 5), (-2, 5), (5, 2), (-5, 2), (4, 4), (-4, 4),
    (3, 5), (-3, 5), (5, 3), (-5, 3), (0, 6), (6, 0), (1, 6), (-1, 6), (6, 1), (-6, 1),
    (2, 6), (-2, 6), (6, 2), (-6, 2), (4, 5), (-4, 5), (5, 4), (-5, 4), (3, 6), (-3, 6),
    (6, 3), (-6, 3), (0, 7), (7, 0), (1, 7), (-1, 7), (5, 5), (-5, 5), (7, 1), (-7, 1),
    (4, 6), (-4, 6), (6, 4), (-6, 4), (2, 7), (-2, 7), (7, 2), (-7, 2), (3, 7), (-3, 7),
    (7, 3), (-7, 3), (5, 6), (-5, 6), (6, 5), (-6, 5), (8, 0), (4, 7), (-4, 7), (7, 4),
    (-7, 4), (8, 1), (8, 2), (6, 6), (-6, 6), (8, 3), (5, 7), (-5, 7), (7, 5), (-7, 5),
    (8, 4), (6, 7), (-6, 7), (7, 6), (-7, 6), (8, 5), (7, 7), (-7, 7), (8, 6), (8, 7),
];

/// Reads a picture; `look` is asked now and then whether to go on.
pub(super) fn read(
    bits: &mut Bits<'_>,
    group: &Group,
    (width, height): (u32, u32),
    (cache_bits, look): (u32, impl Fn() -> Result<(), Stop>),
) -> Result<Vec<Pixel>, Stop> {
    let length = width as usize * height as usize;
    let mut pixels: Vec<Pixel> = Vec::with_capacity(length);
    let mut cache = Cache::new(cache_bits);
    let mut steps: u16 = 0;
    while pixels.len() < length {
        steps = steps.wrapping_add(1);
        if steps == 0 {
            look()?;
        }
        let symbol = group.green.symbol(bits)?;
        if symbol < LITERALS {
            let byte = |symbol: u16| u8::try_from(symbol).map_err(|_| End);
            let red = byte(group.red.symbol(bits)?)?;
            let blue = byte(group.blue.symbol(bits)?)?;
            let alpha = byte(group.alpha.symbol(bits)?)?;
            let pixel = [red, byte(symbol)?, blue, alpha];
            cache.insert(pixel);
            pixels.push(pixel);
        } else if symbol < COPIES {
            let count = number(bits, symbol - LITERALS)?;
            let code = group.distance.symbol(bits)?;
            let distance = distance(number(bits, code)?, width);
            let from = pixels.len().checked_sub(distance).ok_or(End)?;
            if count > length - pixels.len() {
                return Err(End.into());
            }
            for at in from..from + count {
                let pixel = pixels.get(at).copied().ok_or(End)?;
                cache.insert(pixel);
                pixels.push(pixel);
            }
        } else {
            pixels.push(cache.get(symbol - COPIES).ok_or(End)?);
        }
    }
    Ok(pixels)
}

/// A length or a distance, of which the symbol says the magnitude.
fn number(bits: &mut Bits<'_>, symbol: u16) -> Result<usize, End> {
    let symbol = u32::from(symbol);
    if symbol < 4 {
        return Ok(symbol as usize + 1);
    }
    let extra = (symbol - 2) >> 1;
    let offset = (2 + (symbol & 1)) << extra;
    Ok((offset + bits.take(extra)?) as usize + 1)
}

/// How many pixels back a code of a distance points.
fn distance(code: usize, width: u32) -> usize {
    match NEAR.get(code - 1) {
        Some((columns, rows)) => {
            let distance = i64::from(*columns) + i64::from(*rows) * i64::from(width);
            usize::try_from(distance).unwrap_or_default().max(1)
        }
        None => code - NEAR.len(),
    }
}

/// The latest pixels, by a hash of their colour.
struct Cache {
    pixels: Vec<Pixel>,
    bits: u32,
}

impl Cache {
    fn new(bits: u32) -> Self {
        let length = if bits > 0 { 1 << bits } else { 0 };
        Self { pixels: vec![[0; 4]; length], bits }
    }

    fn insert(&mut self, pixel: Pixel) {
        let [red, green, blue, alpha] = pixel;
        let colour = u32::from_be_bytes([alpha, red, green, blue]);
        let hash = 0x1E35_A7BD_u32.wrapping_mul(colour);
        let index = hash.checked_shr(32 - self.bits).unwrap_or_default();
        if let Some(place) = self.pixels.get_mut(index as usize) {
            *place = pixel;
        }
    }

    fn get(&self, index: u16) -> Option<Pixel> {
        self.pixels.get(usize::from(index)).copied()
    }
}
