//! In which order the coefficients of a block come (T.81, figure A.6).

/// The place of each coefficient in rows of eight.
const PLACES: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// The place of the coefficient of this number, 0 to 63, in rows of eight.
#[inline(always)]
pub(super) fn place(number: u32) -> usize {
    usize::from(PLACES.get((number & 63) as usize).copied().unwrap_or(0))
}

/// The number of the last of those that make up the `across` × `down` lowest.
pub(super) fn last_of(across: u32, down: u32) -> u32 {
    (0..64).rfind(|number| is_among(*number, across, down)).unwrap_or(0)
}

/// Whether the coefficient of this number is one of the `across` × `down` lowest.
pub(super) fn is_among(number: u32, across: u32, down: u32) -> bool {
    let place = place(number);
    place % 8 < across as usize && place / 8 < down as usize
}
