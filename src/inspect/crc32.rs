//! The CRC-32 of PNG (polynomial 0xEDB88320, reflected), sixteen bytes a step.

/// Table `k` advances a byte over `k` further zero bytes ("slicing-by-16", after Kounavis and Berry).
static TABLES: [[u32; 256]; 16] = tables();

/// The checksum of `bytes`.
pub(super) fn checksum(bytes: &[u8]) -> u32 {
    let (blocks, rest) = bytes.as_chunks::<16>();
    let crc = blocks.iter().fold(!0, |crc, block| step16(crc, *block));
    !rest.iter().fold(crc, |crc, byte| step1(crc, *byte))
}

fn step1(crc: u32, byte: u8) -> u32 {
    let [table, ..] = &TABLES;
    let [low, ..] = crc.to_le_bytes();
    lookup(table, low ^ byte) ^ (crc >> 8)
}

fn step16(crc: u32, block: [u8; 16]) -> u32 {
    let folded = u128::from_le_bytes(block) ^ u128::from(crc);
    folded
        .to_be_bytes()
        .into_iter()
        .zip(&TABLES)
        .fold(0, |crc, (byte, table)| crc ^ lookup(table, byte))
}

/// A table has an entry for each byte, so the bounds check vanishes.
fn lookup(table: &[u32; 256], byte: u8) -> u32 {
    table.get(usize::from(byte)).copied().unwrap_or_default()
}

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, which stops on a bad index"
)]
#[expect(clippy::cast_possible_truncation, reason = "the index is below 256")]
const fn tables() -> [[u32; 256]; 16] {
    let mut tables = [[0; 256]; 16];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { 0xEDB8_8320 ^ (crc >> 1) } else { crc >> 1 };
            bit += 1;
        }
        tables[0][byte] = crc;
        byte += 1;
    }
    let mut table = 1;
    while table < 16 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[table - 1][byte];
            tables[table][byte] = tables[0][(before & 0xFF) as usize] ^ (before >> 8);
            byte += 1;
        }
        table += 1;
    }
    tables
}
