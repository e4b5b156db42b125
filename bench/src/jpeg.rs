//! Makes a valid JPEG of an exact size: grey noise, coded with tables of two symbols.

/// Pixels across: 128 blocks of 8.
const WIDTH: u16 = 1024;
const BLOCKS_ACROSS: usize = 128;
/// A block of noise is at least so long: a bit for DC, and 63 coefficients of two bits of code and
/// ten of amplitude.
const NOISE_BLOCK: usize = (1 + 63 * 12) / 8;
/// And at most twice as long, because each 0xFF in it is followed by a zero.
const NOISE_BLOCK_MOST: usize = 2 * (NOISE_BLOCK + 1);
/// How the payload of a colour profile begins: its name, and that it is the first part of one.
const PROFILE: &[u8] = b"ICC_PROFILE\0\x01\x01";
/// What is missing at the end goes into a colour profile, which is not taken out of an image before
/// it is stored; this is the shortest, with its marker and length.
const SMALLEST_PROFILE: usize = 4 + PROFILE.len();

/// The smallest image that [`of_size`] makes.
#[cfg(test)]
const SMALLEST: usize = 1000;

/// A baseline JPEG of exactly `size` bytes, which must be a thousand at least. `seed` decides its
/// pixels.
pub(crate) fn of_size(size: usize, seed: u64) -> Vec<u8> {
    let rows = size / NOISE_BLOCK / BLOCKS_ACROSS + 1;
    let blocks = rows * BLOCKS_ACROSS;
    let head = head(u16::try_from(rows * 8).unwrap_or(u16::MAX));
    let scan_header = [0xFF, 0xDA, 0, 8, 1, 1, 0x00, 0, 63, 0];
    let fixed = head.len() + scan_header.len() + 2;
    let room = size.saturating_sub(fixed + SMALLEST_PROFILE);
    let scan = scan(blocks, room, seed);
    let profile = size.saturating_sub(fixed + scan.len());
    let mut jpeg = Vec::with_capacity(size);
    jpeg.extend_from_slice(&head);
    push_profile(&mut jpeg, profile);
    jpeg.extend_from_slice(&scan_header);
    jpeg.extend_from_slice(&scan);
    jpeg.extend_from_slice(&[0xFF, 0xD9]);
    jpeg
}

/// The same with metadata of this length in front.
pub(crate) fn with_metadata(size: usize, metadata: usize, seed: u64) -> Vec<u8> {
    let image = of_size(size.saturating_sub(metadata + 4), seed);
    let mut jpeg = vec![0xFF, 0xD8];
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0".to_vec();
    exif.resize(metadata, b'n');
    push_segment(&mut jpeg, 0xE1, &exif);
    jpeg.extend_from_slice(image.get(2..).unwrap_or_default());
    jpeg
}

/// Everything before the scan, without the profile.
fn head(height: u16) -> Vec<u8> {
    let mut head = vec![0xFF, 0xD8];
    push_segment(&mut head, 0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    let mut quantisation = vec![0];
    quantisation.extend_from_slice(&[1; 64]);
    push_segment(&mut head, 0xDB, &quantisation);
    let ([h1, h0], [w1, w0]) = (height.to_be_bytes(), WIDTH.to_be_bytes());
    push_segment(&mut head, 0xC0, &[8, h1, h0, w1, w0, 1, 1, 0x11, 0]);
    push_segment(&mut head, 0xC4, &huffman(0x00, &[0x00]));
    push_segment(&mut head, 0xC4, &huffman(0x10, &[0x00, 0x0A]));
    head
}

/// A table that gives its symbols the codes `0`, `10` and so on.
fn huffman(class: u8, symbols: &[u8]) -> Vec<u8> {
    let mut table = vec![class];
    table.extend((0..16).map(|length| u8::from(length < symbols.len())));
    table.extend_from_slice(symbols);
    table
}

fn push_segment(out: &mut Vec<u8>, marker: u8, payload: &[u8]) {
    let length = u16::try_from(payload.len() + 2).unwrap_or(u16::MAX);
    out.extend_from_slice(&[0xFF, marker]);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(payload);
}

/// A colour profile that takes `length` bytes with its marker.
fn push_profile(out: &mut Vec<u8>, length: usize) {
    let rest = vec![b' '; length.saturating_sub(SMALLEST_PROFILE)];
    push_segment(out, 0xE2, &[PROFILE, &rest].concat());
}

/// The coded blocks: noise as long as `room` lasts, and flat grey from there on.
fn scan(blocks: usize, room: usize, seed: u64) -> Vec<u8> {
    let mut bits = Bits { out: Vec::with_capacity(room), held: 0, count: 0 };
    let mut noise = Noise(seed | 1);
    for block in 0..blocks {
        let flat_rest = (blocks - block) / 4 + 8;
        bits.push(0, 1);
        if bits.out.len() + NOISE_BLOCK_MOST + flat_rest < room {
            for _ in 0..63 {
                bits.push(0b10 << 10 | noise.ten_bits(), 12);
            }
        } else {
            bits.push(0, 1);
        }
    }
    bits.finish()
}

/// The bits of a scan, where each byte 0xFF is followed by a zero.
struct Bits {
    out: Vec<u8>,
    held: u32,
    count: u32,
}

impl Bits {
    fn push(&mut self, bits: u32, count: u32) {
        self.held = self.held << count | bits;
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            let [.., byte] = (self.held >> self.count).to_be_bytes();
            self.out.push(byte);
            if byte == 0xFF {
                self.out.push(0);
            }
        }
        self.held &= (1 << self.count) - 1;
    }

    /// Fills the last byte with ones, as the standard asks.
    fn finish(mut self) -> Vec<u8> {
        let missing = (8 - self.count % 8) % 8;
        self.push((1 << missing) - 1, missing);
        self.out
    }
}

/// Marsaglia's xorshift64, which never gives zero.
struct Noise(u64);

impl Noise {
    fn ten_bits(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from(self.0 >> 54).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_taken_for_an_image_and_decodes() {
        let jpeg = of_size(100_000, 7);
        let facts = tintype::inspect::inspect(&jpeg, &tintype::inspect::Limits::default()).unwrap();
        assert_eq!(facts.format, tintype::image::Format::Jpeg);
        let decoded = image::load_from_memory(&jpeg).unwrap().into_luma8();
        assert_eq!(decoded.width(), u32::from(WIDTH));
        let first = decoded.as_raw()[0];
        assert!(decoded.as_raw().iter().any(|pixel| *pixel != first), "there is no noise");
    }

    #[test]
    fn the_largest_is_within_the_limits() {
        let jpeg = of_size(10_000_000, 7);
        let limits = tintype::inspect::Limits::default();
        assert!(tintype::inspect::inspect(&jpeg, &limits).is_ok());
    }

    #[test]
    fn has_exactly_the_size() {
        for size in [SMALLEST, 1001, 5_000, 100_000, 123_457, 1_000_000] {
            let jpeg = of_size(size, 7);
            assert_eq!(jpeg.len(), size);
            assert!(jpeg.starts_with(&[0xFF, 0xD8]) && jpeg.ends_with(&[0xFF, 0xD9]));
            let metadata = tintype::strip::Metadata::default();
            let format = tintype::image::Format::Jpeg;
            let (stored, _) = tintype::strip::strip(&jpeg, format, metadata).unwrap();
            assert_eq!(stored.len(), size, "it is stored as it is");
        }
    }
}
