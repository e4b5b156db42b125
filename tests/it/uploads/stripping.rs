//! What a file tells of its owner is gone when it is stored; what it shows is the same.

use image::{DynamicImage, load_from_memory};
use serde_json::{Value, json};
use tintype::strip::{Metadata, Rights};

use crate::support::app::TestApp;
use crate::support::avif;
use crate::support::photos::{self, bare_exif, jpeg_segment, png_chunk, riff_chunk};
use crate::support::requests::NOTHING;

/// Uploads a file; what was taken out of it, and what was stored.
async fn stored(app: &TestApp, bytes: &[u8]) -> (Value, Vec<u8>) {
    let image = app.uploaded(bytes.to_vec()).await;
    let stored = app.get(image["url"].as_str().unwrap()).await.body.to_vec();
    assert_eq!(image["size"], stored.len());
    assert_eq!(app.get(&crate::support::requests::record_of(&image)).await.json(), image);
    (image["stripped"].clone(), stored)
}

fn pixels(bytes: &[u8]) -> DynamicImage {
    load_from_memory(bytes).unwrap()
}

/// A JPEG with something of everything around its picture.
fn loaded_jpeg() -> Vec<u8> {
    let plain = photos::jpeg(48, 32);
    let exif = [b"Exif\0\0", &*photos::exif(6)].concat();
    let around = [
        jpeg_segment(0xE1, &exif),
        jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>SECRET</x:xmpmeta>"),
        jpeg_segment(0xE2, b"MPF\0SECRET"),
        jpeg_segment(0xE2, b"ICC_PROFILE\0\x01\x01the profile"),
        jpeg_segment(0xED, b"Photoshop 3.0\08BIMSECRET"),
        jpeg_segment(0xEB, b"JP SECRET"),
        jpeg_segment(0xEE, b"Adobe\0\x64\0\0\0\0\x01SECRET"),
        jpeg_segment(0xFE, b"SECRET"),
        b"SECRET".to_vec(),
    ];
    [&plain[..2], &around.concat(), &plain[2..], b"SECRET"].concat()
}

fn loaded_png() -> Vec<u8> {
    let plain = photos::png(9, 7);
    let (front, rest) = plain.split_at(photos::PNG_AFTER_HEADER);
    let around = [
        png_chunk(*b"pHYs", &[0, 0, 0x0B, 0x13, 0, 0, 0x0B, 0x13, 1]),
        png_chunk(*b"tEXt", b"Comment\0SECRET"),
        png_chunk(*b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0SECRET"),
        png_chunk(*b"tIME", &[7, 230, 1, 2, 3, 4, 5]),
        png_chunk(*b"eXIf", &photos::exif(8)),
        png_chunk(*b"caBX", b"SECRET"),
    ];
    [front, &around.concat(), rest, b"SECRET"].concat()
}

fn loaded_webp() -> Vec<u8> {
    let picture = &photos::webp(9, 7)[12..];
    let chunks = [
        picture,
        &riff_chunk(*b"EXIF", &photos::exif(6)),
        &riff_chunk(*b"XMP ", b"SECRET"),
        &riff_chunk(*b"ZZZZ", b"SECRET"),
    ];
    [&photos::extended_webp(9, 7, 0x0C, &chunks.concat())[..], b"SECRET"].concat()
}

fn loaded_gif() -> Vec<u8> {
    let plain = photos::animated_gif(6, 5, 3);
    let (front, end) = plain.split_at(plain.len() - 1);
    let comment = b"\x21\xFE\x06SECRET\0";
    let xmp = b"\x21\xFF\x0BXMP DataXMP\x06SECRET\0";
    let text = b"\x21\xF9\x04\0\0\0\0\0\x21\x01\x0C\0\0\0\0\0\0\0\0\0\0\0\0\x06SECRET\0";
    let profile = b"\x21\xF9\x04\0\0\0\0\0\x21\xFF\x0BICCRGBG1012\x02ab\0";
    [front, comment, xmp, profile, &text[8..], text, end, b"SECRET"].concat()
}

#[tokio::test]
async fn what_tells_of_the_owner_goes_and_no_pixel_changes() {
    let app = TestApp::start().await;
    let cases = [
        (
            loaded_jpeg(),
            json!(["gps", "exif", "xmp", "iptc", "comment", "pictures", "application", "trailing"]),
        ),
        (loaded_png(), json!(["gps", "exif", "xmp", "text", "time", "application", "trailing"])),
        (loaded_webp(), json!(["gps", "exif", "xmp", "application", "trailing"])),
        (loaded_gif(), json!(["xmp", "comment", "text", "trailing"])),
    ];
    for (bytes, expected) in cases {
        let (stripped, stored) = stored(&app, &bytes).await;
        assert_eq!(stripped, expected);
        assert!(!contains(&stored, b"SECRET"));
        assert!(pixels(&stored) == pixels(&bytes), "{expected}");
        let (again, the_same) = self::stored(&app, &stored).await;
        assert_eq!((again, the_same), (json!([]), stored));
    }
    app.finish().await;
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[tokio::test]
async fn the_orientation_stays_and_the_colour_profile_stays() {
    let app = TestApp::start().await;
    let (_, jpeg) = stored(&app, &loaded_jpeg()).await;
    assert!(contains(&jpeg, b"ICC_PROFILE\0\x01\x01the profile"));
    assert!(contains(&jpeg, b"Adobe\0\x64\0\0\0\0\x01\xFF"), "how its colours are coded");
    for orientation in 1..=8 {
        let files = [
            photos::oriented_jpeg(8, 6, orientation.into()),
            photos::oriented_png(8, 6, orientation.into()),
            photos::oriented_webp(8, 6, orientation.into()),
        ];
        for bytes in files {
            let (stripped, stored) = stored(&app, &bytes).await;
            assert_eq!(stripped, json!(["gps", "exif"]));
            assert_eq!(contains(&stored, &bare_exif(orientation)), orientation != 1);
            assert!(!contains(&stored, b"II*\0"), "nothing else of Exif");
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn an_animation_keeps_its_frames_its_timing_and_its_loop() {
    let app = TestApp::start().await;
    let netscape = b"\x21\xFF\x0BNETSCAPE2.0\x03\x01\x05\0\0";
    let gif = photos::animated_gif(6, 5, 4);
    let gif = [&gif[..gif.len() - 1], netscape, &gif[gif.len() - 1..]].concat();
    let start = gif.windows(2).position(|pair| pair == b"\x21\xF9").unwrap();
    let picture = start + gif[start..].iter().position(|byte| *byte == b',').unwrap();
    let between = [&gif[..picture], netscape, &gif[picture..]].concat();
    for bytes in [gif, between, photos::animated_png(6, 5, 4), photos::animated_webp(6, 5, 4)] {
        assert_eq!(stored(&app, &bytes).await, (json!([]), bytes));
    }
    app.finish().await;
}

#[tokio::test]
async fn a_thumbnail_in_jfif_goes_and_the_density_stays() {
    let app = TestApp::start().await;
    let plain = photos::jpeg(8, 6);
    let (start, rest) = (&plain[..2], &plain[20..]);
    let jfif = |size: [u8; 2], pixels: &[u8]| {
        let head = b"JFIF\0\x01\x02\x01\0\x48\0\x48";
        jpeg_segment(0xE0, &[&head[..], &size, pixels].concat())
    };
    let bytes = [start, &jfif([2, 1], b"SECRET"), rest].concat();
    let expected = [start, &jfif([0, 0], b""), rest].concat();
    assert_eq!(stored(&app, &bytes).await, (json!(["thumbnail"]), expected));
    app.finish().await;
}

#[tokio::test]
async fn the_settings_keep_everything_or_the_rights() {
    let keeping = TestApp::start_with(|setup| setup.app.metadata = Metadata::Keep).await;
    let bytes = loaded_jpeg();
    assert_eq!(stored(&keeping, &bytes).await, (json!([]), bytes));
    keeping.finish().await;

    let rights = Metadata::Strip(Rights::Kept);
    let app = TestApp::start_with(|setup| setup.app.metadata = rights).await;
    let picture = &photos::webp(8, 6)[12..];
    let chunks = [picture, &riff_chunk(*b"EXIF", &photos::exif_with_rights())].concat();
    let files = [
        photos::jpeg_with_rights(8, 6),
        photos::png_with_chunk(8, 6, *b"eXIf", &photos::exif_with_rights()),
        photos::extended_webp(8, 6, 0x08, &chunks),
    ];
    for bytes in files {
        let (stripped, stored) = stored(&app, &bytes).await;
        assert_eq!(stripped, json!(["exif"]));
        assert!(contains(&stored, b"(c) 2026 Ada\0") && contains(&stored, b"Ada\0"));
        assert!(!contains(&stored, b"SECRET"));
        assert_eq!(self::stored(&app, &stored).await, (json!([]), stored));
    }
    let (stripped, _) = stored(&app, avif::AVIF_WITH_METADATA).await;
    assert_eq!(stripped, json!(["gps", "exif", "xmp"]), "nothing of Exif stays in an AVIF");
    app.finish().await;
}

#[tokio::test]
async fn an_avif_keeps_its_pictures_and_loses_the_rest() {
    let app = TestApp::start().await;
    let cases = [
        (avif::AVIF_WITH_METADATA, json!(["gps", "exif", "xmp"])),
        (avif::ALPHA_AVIF_WITH_METADATA, json!(["gps", "exif"])),
        (avif::AVIF_SEQUENCE_WITH_METADATA, json!(["exif", "xmp", "time", "application"])),
    ];
    for (bytes, expected) in cases {
        let before = app.uploaded(bytes.to_vec()).await;
        let (stripped, stored) = stored(&app, bytes).await;
        assert_eq!((stripped, stored.len()), (expected, bytes.len()), "nothing moves");
        assert!(contains(bytes, b"SECRET") && !contains(&stored, b"SECRET"));
        assert!(!contains(&stored, b"Exif") && !contains(&stored, b"application/rdf+xml"));
        let after = app.uploaded(stored.clone()).await;
        assert_eq!((&after["width"], &after["height"]), (&before["width"], &before["height"]));
        assert_eq!(after["stripped"], json!([]));
        let data = |file: &[u8]| file.windows(4).position(|kind| kind == b"mdat").unwrap();
        let coded = &bytes[data(bytes)..];
        let same = coded.iter().zip(&stored[data(bytes)..]).filter(|(a, b)| a == b).count();
        assert!(same > coded.len() / 3, "the coded pictures are as they were");
    }
    app.finish().await;
}

/// `bytes` with the first `old` in it replaced by as many others.
fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let at = bytes.windows(old.len()).position(|window| window == old).unwrap();
    [&bytes[..at], new, &bytes[at + old.len()..]].concat()
}

#[tokio::test]
async fn a_property_goes_that_showing_an_avif_does_not_need() {
    let app = TestApp::start().await;
    let pixels = b"pixi\0\0\0\0\x03\x08\x08\x08";
    for kind in [b"itai", b"cmex", b"cmin", b"udes", b"abcd"] {
        let property = [&kind[..], b"SECRET\0\0"].concat();
        let image = replaced(avif::AVIF_WITH_METADATA, pixels, &property);
        let (stripped, stored) = stored(&app, &image).await;
        let noticed = if kind == b"itai" { "time" } else { "application" };
        assert_eq!(stripped, json!(["gps", "exif", "xmp", noticed]));
        assert!(!contains(&stored, b"SECRET") && contains(&stored, b"\0\0\0\x10free"));

        let essential = replaced(&image, b"\x05\x01\x02\x83\x04\x85", b"\x05\x01\x82\x83\x04\x85");
        let refused = app.upload(essential).await;
        assert_eq!(refused.outcome(), "422 CORRUPT_IMAGE");
        assert!(refused.text().contains("which is not known"), "{}", refused.text());
    }
    app.finish().await;
}

#[tokio::test]
async fn transparency_stays_when_it_belongs_to_something_that_goes_too() {
    let app = TestApp::start().await;
    let belongs = b"\0\0\0\x0Eauxl\0\x02\0\x01\0\x01\0\0\0\x0Ecdsc\0\x03\0\x01\0\x01";
    let both = b"\0\0\0\x10auxl\0\x02\0\x02\0\x01\0\x03";
    let cases: [(&[u8; 12], &[u8]); 2] = [
        (b"\0\0\0\x0Ccdsc\0\x03\0\0", b"\0\0\0\x0Eauxl\0\x02\0\x01\0\x01"),
        (b"\0\0\0\x0Cabcd\0\x02\0\0", b"\0\0\0\x10auxl\0\x02\0\x02\0\x01\0\x01"),
    ];
    for (other, expected) in cases {
        let entries = [&both[..], other].concat();
        let image = replaced(avif::ALPHA_AVIF_WITH_METADATA, belongs, &entries);
        let (_, stored) = stored(&app, &image).await;
        assert!(contains(&stored, expected), "{}", stored.escape_ascii());
        assert_eq!(app.uploaded(stored).await["stripped"], json!([]));
    }
    app.finish().await;
}

#[tokio::test]
async fn an_avif_whose_exif_has_the_number_of_its_picture_is_refused() {
    let app = TestApp::start().await;
    let mut image = avif::AVIF_WITH_METADATA.to_vec();
    let kind = image.windows(4).position(|kind| kind == b"Exif").unwrap();
    image[kind - 4..kind - 2].copy_from_slice(&[0, 1]);
    assert_eq!(app.upload(image).await.outcome(), "422 CORRUPT_IMAGE");
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn a_heic_is_stored_where_it_is_accepted_and_loses_its_metadata_too() {
    let app = TestApp::start().await;
    let refused = app.upload(avif::HEIC_WITH_METADATA).await;
    assert_eq!(refused.outcome(), "415 UNSUPPORTED_TYPE");
    assert!(refused.text().contains("Most Compatible"), "{}", refused.text());
    app.finish().await;

    let accepted = "heic".parse().unwrap();
    let app = TestApp::start_with(|setup| setup.app.image.accepted = accepted).await;
    let (stripped, stored) = stored(&app, avif::HEIC_WITH_METADATA).await;
    assert_eq!((stripped, contains(&stored, b"SECRET")), (json!(["gps", "exif"]), false));
    let image = app.uploaded(stored).await;
    assert_eq!((&image["content_type"], &image["stripped"]), (&json!("image/heic"), &json!([])));
    assert_eq!((&image["width"], &image["height"]), (&json!(32), &json!(48)), "as displayed");
    assert!(image["url"].as_str().unwrap().ends_with(".heic"));
    let refused = app.upload(photos::SVG).await.json();
    assert!(refused["detail"].as_str().unwrap().contains("AVIF and HEIC images"), "{refused}");
    assert_eq!(refused["accepted"].as_array().unwrap().len(), 6);
    app.finish().await;
}

#[tokio::test]
async fn a_file_of_countless_parts_is_refused() {
    const PARTS: usize = 50_000;
    let jpeg = photos::jpeg(8, 6);
    let among = |part: &[u8]| [&jpeg[..2], &part.repeat(PARTS), &jpeg[2..]].concat();
    let thumbnail = jpeg_segment(0xE0, b"JFIF\0\x01\x02\x01\0\x48\0\x48\0\0x");
    let comment = [b"\xFF\x01", &*jpeg_segment(0xFE, b"")].concat();
    let gif = photos::gif(5, 4);
    let control = b"\x21\xFF\x0BNETSCAPE2.0\x03\x01\x05\0\0\x21\xFE\0";
    let png = photos::png(9, 7);
    let (front, rest) = png.split_at(photos::PNG_AFTER_HEADER);
    let time = [png_chunk(*b"gAMA", &[0; 4]), png_chunk(*b"tIME", &[0; 7])].concat();
    let frame = [&[0; 16], &photos::webp(1, 1)[12..]].concat();
    let frame = [riff_chunk(*b"ANMF", &frame), riff_chunk(*b"ZZZZ", b"")].concat();
    let frames = [riff_chunk(*b"ANIM", &[0; 6]), frame.repeat(PARTS)].concat();
    let webp = photos::extended_webp(1, 1, 0x02, &frames);
    let cases = [
        ("thumbnails in a JPEG", among(&thumbnail)),
        ("comments in a JPEG", among(&comment)),
        ("comments in a GIF", [&gif[..gif.len() - 1], &control.repeat(PARTS), b";"].concat()),
        ("times in a PNG", [front, &time.repeat(PARTS), rest].concat()),
        ("unknown chunks between the frames of a WebP", webp),
        ("boxes in an AVIF", [photos::AVIF, &b"\0\0\0\x09abcdx".repeat(PARTS)].concat()),
    ];
    let many = u32::try_from(PARTS).unwrap();
    let app = TestApp::start_with(|setup| setup.app.image.frames = many).await;
    for (name, bytes) in cases {
        let answer = app.upload(bytes).await;
        assert_eq!(answer.outcome(), "422 CORRUPT_IMAGE", "{name}: {}", answer.text());
        assert!(answer.text().contains("4096 parts"), "{name}: {}", answer.text());
    }
    app.finish().await;
}
