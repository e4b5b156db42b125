//! The rules of AVIF.

use tintype::inspect::{Coding, Corruption, Found, InspectError, Limits};

use super::photos::{AVIF, AVIF_SEQUENCE, atom};
use super::{assert_corrupt, corruption, facts, outcome, patched};

/// The offset of the box of this kind in the still.
fn offset(kind: &[u8; 4]) -> usize {
    AVIF.windows(4).position(|window| window == kind).unwrap() - 4
}

/// The still with other bytes, `at` bytes after the type of the first box of this kind.
fn still(kind: &[u8; 4], at: usize, bytes: &[u8]) -> Vec<u8> {
    patched(AVIF, kind, 4 + at, bytes)
}

/// An image made of boxes: one item whose data, in `idat`, and whose properties are given.
fn of(item: [u8; 4], data: &[u8], locations: &[u8], properties: &[&[u8]]) -> Vec<u8> {
    let info = atom(*b"infe", &[&[2, 0, 0, 0, 0, 1, 0, 0], &item[..], b"\0"].concat());
    let count = u8::try_from(properties.len()).unwrap();
    let numbers = (1..=count).collect::<Vec<_>>();
    let association = [&[0, 0, 0, 0, 0, 0, 0, 1, 0, 1, count], &*numbers].concat();
    let container = atom(*b"ipco", &properties.concat());
    let children = [
        atom(*b"hdlr", b"\0\0\0\0\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0"),
        atom(*b"pitm", &[0, 0, 0, 0, 0, 1]),
        atom(*b"iinf", &[&[0, 0, 0, 0, 0, 1], &*info].concat()),
        atom(*b"iloc", locations),
        atom(*b"iprp", &[container, atom(*b"ipma", &association)].concat()),
        atom(*b"idat", data),
    ];
    let meta = atom(*b"meta", &[&[0; 4], &*children.concat()].concat());
    [atom(*b"ftyp", b"avif\0\0\0\0mif1"), meta].concat()
}

/// An `iloc` that says: the item is all of `idat`.
const IN_IDAT: &[u8] = &[1, 0, 0, 0, 0x44, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];

fn extent(width: u32, height: u32) -> Vec<u8> {
    atom(*b"ispe", &[[0; 4], width.to_be_bytes(), height.to_be_bytes()].concat())
}

/// The descriptor of a grid of two by two tiles.
fn grid(width: u16, height: u16) -> Vec<u8> {
    [&[0, 0, 1, 1], &width.to_be_bytes()[..], &height.to_be_bytes()].concat()
}

/// The size of an image, or panics.
fn size(bytes: &[u8]) -> (u32, u32) {
    let facts = facts(bytes);
    (facts.width, facts.height)
}

#[test]
fn a_grid_is_as_large_as_it_states() {
    let image = of(*b"grid", &grid(300, 200), IN_IDAT, &[&extent(300, 200)]);
    assert_eq!(size(&image), (300, 200));
    let wide = [&[0, 1, 1, 1], &300_u32.to_be_bytes()[..], &200_u32.to_be_bytes()].concat();
    assert_eq!(size(&of(*b"grid", &wide, IN_IDAT, &[&extent(300, 200)])), (300, 200));
    let other = of(*b"grid", &grid(300, 201), IN_IDAT, &[&extent(300, 200)]);
    assert!(matches!(corruption(&other), Corruption::SizeMismatch { .. }));
}

#[test]
fn quarter_turns_swap_the_sides_and_mirrors_do_not() {
    let grid = grid(300, 200);
    for (turns, expected) in [(0, (300, 200)), (1, (200, 300)), (2, (300, 200)), (3, (200, 300))] {
        let properties = [extent(300, 200), atom(*b"irot", &[turns]), atom(*b"imir", &[1])];
        let properties = properties.each_ref().map(|property| &property[..]);
        assert_eq!(size(&of(*b"grid", &grid, IN_IDAT, &properties)), expected);
    }
}

#[test]
fn a_film_counts_only_in_a_sequence() {
    let still = patched(AVIF_SEQUENCE, b"ftypavis", 4, b"avif");
    assert_eq!(facts(&still).frames, 3, "the brand is also among the compatible ones");
    let still = patched(&still, b"avis", 0, b"miaf");
    assert_eq!(facts(&still).frames, 1);
}

#[test]
fn a_sequence_without_an_item_has_the_size_of_its_track() {
    let image = patched(AVIF_SEQUENCE, b"meta", 0, b"free");
    assert_eq!((size(&image), facts(&image).frames), ((48, 32), 3));
}

#[test]
fn refuses_broken_sequences() {
    let broken = |mark: &[u8], at, bytes: &[u8]| patched(AVIF_SEQUENCE, mark, at, bytes);
    let coding = Coding::AvifItem { kind: *b"hvc1" };
    let entry = [&[0, 0, 0, 1], &AVIF_SEQUENCE[position(b"stsd") + 12..][..4], b"av01"].concat();
    assert_corrupt(&[
        ("no frames", broken(b"stsz", 12, &[0; 4]), Corruption::MissingImageData),
        ("no table of frames", broken(b"stsz", 0, b"free"), Corruption::MissingHeader),
        ("no media", broken(b"mdia", 0, b"free"), Corruption::MissingHeader),
        ("no track", broken(b"trak", 0, b"free"), Corruption::MissingImageData),
        ("another coding", broken(&entry, 8, b"hvc1"), Corruption::UnsupportedCoding { coding }),
    ]);
    let endless = broken(b"stsz", 12, &u32::MAX.to_be_bytes());
    assert_eq!(outcome(&endless), Err(InspectError::LimitFrames { frames: u32::MAX, limit: 200 }));
}

fn position(kind: &[u8; 4]) -> usize {
    AVIF_SEQUENCE.windows(4).position(|window| window == kind).unwrap()
}

#[test]
fn another_coding_under_the_name_of_avif_is_named() {
    let heic = still(b"infe", 8, b"hvc1");
    let (found, accepted) = (Found::Heic, Limits::default().accepted);
    assert_eq!(outcome(&heic), Err(InspectError::UnsupportedType { found, accepted }));
    let coding = Coding::AvifItem { kind: *b"jpeg" };
    let other = still(b"infe", 8, b"jpeg");
    assert_eq!(corruption(&other), Corruption::UnsupportedCoding { coding });
}

#[test]
fn refuses_boxes_that_lie_about_their_length() {
    let size = |kind: &[u8; 4], size: u32| {
        let mut image = AVIF.to_vec();
        image[offset(kind)..][..4].copy_from_slice(&size.to_be_bytes());
        image
    };
    let at = |kind| Corruption::BadLength { at: offset(kind) };
    assert_corrupt(&[
        ("size 7", size(b"mdat", 7), at(b"mdat")),
        ("size 1 and no 64-bit size to match", size(b"mdat", 1), Corruption::Truncated),
        ("beyond the file", size(b"mdat", 52), Corruption::Truncated),
        ("less than the file", size(b"mdat", 50), Corruption::Truncated),
        ("beyond the parent", size(b"iprp", 107), at(b"iprp")),
        ("a child as long as the file", size(b"ispe", u32::MAX), at(b"ispe")),
        ("a header without its fields", size(b"meta", 8), Corruption::BadLength { at: 32 }),
    ]);
    let to_the_end = size(b"mdat", 0);
    assert_eq!(facts(&to_the_end), facts(AVIF));
    let wide = [&AVIF[..offset(b"mdat")], b"\0\0\0\x01free\0\0\0\0\0\0\0\x10"].concat();
    assert_eq!(corruption(&wide), Corruption::DataOutside);
}

#[test]
fn refuses_broken_items() {
    let iloc = offset(b"iloc");
    let zero = Corruption::ZeroDimension { width: 0, height: 32 };
    assert_corrupt(&[
        ("no width", still(b"ispe", 4, &[0; 4]), zero),
        ("no size", patched(AVIF, b"ispe", 0, b"free"), Corruption::MissingHeader),
        ("no decoder configuration", patched(AVIF, b"av1C", 0, b"free"), Corruption::MissingHeader),
        ("no main item", patched(AVIF, b"pitm", 0, b"free"), Corruption::MissingHeader),
        ("main item unknown", still(b"pitm", 4, &[0, 9]), Corruption::DanglingReference),
        ("property unknown", still(b"ipma", 11, &[0x7F]), Corruption::DanglingReference),
        ("unknown widths", still(b"iloc", 4, &[0x33]), Corruption::BadHeader { at: iloc }),
        ("unknown version", still(b"iloc", 0, &[3]), Corruption::BadHeader { at: iloc }),
        ("data outside", still(b"iloc", 14, &[0xFF; 4]), Corruption::DataOutside),
        ("data longer than the file", still(b"iloc", 18, &[0, 0, 0, 44]), Corruption::DataOutside),
        ("located nowhere", still(b"iloc", 12, &[0, 0]), Corruption::MissingImageData),
        (
            "data without a size",
            patched(AVIF, b"\x12\0\x0A", 2, &[0x12]),
            Corruption::MissingHeader,
        ),
    ]);
}

#[test]
fn refuses_an_item_of_two_sizes() {
    let image = of(*b"grid", &grid(300, 200), IN_IDAT, &[&extent(300, 200), &extent(300, 200)]);
    assert!(matches!(corruption(&image), Corruption::RepeatedHeader { .. }));
}

#[test]
fn the_size_in_the_data_meets_the_limits_too() {
    // A reduced sequence header: profile 0, still, reduced, level 4, 16 bits a side, all of them set.
    let header = [0b0001_1001, 0b0011_1111, 0b1111_1111, 0xFF, 0xFF, 0xFF, 0b1110_0000];
    let huge = [&[0x0A, 7], &header[..]].concat();
    let config = atom(*b"av1C", &[0x81, 0, 0x0C, 0]);
    let image = of(*b"av01", &huge, IN_IDAT, &[&extent(48, 32), &config]);
    let refused = InspectError::LimitSide { width: 65_536, height: 65_536, limit: 12_000 };
    assert_eq!(outcome(&image), Err(refused));
}

#[test]
fn the_size_of_an_item_that_is_not_shown_meets_the_limits_too() {
    let both = [extent(300, 200), extent(20_000, 1)].concat();
    let image = of(*b"grid", &grid(300, 200), IN_IDAT, &[&both]);
    let refused = InspectError::LimitSide { width: 20_000, height: 1, limit: 12_000 };
    assert_eq!(outcome(&image), Err(refused));
}

#[test]
fn extents_without_width_cost_nothing() {
    // A million items, each with the most extents, all of no bytes: looking at each would take minutes.
    let items = 1_000_000_u32;
    let entry = [0, 0, 0, 9, 0, 0, 0, 0, 0xFF, 0xFF];
    let head = [&[2, 0, 0, 0, 0, 0], &items.to_be_bytes()[..]].concat();
    let locations = [head, entry.repeat(usize::try_from(items).unwrap())].concat();
    let image = of(*b"grid", &grid(300, 200), &locations, &[&extent(300, 200)]);
    assert_eq!(corruption(&image), Corruption::DanglingReference);
}

#[test]
fn boxes_within_boxes_are_not_followed_down() {
    let deep = (0..2000).fold(Vec::new(), |inner, _| atom(*b"meta", &[&[0; 4], &*inner].concat()));
    let image = [atom(*b"ftyp", b"avif\0\0\0\0mif1"), deep].concat();
    assert_eq!(corruption(&image), Corruption::MissingHeader);
}

#[test]
fn a_second_header_is_refused() {
    let at = AVIF.len();
    let meta = &AVIF[32..32 + 235];
    let twice = [AVIF, meta].concat();
    assert_eq!(corruption(&twice), Corruption::RepeatedHeader { at });
}

#[test]
fn bytes_after_the_last_box_are_refused() {
    assert_eq!(corruption(&[AVIF, b"PK\x03\x04 a zip"].concat()), Corruption::Truncated);
    assert_eq!(corruption(&[AVIF, b"x"].concat()), Corruption::Truncated);
}
