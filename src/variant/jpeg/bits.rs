//! The bits of entropy-coded data, with stuffed bytes taken out and markers not passed.

use memchr::memchr;

use super::error::DataFault;
use crate::inspect::jpeg::marker;

/// Bits that are in the buffer after [`Bits::refill`], at least.
pub(super) const REFILLED: u32 = 56;

/// Reads bits from the front of `data`, the first bit of a byte being its highest.
///
/// It is `Copy`, so that an inner loop works on a copy that the compiler keeps in registers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits<'a> {
    data: &'a [u8],
    /// Offset of the first byte that is not counted in `count`.
    at: usize,
    /// The next bits, from the highest down. Below `count` bits it may hold the beginning of what
    /// stands at `at`.
    buffer: u64,
    /// How many bits of `buffer` are valid; less than 64.
    count: u32,
    /// How many bits were made up since the data ended; they are the last in the buffer.
    padding: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0, buffer: 0, count: 0, padding: 0 }
    }

    /// Makes at least [`REFILLED`] bits available; zeros follow where the data ends.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        let next = self.data.get(self.at..).and_then(<[u8]>::first_chunk);
        if let Some(word) = next.map(|bytes| u64::from_be_bytes(*bytes))
            && !holds_ff(word)
        {
            self.buffer |= word >> self.count;
            let whole_bytes = (63 - self.count) >> 3;
            self.at += whole_bytes as usize;
            self.count += whole_bytes << 3;
        } else {
            // Through a copy, since `self` could not stay in registers if its address went away.
            *self = self.refilled_by_bytes();
        }
    }

    #[cold]
    #[inline(never)]
    fn refilled_by_bytes(mut self) -> Self {
        while self.count < REFILLED {
            let byte = match (self.data.get(self.at), self.data.get(self.at + 1)) {
                (Some(0xFF), Some(0)) => {
                    self.at += 2;
                    0xFF
                }
                (Some(0xFF), Some(0xFF)) => {
                    self.at += 1;
                    continue;
                }
                (Some(0xFF), _) | (None, _) => {
                    self.padding += 8;
                    0
                }
                (Some(byte), _) => {
                    self.at += 1;
                    *byte
                }
            };
            self.buffer |= u64::from(byte) << (REFILLED - self.count);
            self.count += 8;
        }
        self
    }

    /// The next `N` bits, which stay; at most 16.
    #[inline(always)]
    pub(super) fn peek<const N: u32>(&self) -> u16 {
        const { assert!(N <= 16) };
        ((self.buffer >> 48) as u16) >> (16 - N)
    }

    /// Passes over `count` bits, which must be there.
    #[inline(always)]
    pub(super) fn skip(&mut self, count: u32) {
        self.buffer <<= count;
        self.count -= count;
    }

    /// The next `count` bits as a number; at most 16, which must be there.
    #[inline(always)]
    pub(super) fn take(&mut self, count: u32) -> i32 {
        let taken = ((self.buffer >> 33) as i32) >> (31 - count);
        self.skip(count);
        taken
    }

    /// The next `count` bits as a signed number (T.81, F.2.2.1); at most 15, which must be there.
    #[inline(always)]
    pub(super) fn take_signed(&mut self, count: u32) -> i32 {
        // All ones when the first bit is 0.
        let negative = (self.buffer >> 63) as i32 - 1;
        self.take(count) - (negative & ((1 << count) - 1))
    }

    /// Whether more bits were read than there are.
    pub(super) fn is_short(&self) -> bool {
        self.padding > self.count
    }

    /// Passes over the restart marker of this number, which must come next.
    pub(super) fn restart(&mut self, number: u8) -> Result<(), DataFault> {
        if self.is_short() {
            return Err(DataFault::Short);
        }
        let unread = self.count - self.padding;
        let rest = self.data.get(self.at..).unwrap_or_default();
        let begin = memchr(0xFF, rest).ok_or(DataFault::Short)?;
        let fill = rest.iter().skip(begin).take_while(|byte| **byte == 0xFF).count();
        let code = *rest.get(begin + fill).ok_or(DataFault::Short)?;
        if unread >= 8 || begin > 0 || code == 0 {
            return Err(DataFault::Surplus);
        }
        if code != marker::RST0 + number {
            return Err(DataFault::Restart);
        }
        let at = self.at + fill + 1;
        *self = Self { at, ..Self::new(self.data) };
        Ok(())
    }
}

/// Whether one of the eight bytes is 0xFF, by Mycroft's test for a byte of zero in the inverse.
#[inline(always)]
fn holds_ff(word: u64) -> bool {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    (!word).wrapping_sub(LOW) & word & HIGH != 0
}
