//! From the lowest coefficients of a block to its samples at reduced size.
//!
//! The `n` lowest coefficients of eight, put through a transform of `n` points, give the block
//! without the details that `n` samples cannot show. With the scaling of T.81, A.3.3, all sizes
//! share one formula for each direction:
//!
//! ```text
//! sample[x] = 1/√8 · (c[0] + √2 · Σ c[k] · cos((2x + 1) · k · π / 2n))
//! ```

/// Coefficients in rows of eight, the lowest frequencies first in both directions.
pub(super) type Block = [[i32; 8]; 8];

/// Those of `L` columns at one frequency, or in one row.
type Lanes<const L: usize> = [f32; L];

/// The sample of a block of which only the first coefficient is wanted.
#[inline(always)]
pub(super) fn one(first: i32) -> u8 {
    (first.saturating_add(4) >> 3).saturating_add(128).clamp(0, 255) as u8
}

/// The 2 × 2 samples of 2 × 2 coefficients.
#[inline(always)]
pub(super) fn two_by_two(block: &Block) -> [[u8; 2]; 2] {
    let [[a, b, ..], [c, d, ..], ..] = *block;
    let [a, b, c, d] = [a, b, c, d].map(|it| it.clamp(-(1 << 15), 1 << 15));
    let ([u, v], [w, x]) = ([a + b, a - b], [c + d, c - d]);
    [[one(u + w), one(v + x)], [one(u - w), one(v - x)]]
}

/// The samples of as many coefficients, `W` × `H` at the upper left. Both are 1, 2, 4 or 8.
#[inline(never)]
pub(super) fn samples<const W: usize, const H: usize>(block: &Block) -> [[u8; W]; H] {
    let mut values = [[0.0; W]; H];
    for (row, from) in values.iter_mut().zip(block) {
        for (value, from) in row.iter_mut().zip(from) {
            *value = *from as f32;
        }
    }
    transform(&mut values);
    let mut turned = transposed(&values);
    transform(&mut turned);
    let mut samples = [[0; W]; H];
    for (row, from) in samples.iter_mut().zip(&transposed(&turned)) {
        for (sample, from) in row.iter_mut().zip(from) {
            *sample = rounded(*from);
        }
    }
    samples
}

/// The 8 × 8 samples of a block whose coefficients are zero but for 4 × 4 at the upper left.
#[inline(never)]
pub(super) fn samples_of_corner(block: &Block) -> [[u8; 8]; 8] {
    let [a, b, c, d, ..] = block;
    let corner = [a, b, c, d].map(|row| {
        let [a, b, c, d, ..] = *row;
        [a as f32, b as f32, c as f32, d as f32]
    });
    let turned = transposed(&eight_of_four(corner));
    let mut samples = [[0; 8]; 8];
    for (row, from) in samples.iter_mut().zip(&transposed(&eight_of_four(turned))) {
        for (sample, from) in row.iter_mut().zip(from) {
            *sample = rounded(*from);
        }
    }
    samples
}

/// Replaces rows of coefficients by as many rows of samples, not yet divided by √8.
#[inline(always)]
fn transform<const L: usize, const N: usize>(rows: &mut [Lanes<L>; N]) {
    match rows.as_mut_slice() {
        [a, b, c, d, e, f, g, h] => {
            let even = four_points([*a, *c, *e, *g]);
            let odd = odd_points([*b, *d, *f, *h]);
            let (sums, differences) = (both(even, odd, add), both(even, odd, subtract));
            [*a, *b, *c, *d] = sums;
            [*h, *g, *f, *e] = differences;
        }
        [a, b, c, d] => [*a, *b, *c, *d] = four_points([*a, *b, *c, *d]),
        [a, b] => (*a, *b) = (add(*a, *b), subtract(*a, *b)),
        _ => {}
    }
}

/// √2 · cos(kπ/16).
const C1: f32 = 1.387_039_8;
const C2: f32 = 1.306_563;
const C3: f32 = 1.175_875_6;
const C5: f32 = 0.785_694_96;
const C6: f32 = 0.541_196_1;
const C7: f32 = 0.275_899_4;

/// Four coefficients, after which four zeros follow, to eight samples.
#[inline(always)]
fn eight_of_four<const L: usize>([a, b, c, d]: [Lanes<L>; 4]) -> [Lanes<L>; 8] {
    let (outer, inner) = (times(c, C2), times(c, C6));
    let even = [add(a, outer), add(a, inner), subtract(a, inner), subtract(a, outer)];
    let odd = [
        add(times(b, C1), times(d, C3)),
        subtract(times(b, C3), times(d, C7)),
        subtract(times(b, C5), times(d, C1)),
        subtract(times(b, C7), times(d, C5)),
    ];
    let ([e, f, g, h], [l, k, j, i]) = (both(even, odd, add), both(even, odd, subtract));
    [e, f, g, h, i, j, k, l]
}

/// Four coefficients to four samples.
#[inline(always)]
fn four_points<const L: usize>([a, b, c, d]: [Lanes<L>; 4]) -> [Lanes<L>; 4] {
    let (outer, inner) = (add(a, c), subtract(a, c));
    let outer_odd = add(times(b, C2), times(d, C6));
    let inner_odd = subtract(times(b, C6), times(d, C2));
    [
        add(outer, outer_odd),
        add(inner, inner_odd),
        subtract(inner, inner_odd),
        subtract(outer, outer_odd),
    ]
}

/// What the odd ones of eight coefficients add to the first four samples, and take from the others.
#[inline(always)]
fn odd_points<const L: usize>(odd: [Lanes<L>; 4]) -> [Lanes<L>; 4] {
    let [a, b, c, d] = odd;
    let weigh = |e, f, g, h| {
        let (left, right) = (add(times(a, e), times(b, f)), add(times(c, g), times(d, h)));
        add(left, right)
    };
    [
        weigh(C1, C3, C5, C7),
        weigh(C3, -C7, -C1, -C5),
        weigh(C5, -C1, C7, C3),
        weigh(C7, -C5, C3, -C1),
    ]
}

#[inline(always)]
fn both<const L: usize>(
    left: [Lanes<L>; 4],
    right: [Lanes<L>; 4],
    operation: impl Fn(Lanes<L>, Lanes<L>) -> Lanes<L>,
) -> [Lanes<L>; 4] {
    let ([a, b, c, d], [e, f, g, h]) = (left, right);
    [operation(a, e), operation(b, f), operation(c, g), operation(d, h)]
}

#[inline(always)]
fn add<const L: usize>(mut left: Lanes<L>, right: Lanes<L>) -> Lanes<L> {
    left.iter_mut().zip(right).for_each(|(left, right)| *left += right);
    left
}

#[inline(always)]
fn subtract<const L: usize>(mut left: Lanes<L>, right: Lanes<L>) -> Lanes<L> {
    left.iter_mut().zip(right).for_each(|(left, right)| *left -= right);
    left
}

#[inline(always)]
fn times<const L: usize>(mut lanes: Lanes<L>, factor: f32) -> Lanes<L> {
    lanes.iter_mut().for_each(|value| *value *= factor);
    lanes
}

#[inline(always)]
fn transposed<const L: usize, const N: usize>(rows: &[Lanes<L>; N]) -> [Lanes<N>; L] {
    let mut turned = [[0.0; N]; L];
    for (column, row) in rows.iter().enumerate() {
        for (target, value) in turned.iter_mut().zip(row) {
            if let Some(target) = target.get_mut(column) {
                *target = *value;
            }
        }
    }
    turned
}

/// The sample of a value that is not yet divided by 8.
#[inline(always)]
fn rounded(value: f32) -> u8 {
    /// Beyond it the last bit of a number is 1, so that adding it rounds.
    const INTEGERS: f32 = (3 << 22) as f32;
    let sample = (value * 0.125 + 128.0).clamp(0.0, 255.0);
    ((sample + INTEGERS).to_bits() & 255) as u8
}
