//! The bits of entropy-coded data, the highest of a byte first (T.81, F.1.2.3).

/// Reads bits of data from which the zeros behind each 0xFF are taken out.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    held: u64,
    count: u32,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, held: 0, count: 0 }
    }

    /// The next 16 bits, which stay; behind the end they are ones.
    #[inline]
    pub(super) fn peek(&mut self) -> u16 {
        while self.count <= 48 {
            let byte = match self.rest.split_first() {
                Some((byte, rest)) => {
                    self.rest = rest;
                    *byte
                }
                None => 0xFF,
            };
            self.held = self.held << 8 | u64::from(byte);
            self.count += 8;
        }
        let [.., high, low] = (self.held >> (self.count - 16)).to_be_bytes();
        u16::from_be_bytes([high, low])
    }

    /// Passes over bits that were peeked at, at most 16.
    #[inline]
    pub(super) fn skip(&mut self, count: u32) {
        self.count -= count;
    }

    /// The next `count` bits, at most 16, as a number.
    #[inline]
    pub(super) fn take(&mut self, count: u32) -> u16 {
        let taken = u32::from(self.peek()) >> (16 - count);
        self.skip(count);
        // No more than 16 bits are left of 16.
        u16::try_from(taken).unwrap_or_default()
    }
}

/// Writes bits, with a zero behind each 0xFF.
#[derive(Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl Writer {
    /// Writes the lowest `count` bits, at most 32.
    #[inline]
    pub(super) fn put(&mut self, value: u32, count: u32) {
        self.held = self.held << count | u64::from(value);
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            let byte = (self.held >> self.count & 0xFF) as u8;
            self.bytes.push(byte);
            if byte == 0xFF {
                self.bytes.push(0);
            }
        }
    }

    /// The bytes, the last of which is filled up with ones.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let missing = (8 - self.count % 8) % 8;
        self.put((1 << missing) - 1, missing);
        self.bytes
    }
}
