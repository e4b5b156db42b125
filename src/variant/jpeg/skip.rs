//! Passing over AC coefficients that nobody wants: several of them at one look.

use super::bits::{Bits, REFILLED};
use super::codes::Codes;
use super::error::DataFault;

/// Bits that are looked at. With 12, the tables of two components and the rest of what the loop
/// reads fit into 32 KiB, the first-level cache of common processors.
const WINDOW: u32 = 12;

/// The most bits that are passed over at one look, so that [`LOOKS`] of them need no refill between.
const LONGEST: u32 = 18;

/// Looks between two refills.
const LOOKS: u32 = REFILLED / LONGEST;

/// What the end of a block adds to the number of coefficients passed, beside 1 for itself.
const END: u32 = 128;

/// What a look adds that found no whole code: more than a block has.
const UNKNOWN: u32 = 64;

/// For the next [`WINDOW`] bits: how many bits of them and after them are whole symbols with their
/// coefficients (the low 6 bits), and how many coefficients these are (the others).
#[derive(Clone, Debug)]
pub(super) struct Skip {
    looks: [u16; 1 << WINDOW],
}

impl Skip {
    pub(super) fn new(codes: &Codes) -> Box<Self> {
        let mut skip = Box::new(Self { looks: [0; 1 << WINDOW] });
        for (window, look) in (0_u16..).zip(&mut skip.looks) {
            *look = look_at(codes, window << (16 - WINDOW));
        }
        skip
    }

    /// Passes over what is left of a block whose next coefficient is number `from`, 1 to 63.
    #[inline(always)]
    pub(super) fn rest_of_block(
        &self,
        codes: &Codes,
        bits: &mut Bits<'_>,
        from: u32,
    ) -> Result<(), DataFault> {
        let mut reading = *bits;
        let mut next = from;
        'block: loop {
            reading.refill();
            for _ in 0..LOOKS {
                let before = (reading, next);
                let window = usize::from(reading.peek::<WINDOW>());
                let look = u32::from(self.looks.get(window).copied().unwrap_or(0));
                reading.skip(look & 63);
                next += look >> 6;
                if next < 64 {
                    continue;
                }
                // The end, either by its code or because there were 64.
                if next == 64 || (next > END && next <= END + 64) {
                    *bits = reading;
                    return Ok(());
                }
                // The look went on into the next block, or found nothing.
                (reading, next) = skip_one(codes, before.0, before.1)?;
                if next >= 64 {
                    *bits = reading;
                    return Ok(());
                }
                continue 'block;
            }
        }
    }
}

/// Passes over one symbol with its coefficient; 64 when the block is over.
#[inline(never)]
fn skip_one<'a>(
    codes: &Codes,
    mut bits: Bits<'a>,
    next: u32,
) -> Result<(Bits<'a>, u32), DataFault> {
    bits.refill();
    let symbol = codes.next(&mut bits)?;
    bits.skip(symbol.size());
    let next = match (symbol.run(), symbol.size()) {
        (run, 0) if run < 15 => 64,
        (run, _) => next + run + 1,
    };
    if next > 64 { Err(DataFault::Coefficients) } else { Ok((bits, next)) }
}

/// What can be passed over at once when these are the next bits, given from the highest of 16.
fn look_at(codes: &Codes, window: u16) -> u16 {
    let (mut used, mut passed) = (0, 0);
    while used < WINDOW
        && let Some(symbol) = codes.find(window << used)
        && used + u32::from(symbol.length) <= WINDOW
        && used + u32::from(symbol.length) + symbol.size() <= LONGEST
    {
        let is_end = symbol.size() == 0 && symbol.run() < 15;
        let passes = if is_end { 1 + END } else { symbol.run() + 1 };
        if !is_end && passed + passes >= 64 {
            break;
        }
        used += u32::from(symbol.length) + symbol.size();
        passed += passes;
        if is_end {
            break;
        }
    }
    if used == 0 {
        passed = UNKNOWN;
    }
    ((used | passed << 6) & 0xFFFF) as u16
}
