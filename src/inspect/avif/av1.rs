//! The size that AV1 data itself states. The boxes around it may lie, and the decoder believes the
//! data.

use crate::inspect::Corruption;
use crate::inspect::reader::Reader;
use crate::inspect::size::Size;

/// The number of the sequence header among the types of OBU ("open bitstream unit").
const SEQUENCE_HEADER: u8 = 1;

/// The largest frame size that the first sequence header in `data` allows (AV1, section 5.5).
pub(super) fn stated_size(data: &[u8]) -> Result<Size, Corruption> {
    let mut reader = Reader::new(data);
    while !reader.rest().is_empty() {
        let header = reader.u8()?;
        if header & 0x04 != 0 {
            let _extension = reader.u8()?;
        }
        let has_length = header & 0x02 != 0;
        let length = if has_length { leb128(&mut reader)? } else { reader.rest().len() };
        let payload = reader.take(length)?;
        if (header >> 3) & 0x0F == SEQUENCE_HEADER {
            return sequence_size(&mut Bits { bytes: payload, at: 0 });
        }
    }
    Err(Corruption::MissingHeader)
}

/// A length in groups of seven bits, lowest first, of at most eight bytes (AV1, section 4.10.5).
fn leb128(reader: &mut Reader<'_>) -> Result<usize, Corruption> {
    let mut value = 0_u64;
    for group in 0..8 {
        let byte = reader.u8()?;
        value |= u64::from(byte & 0x7F) << (7 * group);
        if byte & 0x80 == 0 {
            break;
        }
    }
    usize::try_from(value).map_err(|_| Corruption::Truncated)
}

/// Reads a sequence header up to the size (AV1, section 5.5.1).
fn sequence_size(bits: &mut Bits<'_>) -> Result<Size, Corruption> {
    let _profile_and_still = bits.read(4)?;
    if bits.flag()? {
        let _level = bits.read(5)?;
    } else {
        skip_operating_points(bits)?;
    }
    let width_bits = bits.read(4)? + 1;
    let height_bits = bits.read(4)? + 1;
    let width = bits.read(width_bits)? + 1;
    let height = bits.read(height_bits)? + 1;
    Size::new(width, height)
}

/// Passes over the timing and the operating points of a header that is not of the reduced form.
fn skip_operating_points(bits: &mut Bits<'_>) -> Result<(), Corruption> {
    let delay_bits = if bits.flag()? { skip_timing(bits)? } else { None };
    let has_display_delay = bits.flag()?;
    let points = bits.read(5)? + 1;
    for _ in 0..points {
        let _operating_point = bits.read(12)?;
        let level = bits.read(5)?;
        if level > 7 {
            let _tier = bits.flag()?;
        }
        if let Some(delay_bits) = delay_bits
            && bits.flag()?
        {
            let _decoder_delay = bits.read(delay_bits)?;
            let _encoder_delay = bits.read(delay_bits)?;
            let _low_delay = bits.flag()?;
        }
        if has_display_delay && bits.flag()? {
            let _display_delay = bits.read(4)?;
        }
    }
    Ok(())
}

/// Passes over the timing; the answer is the width of the delays of the decoder model, if there is
/// one.
fn skip_timing(bits: &mut Bits<'_>) -> Result<Option<u32>, Corruption> {
    let _units_in_tick = bits.read(32)?;
    let _time_scale = bits.read(32)?;
    if bits.flag()? {
        skip_uvlc(bits)?;
    }
    if !bits.flag()? {
        return Ok(None);
    }
    let delay_bits = bits.read(5)? + 1;
    let _units_in_decoding_tick = bits.read(32)?;
    let _removal_and_presentation_bits = bits.read(10)?;
    Ok(Some(delay_bits))
}

/// Passes over a number that is as many bits long as there are zeros before it (AV1, section 4.10.3).
fn skip_uvlc(bits: &mut Bits<'_>) -> Result<(), Corruption> {
    let mut zeros = 0_u32;
    while !bits.flag()? {
        zeros += 1;
    }
    if zeros < 32 {
        let _value = bits.read(zeros)?;
    }
    Ok(())
}

/// A cursor over bits, the highest of each byte first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn flag(&mut self) -> Result<bool, Corruption> {
        let byte = self.bytes.get(self.at / 8).ok_or(Corruption::Truncated)?;
        let bit = (byte >> (7 - self.at % 8)) & 1;
        self.at += 1;
        Ok(bit == 1)
    }

    /// The next `count` bits, of which there are at most 32.
    fn read(&mut self, count: u32) -> Result<u32, Corruption> {
        (0..count).try_fold(0_u32, |value, _| Ok((value << 1) | u32::from(self.flag()?)))
    }
}
