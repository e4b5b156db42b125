//! Averages boxes of pixels while a decoder hands out rows, so that a large picture is never in
//! memory as a whole. What is left to do afterwards is at least halving, so that the boxes are not
//! seen, unless memory asks for larger ones.

use crate::variant::geometry::Size;
use crate::variant::resize::Decoded;
use crate::variant::{Layout, Pixels};

/// The widest box. The sum of 128 × 128 products of a colour and an opacity fits into 32 bits.
const WIDEST: u32 = 128;

/// How much memory boxes of half the size that they could have may cost; with more, they get larger.
const ROOMY: u64 = 64 << 20;

/// Bytes of a box: four sums of four bytes, and four samples.
const BOX_BYTES: u64 = 20;

/// The side of the boxes for a picture of this size that must become at least as large as `wanted`,
/// and the bytes that the work on them takes at most.
pub(crate) fn factor(stored: Size, wanted: (f64, f64)) -> (u32, u64) {
    let across = f64::from(stored.width) / wanted.0;
    let down = f64::from(stored.height) / wanted.1;
    let largest = across.min(down).clamp(1.0, f64::from(WIDEST));
    let reaches = |factor: u32| f64::from(factor) <= largest;
    let gentle = (1..=WIDEST).take_while(|factor| reaches(2 * factor)).last().unwrap_or(1);
    let sides = (gentle..=WIDEST).take_while(|factor| reaches(*factor));
    let costs = sides.map(|factor| (factor, bytes(stored, factor)));
    let mut last = (1, bytes(stored, 1));
    for (factor, bytes) in costs {
        last = (factor, bytes);
        if bytes <= ROOMY {
            break;
        }
    }
    last
}

/// What boxes of this side take, when pixels come in any order.
fn bytes(stored: Size, factor: u32) -> u64 {
    let boxes = reduced(stored, factor).area();
    if factor == 1 { boxes * 4 } else { boxes * BOX_BYTES }
}

fn reduced(stored: Size, factor: u32) -> Size {
    Size { width: stored.width.div_ceil(factor), height: stored.height.div_ceil(factor) }
}

/// In which order rows come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// From the top down, each pixel once.
    TopDown,
    /// In several passes.
    Passes,
}

/// A picture that is being made smaller.
#[derive(Debug)]
pub(super) struct Shrink {
    stored: Size,
    layout: Layout,
    order: Order,
    /// The side of a box.
    factor: u32,
    /// Boxes across.
    columns: usize,
    /// The boxes that are being summed: those of one row, or all.
    sums: Vec<u32>,
    /// The row of boxes that the first sums belong to.
    row: u32,
    samples: Vec<u8>,
}

impl Shrink {
    pub(super) fn new(stored: Size, layout: Layout, factor: u32, order: Order) -> Self {
        let Size { width, height } = reduced(stored, factor);
        let (columns, rows) = (width as usize, height as usize);
        let held = match order {
            _ if factor == 1 => 0,
            Order::TopDown => 1,
            Order::Passes => rows,
        };
        let samples = vec![0; columns * rows * layout.samples()];
        let sums = vec![0; columns * held * layout.samples()];
        Self { stored, layout, order, factor, columns, sums, row: 0, samples }
    }

    /// Takes pixels of row `y`, of which the first stands in column `x` and each further one `step`
    /// columns on. What stands outside is passed over.
    pub(super) fn take(&mut self, y: u32, (x, step): (u32, u32), pixels: &[u8]) {
        match self.layout {
            Layout::Gray => self.take_of::<1, false>(y, (x, step), pixels),
            Layout::GrayAlpha => self.take_of::<2, true>(y, (x, step), pixels),
            Layout::Rgb => self.take_of::<3, false>(y, (x, step), pixels),
            Layout::Rgba => self.take_of::<4, true>(y, (x, step), pixels),
            Layout::Cmyk => self.take_of::<4, false>(y, (x, step), pixels),
        }
    }

    fn take_of<const N: usize, const ALPHA: bool>(
        &mut self,
        y: u32,
        (x, step): (u32, u32),
        pixels: &[u8],
    ) {
        let (pixels, _) = pixels.as_chunks::<N>();
        let room = self.stored.width.saturating_sub(x).div_ceil(step.max(1)) as usize;
        let pixels = pixels.get(..room).unwrap_or(pixels);
        if y >= self.stored.height {
            return;
        }
        if self.factor == 1 {
            self.place::<N, ALPHA>(y, (x, step), pixels);
            return;
        }
        let row = y / self.factor;
        if self.order == Order::TopDown && row != self.row {
            self.flush();
            self.row = row;
        }
        let start = self.columns * (row - self.first_row()) as usize;
        let (sums, _) = self.sums.as_chunks_mut::<N>();
        let sums = sums.get_mut(start..).unwrap_or_default();
        let factor = self.factor as usize;
        if (x, step) == (0, 1) {
            for (sum, pixels) in sums.iter_mut().zip(pixels.chunks(factor)) {
                pixels.iter().for_each(|pixel| add::<N, ALPHA>(sum, pixel));
            }
        } else {
            for (at, pixel) in (x as usize..).step_by(step.max(1) as usize).zip(pixels) {
                if let Some(sum) = sums.get_mut(at / factor) {
                    add::<N, ALPHA>(sum, pixel);
                }
            }
        }
    }

    /// Pixels that are boxes by themselves.
    fn place<const N: usize, const ALPHA: bool>(
        &mut self,
        y: u32,
        (x, step): (u32, u32),
        pixels: &[[u8; N]],
    ) {
        let (places, _) = self.samples.as_chunks_mut::<N>();
        let row = places.get_mut(self.columns * y as usize + x as usize..).unwrap_or_default();
        for (place, pixel) in row.iter_mut().step_by(step.max(1) as usize).zip(pixels) {
            *place = if ALPHA { multiplied(*pixel) } else { *pixel };
        }
    }

    const fn first_row(&self) -> u32 {
        match self.order {
            Order::TopDown => self.row,
            Order::Passes => 0,
        }
    }

    /// Writes the sums down as pixels, and begins new ones.
    fn flush(&mut self) {
        match self.layout {
            Layout::Gray => self.flush_of::<1, false>(),
            Layout::GrayAlpha => self.flush_of::<2, true>(),
            Layout::Rgb => self.flush_of::<3, false>(),
            Layout::Rgba => self.flush_of::<4, true>(),
            Layout::Cmyk => self.flush_of::<4, false>(),
        }
    }

    fn flush_of<const N: usize, const ALPHA: bool>(&mut self) {
        let first = self.first_row();
        let Size { width, height } = self.stored;
        let side = |length: u32, at: u32| self.factor.min(length - (at * self.factor).min(length));
        let (places, _) = self.samples.as_chunks_mut::<N>();
        let rows = places.chunks_mut(self.columns).skip(first as usize);
        let (sums, _) = self.sums.as_chunks_mut::<N>();
        for ((down, row), sums) in (first..).zip(rows).zip(sums.chunks_mut(self.columns)) {
            let high = side(height, down);
            for ((across, place), sum) in (0..).zip(row).zip(sums) {
                let count = high * side(width, across);
                *place = average::<N, ALPHA>(sum, count.max(1));
                *sum = [0; N];
            }
        }
    }

    /// The picture.
    pub(super) fn finish(mut self) -> Decoded {
        if self.factor > 1 {
            self.flush();
        }
        let Size { width, height } = reduced(self.stored, self.factor);
        let scaled = |side: u32| f64::from(side) / f64::from(self.factor);
        Decoded {
            pixels: Pixels { width, height, layout: self.layout, samples: self.samples },
            extent: (scaled(self.stored.width), scaled(self.stored.height)),
        }
    }
}

/// Adds a pixel to its box. With an opacity, which stands last, the colours weigh by it.
#[inline]
fn add<const N: usize, const ALPHA: bool>(sum: &mut [u32; N], pixel: &[u8; N]) {
    let weight = if ALPHA { pixel.last().map_or(1, |alpha| u32::from(*alpha)) } else { 1 };
    let colours = if ALPHA { N - 1 } else { N };
    for (sum, sample) in sum.iter_mut().zip(pixel).take(colours) {
        *sum += u32::from(*sample) * weight;
    }
    if let (true, Some(sum)) = (ALPHA, sum.last_mut()) {
        *sum += weight;
    }
}

/// The pixel of a box of `count` pixels.
#[inline]
fn average<const N: usize, const ALPHA: bool>(sum: &[u32; N], count: u32) -> [u8; N] {
    let mut pixel = [0; N];
    let colours = if ALPHA { N - 1 } else { N };
    for (at, (sample, sum)) in pixel.iter_mut().zip(sum).enumerate() {
        let count = if ALPHA && at < colours { 255 * count } else { count };
        // An average of bytes is a byte.
        *sample = u8::try_from((sum + count / 2) / count).unwrap_or(u8::MAX);
    }
    pixel
}

/// A pixel with its colours multiplied by its opacity.
fn multiplied<const N: usize>(pixel: [u8; N]) -> [u8; N] {
    let mut sum = [0; N];
    add::<N, true>(&mut sum, &pixel);
    average::<N, true>(&sum, 1)
}
