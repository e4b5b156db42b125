//! What the fuzzers begin with: sound files of every format with all that is stripped of them, forms
//! and file names. A fuzzer that begins with nothing spends its minute on finding a signature.

use std::fs;
use std::path::{Path, PathBuf};

use tintype::image::Format;
use tintype::inspect::{Limits, inspect};
use tintype::strip::{Metadata, strip};

use crate::made::{self, Photo};
use crate::support::catalogs::environment;
use crate::support::{avif, films, forms, photos};

/// Short seeds are changed more often in a minute.
const MAX_BYTES: usize = 12 << 10;

#[test]
fn the_fuzzers_begin_with_sound_files_of_every_format() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = environment("TINTYPE_TEST_SEEDS").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| temporary.path().to_owned());
    let images = images();
    let formats: Vec<Format> = images.iter().map(format_of).collect();
    for format in Format::ALL {
        assert!(formats.contains(&format), "{format:?}");
    }
    write(&folder.join("images"), &images);
    write(&folder.join("multipart"), &bodies());
    write(&folder.join("filename"), &names());
}

/// The format of a seed, which must be sound.
fn format_of(seed: &Photo) -> Format {
    let accepted = "heic,mp4,mov,webm".parse().unwrap();
    let limits = Limits { accepted, ..Limits::default() };
    let facts = inspect(&seed.bytes, &limits).unwrap_or_else(|error| panic!("{seed:?}: {error}"));
    strip(&seed.bytes, facts.format, Metadata::default()).unwrap();
    facts.format
}

fn images() -> Vec<Photo> {
    let mut images = made::all();
    images.retain(|photo| photo.bytes.len() <= MAX_BYTES);
    let others: [(&str, &[u8]); 10] = [
        ("pixel.gif", photos::PIXEL),
        ("progressive.jpg", photos::PROGRESSIVE_JPEG),
        ("lossy.webp", photos::LOSSY_WEBP),
        ("turned.avif", photos::TURNED_AVIF),
        ("sequence.avif", photos::AVIF_SEQUENCE),
        ("metadata.heic", avif::HEIC_WITH_METADATA),
        ("film.mp4", films::MP4),
        ("film.mov", films::TURNED_MOV),
        ("film.webm", films::WEBM),
        ("live.webm", films::LIVE_WEBM),
    ];
    images.extend(others.map(|(name, bytes)| Photo::new(name, bytes)));
    images
}

/// Forms behind the four sizes of chunks that the target reads first.
fn bodies() -> Vec<Photo> {
    let field: (&[u8], &[u8]) = (b"name=\"description\"", b"the sea");
    let file: (&[u8], &[u8]) = (forms::PHOTO.as_bytes(), photos::PIXEL);
    let empty: (&[u8], &[u8]) = (b"name=\"photo\"; filename=\"\"", b"");
    let named: (&[u8], &[u8]) = (b"name=\"a\"; filename*=UTF-8''%E2%82%AC.jpg", b"\r\n--b");
    let forms = [vec![field, file], vec![empty], vec![named, field, file], vec![]];
    let sized = forms.iter().map(|parts| [b"\x07\x01\x20\x03", &forms::body(parts)[..]].concat());
    sized.zip(0..).map(|(body, number)| Photo::new(format!("form-{number}"), body)).collect()
}

fn names() -> Vec<Photo> {
    let names =
        ["a.jpg", "../../etc/passwd", "C:\\photos\\a.png", "\u{202e}gpj.exe", "e\u{301}.gif"];
    let numbered = names.into_iter().zip(0..);
    numbered.map(|(name, number)| Photo::new(format!("name-{number}"), name)).collect()
}

fn write(folder: &Path, seeds: &[Photo]) {
    fs::create_dir_all(folder).unwrap();
    for seed in seeds {
        fs::write(folder.join(&seed.name), &seed.bytes).unwrap();
    }
}
