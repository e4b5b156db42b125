//! Bits, the lowest of a byte first.

/// The data ends, or means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End;

/// Reads bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits<'a> {
    rest: &'a [u8],
    held: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, held: 0, count: 0 }
    }

    /// The next `count` bits, at most 32, as a number.
    #[inline]
    pub(super) fn take(&mut self, count: u32) -> Result<u32, End> {
        while self.count < count {
            let (byte, rest) = self.rest.split_first().ok_or(End)?;
            self.held |= u64::from(*byte) << self.count;
            self.count += 8;
            self.rest = rest;
        }
        let taken = self.held & ((1 << count) - 1);
        self.held >>= count;
        self.count -= count;
        u32::try_from(taken).map_err(|_| End)
    }

    #[inline]
    pub(super) fn flag(&mut self) -> Result<bool, End> {
        Ok(self.take(1)? == 1)
    }
}
