//! Looks ahead at the prefix codes of a lossless WebP (RFC 9649, section 3).
//!
//! A picture may have up to 65,536 groups of five codes, whatever its size. A group of some ten bytes
//! in the file becomes tables of tens of kilobytes, and no decoder known here bounds them: a file of a
//! megabyte takes gigabytes. So what comes before the pixels is read here first, the codes are counted
//! and their tables summed up. Whatever is broken is left to the decoder to tell.

mod bits;
mod codes;
mod image;

use super::frames::Lossless;
use crate::image::Format;
use crate::variant::error::RenderError;
use crate::variant::geometry::Size;
use crate::variant::{Deadline, TimedOut};
use bits::{Bits, End};
use codes::Group;
use image::Pixel;

/// The header of a picture that says its size: a signature of eight bits, twice 14 bits of size, one
/// of opacity, three of version.
const SIGNATURE: u32 = 8;
const SIDE: u32 = 14;
const REST: u32 = 4;

/// Refuses lossless data whose tables would take more than `limit` bytes. `size` is that of the
/// picture, for data that does not say it.
pub(super) fn admit(
    lossless: &Lossless<'_>,
    size: Size,
    limit: u64,
    deadline: Deadline,
) -> Result<(), RenderError> {
    let mut bits = Bits::new(lossless.data);
    let size = (size.width, size.height);
    let size = if lossless.is_bare { Ok(size) } else { stated_size(&mut bits) };
    let mut walk = Walk { bits, tables: 0, limit, deadline };
    match size.map_err(Stop::End).and_then(|size| walk.picture(size)) {
        Ok(()) | Err(Stop::End(End)) => Ok(()),
        Err(Stop::TooMuch) => Err(RenderError::Unusual(Format::Webp)),
        Err(Stop::TimedOut(timed_out)) => Err(timed_out.into()),
    }
}

fn stated_size(bits: &mut Bits<'_>) -> Result<(u32, u32), End> {
    bits.take(SIGNATURE)?;
    let size = (bits.take(SIDE)? + 1, bits.take(SIDE)? + 1);
    bits.take(REST)?;
    Ok(size)
}

/// Why the walk does not reach the pixels.
enum Stop {
    /// The data ends or is broken.
    End(End),
    /// The tables take more than they may.
    TooMuch,
    TimedOut(TimedOut),
}

impl From<End> for Stop {
    fn from(end: End) -> Self {
        Self::End(end)
    }
}

struct Walk<'a> {
    bits: Bits<'a>,
    /// Bytes that a decoder needs for tables.
    tables: u64,
    limit: u64,
    deadline: Deadline,
}

impl Walk<'_> {
    /// Reads everything before the pixels of a picture.
    fn picture(&mut self, (mut width, height): (u32, u32)) -> Result<(), Stop> {
        let mut seen = [false; 4];
        while self.bits.flag()? {
            let kind = self.bits.take(2)?;
            match seen.get_mut(kind as usize) {
                Some(seen) if !*seen => *seen = true,
                Some(_) | None => return Err(End.into()),
            }
            width = self.transform(kind, (width, height))?;
        }
        let cache = self.cache()?;
        let groups = if self.bits.flag()? { self.meta((width, height))? } else { 1 };
        for _ in 0..groups {
            self.deadline.check().map_err(Stop::TimedOut)?;
            self.group(cache)?;
        }
        Ok(())
    }

    /// Passes over a transform; gives the width of what is coded after it.
    fn transform(&mut self, kind: u32, (width, height): (u32, u32)) -> Result<u32, Stop> {
        match kind {
            // Predictors and colour elements: a picture of a pixel a block.
            0 | 1 => {
                let bits = self.bits.take(3)? + 2;
                self.image((blocks(width, bits), blocks(height, bits)))?;
                Ok(width)
            }
            // Green was subtracted, about which there is nothing to say.
            2 => Ok(width),
            // A palette; with few colours several pixels are packed into one.
            _ => {
                let colours = self.bits.take(8)? + 1;
                self.image((colours, 1))?;
                let bits = match colours {
                    ..=2 => 3,
                    3..=4 => 2,
                    5..=16 => 1,
                    _ => 0,
                };
                Ok(blocks(width, bits))
            }
        }
    }

    /// The number of groups by the picture that says which block uses which.
    fn meta(&mut self, (width, height): (u32, u32)) -> Result<u32, Stop> {
        let bits = self.bits.take(3)? + 2;
        let image = self.image((blocks(width, bits), blocks(height, bits)))?;
        let group = |[red, green, _, _]: &Pixel| u32::from(*red) << 8 | u32::from(*green);
        Ok(image.iter().map(group).max().unwrap_or_default() + 1)
    }

    /// A picture with one group of codes.
    fn image(&mut self, (width, height): (u32, u32)) -> Result<Vec<Pixel>, Stop> {
        let cache = self.cache()?;
        let group = self.group(cache)?;
        let deadline = self.deadline;
        let look = || deadline.check().map_err(Stop::TimedOut);
        image::read(&mut self.bits, &group, (width, height), (cache, look))
    }

    /// Bits of the index into the cache of colours; none when there is no cache.
    fn cache(&mut self) -> Result<u32, Stop> {
        let bits = if self.bits.flag()? { self.bits.take(4)? } else { return Ok(0) };
        if (1..=11).contains(&bits) { Ok(bits) } else { Err(End.into()) }
    }

    fn group(&mut self, cache: u32) -> Result<Group, Stop> {
        let group = Group::read(&mut self.bits, cache)?;
        self.tables += group.table_bytes();
        if self.tables > self.limit { Err(Stop::TooMuch) } else { Ok(group) }
    }
}

/// Blocks of `1 << bits` pixels in a side.
const fn blocks(side: u32, bits: u32) -> u32 {
    side.div_ceil(1 << bits)
}
