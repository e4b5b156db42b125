//! Files that are cut, changed, or of a kind that is left to others.

use std::sync::LazyLock;
use std::time::Instant;

use jpeg_encoder::SamplingFactor;
use proptest::prelude::{ProptestConfig, any, proptest};
use proptest::sample::Index;

use super::{ANY, Colors, PLAIN, REFINED, SCALES, Style, encode, soon};
use crate::inspect::{Coding, Corruption};
use crate::variant::jpeg::error::{Damage, DataFault, DecodeError, Unsupported};
use crate::variant::jpeg::{Scale, cost, decode};
use crate::variant::{Deadline, TimedOut};

const END: [u8; 2] = [0xFF, 0xD9];

/// Small files of all kinds.
static FILES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(files);

fn files() -> Vec<Vec<u8>> {
    let small = Style { size: [35, 19], ..PLAIN };
    let mut files = vec![REFINED.to_vec()];
    for is_progressive in [false, true] {
        let style = Style { is_progressive, ..small };
        files.push(encode(style));
        files.push(encode(Style { restart: 2, ..style }));
        files.push(encode(Style { is_optimized: true, ..style }));
        files.push(encode(Style { sampling: SamplingFactor::F_1_1, ..style }));
        files.push(encode(Style { colors: Colors::Ycck, ..style }));
        files.push(encode(Style { colors: Colors::Gray, ..style }));
    }
    files
}

/// Where the data of the first scan begins.
fn data(bytes: &[u8]) -> usize {
    let scan = bytes.windows(2).position(|pair| pair == [0xFF, 0xDA]).unwrap();
    scan + 2 + usize::from(u16::from_be_bytes([bytes[scan + 2], bytes[scan + 3]]))
}

/// The file with `to` where `from` begins.
fn with(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
    let mut bytes = bytes.to_vec();
    bytes[at..at + to.len()].copy_from_slice(to);
    bytes
}

#[test]
fn refuses_a_file_that_is_cut_anywhere() {
    for bytes in FILES.iter() {
        for length in 0..bytes.len() - 1 {
            for (scale, _) in SCALES {
                assert!(decode(&bytes[..length], scale, soon()).is_err(), "{length} bytes");
            }
        }
    }
}

#[test]
fn refuses_a_sequential_file_whose_data_is_cut_and_ended_again() {
    for bytes in FILES.iter().filter(|bytes| bytes.windows(2).any(|pair| pair == [0xFF, 0xC0])) {
        for length in data(bytes)..bytes.len() - END.len() - 1 {
            let cut = [&bytes[..length], &END].concat();
            let (scale, _) = SCALES[length % SCALES.len()];
            let error = decode(&cut, scale, soon()).unwrap_err();
            assert!(matches!(error, DecodeError::Corrupt(_)), "{length} bytes: {error}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn decodes_or_refuses_whatever_is_changed(
        file in any::<Index>(),
        changes in proptest::collection::vec((any::<Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = file.get(&FILES).clone();
        for (at, to) in changes {
            *at.get_mut(&mut bytes) = to;
        }
        for (scale, _) in SCALES {
            // A changed header may state a size that no test machine should make room for.
            if cost_of(&bytes, scale).is_some_and(|cost| cost < 1 << 26)
                && let Ok(pixels) = decode(&bytes, scale, soon())
            {
                let [width, height, samples] =
                    [pixels.width as usize, pixels.height as usize, pixels.layout.samples()];
                assert_eq!(pixels.samples.len(), width * height * samples);
            }
        }
    }
}

/// What the first frame would cost.
fn cost_of(bytes: &[u8], scale: Scale) -> Option<u64> {
    let is_frame = |pair: &[u8]| pair[0] == 0xFF && matches!(pair[1], 0xC0..=0xC2);
    let at = bytes.windows(2).position(is_frame)?;
    let side = |at: usize| Some(u32::from(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?)));
    Some(cost(side(at + 7)?, side(at + 5)?, scale, ANY))
}

#[test]
fn leaves_to_others_what_it_does_not_know() {
    let bytes = encode(PLAIN);
    let coding = |coding| DecodeError::Unsupported(Unsupported::Coding(coding));
    let cases = [
        (with(&bytes, b"\xFF\xC0", b"\xFF\xC9"), coding(Coding::JpegProcess { marker: 0xC9 })),
        (with(&bytes, b"\xFF\xC0", b"\xFF\xC3"), coding(Coding::JpegProcess { marker: 0xC3 })),
        (
            with(&bytes, b"\xFF\xC0\0\x11\x08", b"\xFF\xC1\0\x11\x0C"),
            coding(Coding::JpegPrecision { bits: 12 }),
        ),
        (
            with(&bytes, b"\xFF\xC0\0\x11\x08\0\x3D", b"\xFF\xC0\0\x11\x08\0\0"),
            DecodeError::Unsupported(Unsupported::LateHeight),
        ),
    ];
    for (bytes, expected) in cases {
        assert_eq!(decode(&bytes, Scale::Eighth, soon()), Err(expected));
    }
}

#[test]
fn says_what_is_broken() {
    let bytes = encode(Style { restart: 2, ..PLAIN });
    let fault =
        |fault| move |damage| matches!(damage, Damage::Data { fault: it, .. } if it == fault);
    let at = data(&bytes);
    let wrong_restart = with(&bytes, b"\xFF\xD1", b"\xFF\xD3");
    let early_end = with(&bytes, b"\xFF\xD2", b"\xFF\xD9");
    let surplus = [&bytes[..at], &[0; 90], &bytes[at..]].concat();
    let twice = [&bytes[..bytes.len() - 2], &bytes[at - 14..]].concat();
    let no_tables = with(&bytes, b"\xFF\xC4", b"\xFF\xFE");
    let no_data = [&bytes[..at - 14], &END].concat();
    type Expected = Box<dyn Fn(Damage) -> bool>;
    let cases: [(Vec<u8>, Expected); 6] = [
        (wrong_restart, Box::new(fault(DataFault::Restart))),
        (early_end, Box::new(fault(DataFault::Short))),
        (surplus, Box::new(|damage| matches!(damage, Damage::Data { .. }))),
        (twice, Box::new(|damage| matches!(damage, Damage::Progression { .. }))),
        (no_tables, Box::new(|damage| matches!(damage, Damage::MissingHuffmanTable { .. }))),
        (no_data, Box::new(|damage| damage == Damage::MissingScan)),
    ];
    for (number, (bytes, is_expected)) in cases.into_iter().enumerate() {
        match decode(&bytes, Scale::Eighth, soon()) {
            Err(DecodeError::Corrupt(damage)) => assert!(is_expected(damage), "{number}: {damage}"),
            other => panic!("{number}: {other:?}"),
        }
    }
}

#[test]
fn refuses_what_is_no_jpeg() {
    let expected = Corruption::OutOfPlace { at: 0 }.into();
    assert_eq!(decode(b"GIF89a", Scale::Eighth, soon()), Err(expected));
}

#[test]
fn refuses_more_scans_than_inspection_does() {
    let bytes = encode(Style { is_progressive: true, colors: Colors::Gray, ..PLAIN });
    // Scans of one coefficient that begin nothing twice would run out; the count comes first.
    let at = data(&bytes) - 10;
    let scan = bytes[at..data(&bytes)].to_vec();
    let many = [&bytes[..at], &scan.repeat(501), &END].concat();
    let limit = Corruption::TooManyScans { limit: 500 };
    assert_eq!(decode(&many, Scale::Half, soon()), Err(limit.into()));
}

#[test]
fn stops_when_its_time_is_over() {
    let now = Deadline(Instant::now());
    let expected = Err(DecodeError::TimedOut(TimedOut));
    assert_eq!(decode(&encode(PLAIN), Scale::Eighth, now), expected);
}
