//! What stands for a picture until it is there: a `ThumbHash`, and the colour that most of it has.

use super::Pixels;
use super::compose::coloured_with_opacity;
use super::geometry::Size;

/// The longest side of the picture that a placeholder is made of. `ThumbHash` takes up to 100, and
/// keeps seven waves at most, so that what is finer does not change it.
pub(super) const SIDE: u32 = 64;

/// The size in which a picture goes into its placeholder.
pub(super) fn size(picture: Size) -> Size {
    let order = super::Order {
        width: Some(SIDE),
        height: Some(SIDE),
        fit: super::Fit::Inside,
        output: super::Output::Png,
    };
    super::geometry::Geometry::of(picture, &order).size
}

/// What is shown until the picture is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Placeholder {
    /// A `ThumbHash`, at most 25 bytes: some low waves of the picture.
    pub(crate) hash: Vec<u8>,
    /// The dominant colour: red, green and blue, in sRGB.
    pub(crate) color: [u8; 3],
}

impl Placeholder {
    /// Of a picture no side of which is longer than [`SIDE`], in sRGB and not multiplied by its
    /// opacity.
    pub(super) fn of(pixels: Pixels) -> Self {
        let pixels = coloured_with_opacity(pixels);
        let (width, height) = (pixels.width as usize, pixels.height as usize);
        let hash = thumbhash::rgba_to_thumb_hash(width, height, &pixels.samples);
        Self { hash, color: dominant(&pixels.samples) }
    }
}

/// Bits of brightness, and of each of two differences of colour, that tell colours apart.
const BITS: u32 = 3;

/// The dominant colour of RGBA.
///
/// Colours are sorted into a small histogram by brightness and two differences of colour, which is
/// nearer to how they are seen than red, green and blue are. The fullest cell together with its
/// neighbours wins, and the mean of their pixels is the colour. So it is a colour that is there, while
/// the mean of a whole picture is often a grey that is not. Transparent pixels count by their opacity.
fn dominant(samples: &[u8]) -> [u8; 3] {
    let (pixels, _) = samples.as_chunks::<4>();
    let mut cells = vec![Cell::default(); 1 << (3 * BITS)];
    for pixel in pixels {
        if let Some(cell) = cells.get_mut(position(pixel)) {
            cell.add(pixel);
        }
    }
    let fullest = (0..1 << (3 * BITS)).map(|at| around(&cells, at)).max_by_key(|cell| cell.weight);
    fullest.unwrap_or_default().mean()
}

/// The cell of a colour.
fn position([red, green, blue, _]: &[u8; 4]) -> usize {
    let (red, green, blue) = (usize::from(*red), usize::from(*green), usize::from(*blue));
    // Weights of BT.601 in 256ths; the differences are from 0 to 510, and halved.
    let luma = (77 * red + 150 * green + 29 * blue) >> 8;
    let warm = (255 + red - blue) / 2;
    let green = (510 + 2 * green - red - blue) / 4;
    let cell = |value: usize| value >> (8 - BITS);
    (cell(luma) << (2 * BITS)) | (cell(warm) << BITS) | cell(green)
}

/// What a cell and those that touch it by a side hold.
fn around(cells: &[Cell], at: usize) -> Cell {
    let mut sum = cells.get(at).copied().unwrap_or_default();
    if sum.weight == 0 {
        return sum;
    }
    for axis in 0..3 {
        let step = 1 << (axis * BITS);
        let place = (at >> (axis * BITS)) & ((1 << BITS) - 1);
        if place > 0 {
            sum = sum.and(cells.get(at - step));
        }
        if place < (1 << BITS) - 1 {
            sum = sum.and(cells.get(at + step));
        }
    }
    sum
}

/// The sum of the pixels of a cell; each weighs as much as it is opaque.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    weight: u32,
    sums: [u32; 3],
}

impl Cell {
    /// A picture of 64 × 64 pixels cannot overflow it: 255 × 255 × 4096 is less than 2 to the 28th.
    fn add(&mut self, [red, green, blue, alpha]: &[u8; 4]) {
        let weight = u32::from(*alpha);
        self.weight += weight;
        for (sum, sample) in self.sums.iter_mut().zip([red, green, blue]) {
            *sum += weight * u32::from(*sample);
        }
    }

    fn and(mut self, other: Option<&Self>) -> Self {
        let Some(other) = other else { return self };
        self.weight += other.weight;
        for (sum, more) in self.sums.iter_mut().zip(other.sums) {
            *sum += more;
        }
        self
    }

    /// The mean colour; white, on which pages lay it, where nothing is opaque.
    fn mean(self) -> [u8; 3] {
        if self.weight == 0 {
            return [u8::MAX; 3];
        }
        self.sums.map(|sum| u8::try_from((sum + self.weight / 2) / self.weight).unwrap_or(u8::MAX))
    }
}
