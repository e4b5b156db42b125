//! What is no image of an accepted format, and how the refusal names it.

use tintype::inspect::{Found, InspectError};

use super::{outcome, photos, samples};

fn found(bytes: &[u8]) -> Found {
    match outcome(bytes) {
        Err(InspectError::UnsupportedType { found, .. }) => found,
        other => panic!("expected an unsupported type, got {other:?}"),
    }
}

#[test]
fn names_what_was_found() {
    let cases: &[(&[u8], Found)] = &[
        (b"", Found::Empty),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Found::Heic),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heix", Found::Heic),
        (b"\0\0\0\x18ftypmsf1\0\0\0\0msf1hevc", Found::Heic),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", Found::Mp4),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", Found::QuickTime),
        (b"\0\0\0\x08wide\0\0\0\0mdat", Found::QuickTime),
        (b"\0\0\0\x18ftypcrx \0\0\0\0crx isom", Found::Tiff),
        (b"\x1A\x45\xDF\xA3\x01\0\0\0", Found::Webm),
        (b"RIFF\x24\0\0\0AVI LIST", Found::Avi),
        (b"RIFF\x24\0\0\0WAVEfmt ", Found::Unknown),
        (b"%PDF-1.7\n", Found::Pdf),
        (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0", Found::Bmp),
        (b"BMW is a car maker", Found::Text),
        (b"II*\0\x08\0\0\0", Found::Tiff),
        (b"MM\0*\0\0\0\x08", Found::Tiff),
        (b"\0\0\x01\0\x01\0", Found::Ico),
        (b"\xFF\x0A\xFA\x1F", Found::JpegXl),
        (b"\0\0\0\x0CJXL \r\n\x87\n", Found::JpegXl),
        (b"\0\0\0\x0CjP  \r\n\x87\n", Found::Jpeg2000),
        (b"8BPS\0\x01", Found::Psd),
        (b"PK\x03\x04\x14\0", Found::Zip),
        (b"\x1F\x8B\x08\0", Found::Gzip),
        (b"just words, with an umlaut: \xC3\xBC", Found::Text),
        (b"cut in a character \xC3", Found::Text),
        (b"\xFF\xFEw\0o\0", Found::Text),
        (b"\xFF\xD8", Found::Unknown),
        (b"\x89PNG\r\n", Found::Unknown),
        (&[0; 64], Found::Unknown),
    ];
    for (bytes, expected) in cases {
        assert_eq!(found(bytes), *expected, "{}", bytes.escape_ascii());
    }
}

#[test]
fn sees_markup_behind_what_may_stand_before_it() {
    let doctype = b"<!DOCTYPE x [ <!ENTITY a \"b\"> <!ENTITY c \"d\"> ]>\n<svg/>";
    let long_comment = [b"<!--", &*vec![b'-'; 4000], b"-->", photos::SVG].concat();
    let cases: &[(&[u8], Found)] = &[
        (photos::SVG, Found::Svg),
        (&[b"\xEF\xBB\xBF", photos::SVG].concat(), Found::Svg),
        (&[b" \r\n\t", photos::SVG].concat(), Found::Svg),
        (&[b"<?xml version=\"1.0\"?>\n<!-- a > b -->", photos::SVG].concat(), Found::Svg),
        (&long_comment, Found::Svg),
        (doctype, Found::Svg),
        (b"<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x.dtd\"><x/>", Found::Svg),
        (b"<s:svg xmlns:s=\"http://www.w3.org/2000/svg\"/>", Found::Svg),
        (b"<!doctype HTML>", Found::Html),
        (b"<HTML><body>", Found::Html),
        (b"<!-- x --><script>alert(1)</script>", Found::Html),
        (b"<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\">", Found::Html),
        (b"<?xml version=\"1.0\"?><feed/>", Found::Xml),
        (b"<?xml never ends", Found::Xml),
        (b"<rss version=\"2.0\">", Found::Xml),
        (b"<3 is a heart", Found::Text),
        (b"<", Found::Text),
        (b"<!", Found::Text),
    ];
    for (bytes, expected) in cases {
        assert_eq!(found(bytes), *expected, "{}", bytes.escape_ascii());
    }
}

#[test]
fn an_image_inside_of_something_else_is_not_taken() {
    assert_eq!(found(&[photos::SVG, &photos::png(7, 5)].concat()), Found::Svg);
    let script = [b"GIF89a=1;/*", &photos::gif(7, 5)[..], b"*/;alert(1)"].concat();
    assert!(matches!(outcome(&script), Err(InspectError::LimitSide { .. })));
}

#[test]
fn the_refusal_says_what_was_found_and_what_is_accepted() {
    let message = |bytes: &[u8]| outcome(bytes).unwrap_err().to_string();
    assert_eq!(
        message(b"%PDF-1.7"),
        "the file is a PDF document; accepted are JPEG, PNG, GIF, WebP and AVIF images"
    );
    assert_eq!(
        message(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
        "the file is a HEIC photo; accepted are JPEG, PNG, GIF, WebP and AVIF images. On the \
         iPhone choose Settings > Camera > Formats > Most Compatible for new photos, and share \
         this one as JPEG"
    );
}

#[test]
fn no_proper_prefix_of_an_image_is_an_image() {
    for (name, bytes, _) in samples() {
        for length in 0..bytes.len() {
            let refused = matches!(
                outcome(&bytes[..length]),
                Err(InspectError::Corrupt { .. } | InspectError::UnsupportedType { .. })
            );
            assert!(refused, "{name} cut to {length} of {} bytes", bytes.len());
        }
    }
}
