//! Huffman codes: from bits to symbols, one at a time.

use super::bits::Bits;
use super::error::DataFault;

/// Codes up to this length are found by one look.
const SHORT: u32 = 10;

/// What a `DHT` segment defines (T.81, B.2.4.2).
#[derive(Clone, Copy, Debug)]
pub(super) struct Definition<'a> {
    /// How many codes there are of each length from 1 to 16.
    pub(super) counts: [u8; 16],
    /// Their symbols, by length and then by code.
    pub(super) symbols: &'a [u8],
}

/// A code with what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Symbol {
    /// Bits of the code: 1 to 16.
    pub(super) length: u8,
    pub(super) value: u8,
}

impl Symbol {
    /// How many zeros come before the coefficient, in an AC table.
    #[inline(always)]
    pub(super) fn run(self) -> u32 {
        u32::from(self.value >> 4)
    }

    /// How many bits of the coefficient follow.
    #[inline(always)]
    pub(super) fn size(self) -> u32 {
        u32::from(self.value & 15)
    }
}

/// Finds the code at the front of bits.
#[derive(Clone, Debug)]
pub(super) struct Codes {
    /// By the next [`SHORT`] bits: length, and the value in the high byte; 0 where the code is longer.
    short: [u16; 1 << SHORT],
    /// For each length, the first 16 bits that are past its codes.
    ends: [u32; 16],
    /// For each length, what the code is to be added to, to find the symbol.
    offsets: [i32; 16],
    symbols: [u8; 256],
}

impl Codes {
    /// Nothing when the lengths are those of no prefix code.
    pub(super) fn new(definition: &Definition<'_>) -> Option<Box<Self>> {
        let mut codes = Box::new(Self {
            short: [0; 1 << SHORT],
            ends: [0; 16],
            offsets: [0; 16],
            symbols: [0; 256],
        });
        codes.symbols.get_mut(..definition.symbols.len())?.copy_from_slice(definition.symbols);
        let (mut code, mut taken) = (0_u32, 0_usize);
        for (length, count) in (1_u8..).zip(definition.counts) {
            let count = usize::from(count);
            let unit = 1_u32 << (16 - length);
            let symbols = definition.symbols.get(taken..taken + count)?;
            let level = usize::from(length - 1);
            *codes.offsets.get_mut(level)? =
                i32::try_from(taken).ok()? - i32::try_from(code / unit).ok()?;
            for symbol in symbols {
                codes.fill(code, Symbol { length, value: *symbol })?;
                code += unit;
            }
            *codes.ends.get_mut(level)? = code;
            taken += count;
        }
        Some(codes)
    }

    /// Enters a code, given from the highest of 16 bits; nothing when there is no room for it.
    fn fill(&mut self, code: u32, symbol: Symbol) -> Option<()> {
        let end = code + (1 << (16 - symbol.length));
        if end > 1 << 16 {
            return None;
        }
        if u32::from(symbol.length) <= SHORT {
            let range = (code >> (16 - SHORT)) as usize..(end >> (16 - SHORT)) as usize;
            self.short.get_mut(range)?.fill(u16::from_be_bytes([symbol.value, symbol.length]));
        }
        Some(())
    }

    /// Whether no code means `limit` or more.
    pub(super) fn symbols_are_below(&self, limit: u8) -> bool {
        // What is behind the last symbol is 0.
        self.symbols.iter().all(|symbol| *symbol < limit)
    }

    /// The symbol whose code comes next; the code is passed over. Its 16 bits must be there.
    #[inline(always)]
    pub(super) fn next(&self, bits: &mut Bits<'_>) -> Result<Symbol, DataFault> {
        let found = self.short.get(usize::from(bits.peek::<SHORT>())).copied().unwrap_or(0);
        let symbol = if found == 0 { self.long(bits.peek::<16>())? } else { unpack(found) };
        bits.skip(u32::from(symbol.length));
        Ok(symbol)
    }

    /// The symbol whose code is at the front of 16 bits, if there is one.
    pub(super) fn find(&self, front: u16) -> Option<Symbol> {
        let found = self.short.get(usize::from(front >> (16 - SHORT))).copied().unwrap_or(0);
        if found == 0 { self.long(front).ok() } else { Some(unpack(found)) }
    }

    #[cold]
    #[inline(never)]
    fn long(&self, front: u16) -> Result<Symbol, DataFault> {
        let front = u32::from(front);
        let levels = (1_u8..).zip(self.ends.iter().zip(&self.offsets));
        for (length, (end, offset)) in levels {
            if front < *end {
                let code = (front >> (16 - length)).cast_signed();
                let place = usize::try_from(code + offset).map_err(|_| DataFault::Code)?;
                let value = *self.symbols.get(place).ok_or(DataFault::Code)?;
                return Ok(Symbol { length, value });
            }
        }
        Err(DataFault::Code)
    }
}

#[inline(always)]
fn unpack(found: u16) -> Symbol {
    let [value, length] = found.to_be_bytes();
    Symbol { length, value }
}
