//! Huffman tables (T.81, annexes C and K.2).

/// The longest code.
const LONGEST: usize = 16;
const LONGEST_BITS: u32 = 16;

/// A table as it stands in a file: how many codes there are of each length from 1 to 16, and the
/// symbols, by the length of their codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    counts: [u8; LONGEST],
    symbols: Vec<u8>,
}

impl Table {
    /// Reads a table behind its class and number; also what follows it.
    pub(super) fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (counts, rest) = bytes.split_first_chunk()?;
        let symbols = counts.iter().map(|count| usize::from(*count)).sum();
        let (symbols, rest) = rest.split_at_checked(symbols)?;
        Some((Self { counts: *counts, symbols: symbols.to_vec() }, rest))
    }

    /// The bytes of the table in a file, without class and number.
    pub(super) fn bytes(&self) -> impl Iterator<Item = u8> {
        self.counts.iter().chain(&self.symbols).copied()
    }

    /// The codes with their lengths and symbols.
    fn codes(&self) -> impl Iterator<Item = (u32, u32, u8)> {
        let lengths = (1..).zip(&self.counts);
        let lengths = lengths.flat_map(|(length, count)| (0..*count).map(move |_| length));
        let mut code = 0;
        let mut last = 1;
        lengths.zip(&self.symbols).map(move |(length, symbol)| {
            code <<= length - last;
            last = length;
            code += 1;
            (code - 1, length, *symbol)
        })
    }

    /// For any 16 bits, the length of the code that they begin with and its symbol.
    pub(super) fn lookup(&self) -> Vec<(u8, u8)> {
        let mut lookup = vec![(0, 0); 1 << LONGEST];
        for (code, length, symbol) in self.codes() {
            let free = LONGEST_BITS - length;
            let first = (code << free) as usize;
            let places = lookup.get_mut(first..first + (1 << free)).unwrap_or_default();
            // Lengths are at most 16.
            places.fill((u8::try_from(length).unwrap_or_default(), symbol));
        }
        lookup
    }

    /// For any symbol, its code and the length of that.
    pub(super) fn by_symbol(&self) -> [(u32, u32); 256] {
        let mut codes = [(0, 0); 256];
        for (code, length, symbol) in self.codes() {
            if let Some(place) = codes.get_mut(usize::from(symbol)) {
                *place = (code, length);
            }
        }
        codes
    }

    /// The table with which symbols that come so often take the least bits; nothing when they come so
    /// unevenly that codes would be longer than any picture makes them.
    pub(super) fn optimal(frequencies: &[u32; 256]) -> Option<Self> {
        let mut lengths = [0; 33];
        let sizes = sizes(frequencies);
        for size in sizes.iter().filter(|size| **size > 0) {
            *lengths.get_mut(usize::from(*size))? += 1;
        }
        limit(&mut lengths);
        // The code of all ones, which no symbol may have, is the last of the longest.
        if let Some(count) = lengths.iter_mut().rev().find(|count| **count > 0) {
            *count -= 1;
        }
        let mut symbols: Vec<u8> = (0..=u8::MAX).collect();
        symbols.retain(|symbol| frequencies.get(usize::from(*symbol)).is_some_and(|it| *it > 0));
        symbols.sort_by_key(|symbol| sizes.get(usize::from(*symbol)));
        let mut counts = [0; LONGEST];
        for (count, length) in counts.iter_mut().zip(lengths.iter().skip(1)) {
            *count = *length;
        }
        Some(Self { counts, symbols })
    }
}

/// The lengths of codes without a limit (figure K.1), also of one that no symbol has.
fn sizes(frequencies: &[u32; 256]) -> Vec<u8> {
    let mut weights: Vec<u64> = frequencies.iter().map(|it| u64::from(*it)).collect();
    weights.push(1);
    let mut sizes = vec![0_u8; weights.len()];
    // Symbols are joined to groups; each keeps the others of its group.
    let mut groups: Vec<Vec<usize>> = (0..weights.len()).map(|symbol| vec![symbol]).collect();
    loop {
        let lightest = |but: Option<usize>| {
            let weights = weights.iter().enumerate();
            let there = weights.filter(|(at, weight)| **weight > 0 && Some(*at) != but);
            // Of equals the last, so that the code of all ones is among the longest.
            there.min_by_key(|(at, weight)| (**weight, usize::MAX - *at)).map(|(at, _)| at)
        };
        let Some(first) = lightest(None) else { return sizes };
        let Some(second) = lightest(Some(first)) else { return sizes };
        let joined: Vec<usize> = [first, second]
            .into_iter()
            .flat_map(|at| groups.get_mut(at).map(std::mem::take).unwrap_or_default())
            .collect();
        for symbol in &joined {
            if let Some(size) = sizes.get_mut(*symbol) {
                *size += 1;
            }
        }
        let weight = [first, second].map(|at| weights.get_mut(at).map_or(0, std::mem::take));
        if let (Some(place), Some(group)) = (weights.get_mut(first), groups.get_mut(first)) {
            *place = weight.iter().sum();
            *group = joined;
        }
    }
}

/// Shortens codes of more than 16 bits (figure K.3): two of the longest go, of which one takes the
/// place of their common beginning, and a shorter code becomes two that are longer by one.
fn limit(lengths: &mut [u8; 33]) {
    for long in (LONGEST + 1..lengths.len()).rev() {
        while lengths.get(long).is_some_and(|count| *count > 0) {
            let shorter = (1..long - 1).rev().find(|at| lengths.get(*at) > Some(&0));
            let Some(short) = shorter else { return };
            for (at, change) in [(long, -2), (long - 1, 1), (short + 1, 2), (short, -1_i8)] {
                if let Some(count) = lengths.get_mut(at) {
                    *count = count.saturating_add_signed(change);
                }
            }
        }
    }
}
