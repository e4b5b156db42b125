//! Changes the Huffman codes of a JPEG for those that suit it best. No coefficient changes.

use super::bits::{Reader, Writer};
use super::tables::Table;
use crate::inspect::jpeg::marker;
use crate::inspect::jpeg::segments::Segments;

/// The classes and numbers of the tables, as `jpeg-encoder` writes them: of the first coefficients of
/// blocks for brightness and colour, then of the others.
const TABLES: [u8; 4] = [0x00, 0x01, 0x10, 0x11];

/// For each table that is there, what [`Table::lookup`] says.
type Lookups = [Option<Vec<(u8, u8)>>; TABLES.len()];

/// Coefficients of a block.
const COEFFICIENTS: usize = 64;

/// The same picture with better codes; nothing when the file is not a sequential one of one scan, with
/// one or two tables of each class.
pub(super) fn recoded(file: &[u8]) -> Option<Vec<u8>> {
    let parts = Parts::of(file)?;
    let data = without_zeros(parts.data);
    let lookups = parts.tables.each_ref().map(|table| table.as_ref().map(Table::lookup));
    // The data is read twice, since its symbols take several times the memory that it does.
    let mut frequencies = [[0; 256]; TABLES.len()];
    parts.read(&data, &lookups, |token| {
        let place = frequencies.get_mut(token.table())?.get_mut(token.symbol())?;
        *place += 1;
        Some(())
    })?;
    let tables: Option<Vec<_>> = frequencies.iter().map(Table::optimal).collect();
    let tables = tables?;
    let codes: Vec<_> = tables.iter().map(Table::by_symbol).collect();
    let mut writer = Writer::default();
    parts.read(&data, &lookups, |token| {
        let (code, length) = *codes.get(token.table())?.get(token.symbol())?;
        writer.put(code << token.extra_bits() | token.extra(), length + token.extra_bits());
        Some(())
    })?;
    let mut recoded = parts.head.clone();
    for (kind, table) in TABLES.iter().zip(&tables).filter(|(kind, _)| parts.has(**kind)) {
        let body: Vec<u8> = [*kind].into_iter().chain(table.bytes()).collect();
        let length = u16::try_from(body.len() + 2).ok()?.to_be_bytes();
        recoded.extend([0xFF, marker::DHT].into_iter().chain(length).chain(body));
    }
    recoded.extend_from_slice(parts.scan);
    recoded.extend(writer.finish());
    recoded.extend([0xFF, marker::EOI]);
    Some(recoded)
}

/// A symbol with the bits that follow it: the table in the highest byte, then the symbol, then the bits.
/// The lower half of the symbol says how many these are.
#[derive(Clone, Copy)]
struct Token(u32);

impl Token {
    fn new(table: u8, symbol: u8, extra: u16) -> Self {
        let [high, low] = extra.to_be_bytes();
        Self(u32::from_be_bytes([table, symbol, high, low]))
    }

    const fn table(self) -> usize {
        (self.0 >> 24) as usize
    }

    const fn symbol(self) -> usize {
        (self.0 >> 16 & 0xFF) as usize
    }

    const fn extra_bits(self) -> u32 {
        self.0 >> 16 & 0x0F
    }

    const fn extra(self) -> u32 {
        self.0 & 0xFFFF
    }
}

/// A file taken apart.
struct Parts<'a> {
    /// Everything before the scan but the tables.
    head: Vec<u8>,
    tables: [Option<Table>; TABLES.len()],
    /// The header of the scan, and its data.
    scan: &'a [u8],
    data: &'a [u8],
    /// For each block of a minimum coded unit, the number of its component.
    unit: Vec<usize>,
    units: usize,
    components: usize,
}

impl<'a> Parts<'a> {
    fn of(file: &'a [u8]) -> Option<Self> {
        let mut head = file.get(..2)?.to_vec();
        let mut tables = [const { None }; TABLES.len()];
        let mut frame = None;
        for segment in Segments::new(file) {
            let segment = segment.ok()?;
            let bytes = file.get(segment.range.clone())?;
            match segment.marker {
                marker::DHT => take_tables(segment.payload, &mut tables)?,
                marker::DRI => return None,
                marker::SOS => {
                    let (scan, data) = bytes.split_at_checked(4 + segment.payload.len())?;
                    let (unit, units) = frame?;
                    let components = usize::from(*segment.payload.first()?);
                    return Some(Self { head, tables, scan, data, unit, units, components });
                }
                code => {
                    if code == marker::SOF0 {
                        frame = Some(units(segment.payload)?);
                    }
                    head.extend_from_slice(bytes);
                }
            }
        }
        None
    }

    fn has(&self, kind: u8) -> bool {
        let at = TABLES.iter().position(|of| *of == kind);
        at.and_then(|at| self.tables.get(at)).is_some_and(Option::is_some)
    }

    /// Gives the symbols of all blocks in turn to `each`.
    fn read(
        &self,
        data: &[u8],
        lookups: &Lookups,
        mut each: impl FnMut(Token) -> Option<()>,
    ) -> Option<()> {
        if self.unit.iter().max()? + 1 != self.components {
            return None;
        }
        let mut reader = Reader::new(data);
        for _ in 0..self.units {
            for component in &self.unit {
                // Brightness has the first tables, the colours share the second.
                let colour = u8::from(*component > 0);
                let [first, others] = [colour, 2 + colour];
                let mut read = |table: u8| {
                    let lookup = lookups.get(usize::from(table))?.as_ref()?;
                    let (length, symbol) = *lookup.get(usize::from(reader.peek()))?;
                    if length == 0 {
                        return None;
                    }
                    reader.skip(length.into());
                    let extra = reader.take(u32::from(symbol & 0x0F));
                    each(Token::new(table, symbol, extra))?;
                    Some(symbol)
                };
                read(first)?;
                let mut number = 1;
                while number < COEFFICIENTS {
                    match read(others)? {
                        0 => break,
                        symbol => number += usize::from(symbol >> 4) + 1,
                    }
                }
            }
        }
        Some(())
    }
}

fn take_tables(payload: &[u8], tables: &mut [Option<Table>; TABLES.len()]) -> Option<()> {
    let mut rest = payload;
    while let Some((kind, table)) = rest.split_first() {
        let at = TABLES.iter().position(|of| of == kind)?;
        let (table, after) = Table::read(table)?;
        *tables.get_mut(at)? = Some(table);
        rest = after;
    }
    Some(())
}

/// The blocks of a minimum coded unit, by the numbers of their components, and how many units there
/// are.
fn units(frame: &[u8]) -> Option<(Vec<usize>, usize)> {
    let (head, components) = frame.split_first_chunk::<6>()?;
    let [_, height @ .., _] = head;
    let (height, width) = height.split_first_chunk::<2>()?;
    let sides = [u16::from_be_bytes(width.try_into().ok()?), u16::from_be_bytes(*height)];
    let (components, _) = components.as_chunks::<3>();
    let factors: Vec<[usize; 2]> = components
        .iter()
        .map(|[_, factors, _]| [usize::from(factors >> 4), usize::from(factors & 0x0F)])
        .collect();
    if let [_] = factors.as_slice() {
        // A component alone comes block by block, whatever its factors.
        let blocks = sides.map(|side| usize::from(side).div_ceil(8));
        return Some((vec![0], blocks.iter().product()));
    }
    let most = |axis: usize| factors.iter().filter_map(|of| of.get(axis)).max().copied();
    let [across, down] = [most(0)?, most(1)?];
    let [width, height] = sides.map(usize::from);
    let units = width.div_ceil(8 * across) * height.div_ceil(8 * down);
    let blocks = factors.iter().enumerate();
    let unit = blocks.flat_map(|(at, [across, down])| std::iter::repeat_n(at, across * down));
    Some((unit.collect(), units))
}

/// Entropy-coded data without the zero behind each 0xFF.
fn without_zeros(data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(data.len());
    let mut parts = data.split_inclusive(|byte| *byte == 0xFF);
    if let Some(first) = parts.next() {
        bytes.extend_from_slice(first);
    }
    for part in parts {
        bytes.extend_from_slice(part.strip_prefix(&[0]).unwrap_or(part));
    }
    bytes
}
