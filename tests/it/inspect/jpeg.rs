//! The rules of JPEG.

use tintype::inspect::{Coding, Corruption};

use super::{assert_corrupt, corruption, facts, patched, photos};

/// A sound image, which the cases below break.
fn image() -> Vec<u8> {
    photos::jpeg(7, 5)
}

/// The offset of the first segment with this marker.
fn offset(image: &[u8], marker: u8) -> usize {
    image.windows(2).position(|pair| pair == [0xFF, marker]).unwrap()
}

/// The image with these bytes in front of the first segment with this marker.
fn before(marker: u8, bytes: &[u8]) -> Vec<u8> {
    let image = image();
    let (head, tail) = image.split_at(offset(&image, marker));
    [head, bytes, tail].concat()
}

/// The image with its start-of-frame segment changed, `at` bytes after the marker's first.
fn frame(at: usize, bytes: &[u8]) -> Vec<u8> {
    patched(&image(), &[0xFF, 0xC0], at, bytes)
}

#[test]
fn refuses_broken_headers() {
    let at = offset(&image(), 0xC0);
    let scan = offset(&image(), 0xDA);
    let zero = |width, height| Corruption::ZeroDimension { width, height };
    let precision = Coding::JpegPrecision { bits: 12 };
    let arithmetic = Coding::JpegProcess { marker: 0xC9 };
    let lossless = Coding::JpegProcess { marker: 0xC3 };
    let frame_segment = &image()[at..at + 19];
    assert_corrupt(&[
        ("height left to a DNL segment", frame(5, &[0, 0]), zero(7, 0)),
        ("no width", frame(7, &[0, 0]), zero(0, 5)),
        ("two components", frame(9, &[2]), Corruption::BadHeader { at }),
        ("one component, data for three", frame(9, &[1]), Corruption::BadLength { at }),
        ("sampling factor 0", frame(11, &[0x01]), Corruption::BadHeader { at }),
        ("sampling factor 5", frame(11, &[0x15]), Corruption::BadHeader { at }),
        ("table 4", frame(12, &[4]), Corruption::BadHeader { at }),
        ("12 bits", frame(4, &[12]), Corruption::UnsupportedCoding { coding: precision }),
        ("arithmetic", frame(1, &[0xC9]), Corruption::UnsupportedCoding { coding: arithmetic }),
        ("lossless", frame(1, &[0xC3]), Corruption::UnsupportedCoding { coding: lossless }),
        ("two frames", before(0xDA, frame_segment), Corruption::RepeatedHeader { at: scan }),
        ("scan before frame", frame(1, &[0xFE]), Corruption::MissingHeader),
        (
            "no component in the scan",
            patched(&image(), &[0xFF, 0xDA], 4, &[0]),
            Corruption::BadHeader { at: scan },
        ),
        (
            "fewer components in the scan than its length says",
            patched(&image(), &[0xFF, 0xDA], 4, &[2]),
            Corruption::BadLength { at: scan },
        ),
    ]);
}

#[test]
fn refuses_broken_segments() {
    let image = image();
    let app0 = 2;
    let at = offset(&image, 0xDB);
    let end = image.len() - 2;
    let mut no_tables = image.clone();
    for at in 0..image.len() - 1 {
        if image[at..at + 2] == [0xFF, 0xDB] {
            no_tables[at + 1] = 0xFE;
        }
    }
    let lying = |length: u16| patched(&image, &[0xFF, 0xE0], 2, &length.to_be_bytes());
    assert_corrupt(&[
        ("length 0", lying(0), Corruption::BadLength { at: app0 }),
        ("length 1", lying(1), Corruption::BadLength { at: app0 }),
        ("length beyond the file", lying(u16::MAX), Corruption::Truncated),
        ("a height of no length", before(0xDB, &[0xFF, 0xDC, 0, 2]), Corruption::BadLength { at }),
        ("restarts and more", before(0xDB, b"\xFF\xDD\0\x05\0\0x"), Corruption::BadLength { at }),
        (
            "a byte behind the codes",
            before(0xDB, &photos::jpeg_segment(0xC4, &[0; 18])),
            Corruption::BadLength { at },
        ),
        (
            "a byte behind a table",
            before(0xDB, &photos::jpeg_segment(0xDB, &[0; 66])),
            Corruption::BadLength { at },
        ),
        ("a second start", before(0xDB, &[0xFF, 0xD8]), Corruption::OutOfPlace { at }),
        ("a reserved marker", before(0xDB, &[0xFF, 0x02, 0, 2]), Corruption::OutOfPlace { at }),
        ("no quantization tables", no_tables, Corruption::MissingTable),
        ("nothing but start and end", b"\xFF\xD8\xFF\xD9".to_vec(), Corruption::MissingHeader),
        ("no end", image[..end].to_vec(), Corruption::MissingEnd),
        ("half an end", image[..=end].to_vec(), Corruption::MissingEnd),
    ]);
}

#[test]
fn takes_what_cameras_write() {
    let image = image();
    let scan = offset(&image, 0xDA) + 14;
    let end = image.len() - 2;
    let in_scan = |bytes: &[u8]| [&image[..end], bytes, &image[end..]].concat();
    let cases: [(&str, Vec<u8>); 8] = [
        ("fill bytes before a marker", before(0xDB, &[0xFF; 5])),
        ("bytes between segments", before(0xDB, &[0, 0, 0])),
        ("an empty comment", before(0xDB, &photos::jpeg_segment(0xFE, b""))),
        ("stuffed and restart markers in a scan", in_scan(b"\xFF\0\xFF\xD0\xFF\0\xFF\xD7")),
        (
            "a lost block of a flash card in a scan",
            in_scan(&[&[0xFF; 16_384][..], b"\x9F"].concat()),
        ),
        ("fill bytes before the end", in_scan(&[0xFF; 200])),
        ("long scans", in_scan(&[0x55; 100_000])),
        (
            "tables between scans",
            in_scan(
                &[&photos::jpeg_segment(0xC4, &[0; 17])[..], &image[scan - 14..scan], &[0x12; 10]]
                    .concat(),
            ),
        ),
    ];
    for (name, bytes) in cases {
        assert_eq!(facts(&bytes), facts(&image), "{name}");
    }
}

#[test]
fn finds_the_end_of_a_scan_wherever_it_falls() {
    let image = image();
    let head = &image[..image.len() - 2];
    for length in 0..300 {
        let whole = [head, &vec![0x55; length], b"\xFF\xD9"].concat();
        assert_eq!(facts(&whole), facts(&image), "{length} more bytes");
        let without_end = &whole[..whole.len() - 1];
        assert_eq!(corruption(without_end), Corruption::MissingEnd, "{length} more bytes");
    }
}

#[test]
fn a_thumbnail_in_the_exif_block_is_not_the_image() {
    let nested = [b"Exif\0\0", &photos::exif(1)[..], &photos::jpeg(160, 120)].concat();
    assert_eq!(facts(&photos::jpeg_with_app1(7, 5, &nested)), facts(&image()));
}

#[test]
fn the_first_exif_block_before_the_image_data_counts() {
    let turned = photos::jpeg_segment(0xE1, &[b"Exif\0\0", &photos::exif(6)[..]].concat());
    let xmp = photos::jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>");
    assert_eq!(facts(&before(0xDB, &[xmp, turned.clone()].concat())).width, 5);
    let image = photos::oriented_jpeg(7, 5, 1);
    let second = [&image[..2], &image[2..image.len() - 2], &turned, b"\xFF\xD9"].concat();
    assert_eq!(facts(&second).width, 7);
}

#[test]
fn refuses_more_parts_of_a_profile_than_can_be_numbered() {
    let part = photos::jpeg_segment(0xE2, b"ICC_PROFILE\0\x01\xFFx");
    let with = |parts| before(0xDB, &part.repeat(parts));
    assert_eq!(facts(&with(255)), facts(&image()));
    assert_eq!(corruption(&with(256)), Corruption::TooManyProfileParts { limit: 255 });
}

#[test]
fn refuses_more_scans_than_any_encoder_writes() {
    let image = image();
    let at = offset(&image, 0xDA);
    let (head, scan) = image[..image.len() - 2].split_at(at);
    let with = |scans| [head, &scan.repeat(scans), b"\xFF\xD9"].concat();
    assert_eq!(facts(&with(500)), facts(&image));
    assert_eq!(corruption(&with(501)), Corruption::TooManyScans { limit: 500 });
}
