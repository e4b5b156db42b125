//! Prefix codes: how they are written down (RFC 9649, section 3.7.2.1), and how symbols are read with
//! them.

use super::bits::{Bits, End};

/// The symbols of the five codes of a group: green, lengths of copies and the cache of colours; red;
/// blue; opacity; distances.
const ALPHABETS: [usize; 5] = [256 + 24, 256, 256, 256, 40];

/// The longest code.
const LONGEST: usize = 15;

/// In which order the lengths of the codes for lengths are written.
const ORDER: [usize; 19] = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/// What a group takes in `image-webp` 0.2 beside its tables.
const GROUP_BYTES: u64 = 1024;

/// Codes that a lookup resolves there, in bits; four bytes an entry. Longer ones are in a tree of at
/// most two nodes of 16 bytes a symbol.
const LOOKUP: usize = 10;
const ENTRY_BYTES: u64 = 4;
const NODE_BYTES: u64 = 2 * 16;

/// The codes of one kind of block.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) green: Code,
    pub(super) red: Code,
    pub(super) blue: Code,
    pub(super) alpha: Code,
    pub(super) distance: Code,
}

impl Group {
    pub(super) fn read(bits: &mut Bits<'_>, cache: u32) -> Result<Self, End> {
        let [green, red, blue, alpha, distance] = ALPHABETS;
        let green = green + if cache > 0 { 1 << cache } else { 0 };
        Ok(Self {
            green: Code::read(bits, green)?,
            red: Code::read(bits, red)?,
            blue: Code::read(bits, blue)?,
            alpha: Code::read(bits, alpha)?,
            distance: Code::read(bits, distance)?,
        })
    }

    /// Bytes that a decoder holds for it.
    pub(super) fn table_bytes(&self) -> u64 {
        let codes = [&self.green, &self.red, &self.blue, &self.alpha, &self.distance];
        GROUP_BYTES + codes.iter().map(|code| code.table_bytes()).sum::<u64>()
    }
}

/// A canonical prefix code.
#[derive(Clone, Debug)]
pub(super) struct Code {
    /// How many codes of each length there are.
    counts: [usize; LONGEST + 1],
    /// The symbols, by the length of their codes and then by value.
    symbols: Vec<u16>,
}

impl Code {
    fn read(bits: &mut Bits<'_>, alphabet: usize) -> Result<Self, End> {
        if bits.flag()? { Self::simple(bits, alphabet) } else { Self::normal(bits, alphabet) }
    }

    /// One or two symbols, written out.
    fn simple(bits: &mut Bits<'_>, alphabet: usize) -> Result<Self, End> {
        let has_second = bits.flag()?;
        let width = if bits.flag()? { 8 } else { 1 };
        let mut lengths = vec![0; alphabet];
        *lengths.get_mut(bits.take(width)? as usize).ok_or(End)? = 1;
        if has_second {
            *lengths.get_mut(bits.take(8)? as usize).ok_or(End)? = 1;
        }
        Ok(Self::of(&lengths))
    }

    /// Lengths of codes, which are coded themselves.
    fn normal(bits: &mut Bits<'_>, alphabet: usize) -> Result<Self, End> {
        let count = bits.take(4)? as usize + 4;
        let mut lengths = [0; 19];
        for at in ORDER.iter().take(count) {
            *lengths.get_mut(*at).ok_or(End)? = bits.take(3)? as usize;
        }
        let code = Self::of(&lengths);
        let mut left = if bits.flag()? {
            let width = 2 + 2 * bits.take(3)?;
            2 + bits.take(width)? as usize
        } else {
            alphabet
        };
        let mut lengths = Vec::with_capacity(alphabet);
        let mut previous = 8;
        while lengths.len() < alphabet && left > 0 {
            left -= 1;
            let (length, times) = match code.symbol(bits)? {
                16 => (previous, bits.take(2)? + 3),
                17 => (0, bits.take(3)? + 3),
                18 => (0, bits.take(7)? + 11),
                length => (usize::from(length), 1),
            };
            if length > 0 {
                previous = length;
            }
            lengths.extend(std::iter::repeat_n(length, times as usize));
        }
        if lengths.len() > alphabet { Err(End) } else { Ok(Self::of(&lengths)) }
    }

    fn of(lengths: &[usize]) -> Self {
        let mut counts = [0; LONGEST + 1];
        let mut symbols = Vec::new();
        for (length, slot) in counts.iter_mut().enumerate().skip(1) {
            let before = symbols.len();
            let of_length = (0..).zip(lengths).filter(|(_, of)| **of == length);
            symbols.extend(of_length.map(|(symbol, _)| symbol));
            *slot = symbols.len() - before;
        }
        Self { counts, symbols }
    }

    /// Reads one symbol; a code of one symbol takes no bits.
    pub(super) fn symbol(&self, bits: &mut Bits<'_>) -> Result<u16, End> {
        if let [only] = self.symbols.as_slice() {
            return Ok(*only);
        }
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in self.counts.iter().skip(1) {
            code = code << 1 | bits.take(1)? as usize;
            first <<= 1;
            if code < first + count {
                return self.symbols.get(index + code - first).copied().ok_or(End);
            }
            index += count;
            first += count;
        }
        Err(End)
    }

    fn table_bytes(&self) -> u64 {
        if self.symbols.len() < 2 {
            return 0;
        }
        let longest = self.counts.iter().rposition(|count| *count > 0).unwrap_or_default();
        let in_tree: usize = self.counts.iter().skip(LOOKUP + 1).sum();
        (ENTRY_BYTES << longest.min(LOOKUP)) + NODE_BYTES * in_tree as u64
    }
}
