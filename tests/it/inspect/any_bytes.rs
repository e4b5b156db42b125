//! Whatever the bytes are, there is an answer.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use tintype::inspect::{Facts, Limits, inspect};
use tintype::strip::{Metadata, Rights, Stripped, strip};

use super::{outcome, samples};
use crate::support::{avif, films, photos};

fn valid_image() -> impl Strategy<Value = Vec<u8>> {
    select(samples().into_iter().map(|(_, bytes, _)| bytes).collect::<Vec<_>>())
}

/// The pixels of a file that can be decoded and is not large.
fn pixels(bytes: &[u8], facts: &Facts) -> Option<image::DynamicImage> {
    let is_small = facts.width.max(facts.height) <= 1024;
    is_small.then(|| image::load_from_memory(bytes).ok()).flatten()
}

fn images_with_metadata() -> Vec<Vec<u8>> {
    let exif = [b"Exif\0\0", &*photos::exif(6)].concat();
    let mut images: Vec<_> = samples().into_iter().map(|(_, bytes, _)| bytes).collect();
    images.extend([
        photos::jpeg_with_app1(9, 7, &exif),
        photos::oriented_png(9, 7, 6),
        photos::oriented_webp(9, 7, 6),
        avif::AVIF_WITH_METADATA.to_vec(),
        avif::AVIF_SEQUENCE_WITH_METADATA.to_vec(),
    ]);
    images
}

// Of images with changed bytes decoders make what they like, so their pixels are not compared.
#[test]
fn what_is_stripped_of_an_image_shows_the_same() {
    let mut compared = 0;
    for bytes in images_with_metadata() {
        let facts = inspect(&bytes, &Limits::default()).unwrap();
        let (stripped, _) = strip(&bytes, facts.format, Metadata::default()).unwrap();
        if let Some(shown) = pixels(&bytes, &facts) {
            let same = pixels(&stripped, &facts) == Some(shown);
            assert!(same, "{:?} of {} bytes shows something else", facts.format, bytes.len());
            compared += 1;
        }
    }
    assert!(compared > 10, "{compared} were compared");
}

#[test]
fn a_prefix_of_an_image_has_an_answer_of_the_stripper_too() {
    let accepted = "heic".parse().unwrap();
    let limits = Limits { accepted, ..Limits::default() };
    let mut images = images_with_metadata();
    images.push(avif::HEIC_WITH_METADATA.to_vec());
    for image in images {
        let format = inspect(&image, &limits).unwrap().format;
        for length in 0..image.len() {
            // It is never asked of bytes that inspection has refused, and does not count on that.
            for rights in [Rights::Removed, Rights::Kept] {
                let _ = strip(&image[..length], format, Metadata::Strip(rights));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_bytes_have_an_answer(bytes: Vec<u8>) {
        let _ = outcome(&bytes);
    }

    #[test]
    fn any_bytes_behind_a_valid_start_have_an_answer(
        image in valid_image(),
        cut: Index,
        tail: Vec<u8>,
    ) {
        let bytes = [&image[..cut.index(image.len())], &tail].concat();
        let _ = outcome(&bytes);
    }

    #[test]
    fn an_image_with_changed_bytes_has_an_answer(
        mut image in valid_image(),
        changes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..4),
    ) {
        for (at, byte) in changes {
            let at = at.index(image.len());
            image[at] = byte;
        }
        let _ = outcome(&image);
    }

    #[test]
    fn a_film_with_changed_bytes_has_an_answer(
        film in select(vec![films::MP4, films::TURNED_MOV, films::WEBM, films::LIVE_WEBM]),
        changes in prop::collection::vec((any::<Index>(), any::<u8>()), 0..4),
        cut: Index,
    ) {
        let mut film = film[..=cut.index(film.len())].to_vec();
        for (at, byte) in changes {
            let at = at.index(film.len());
            film[at] = byte;
        }
        let accepted = "heic,mp4,mov,webm".parse().unwrap();
        let _ = inspect(&film, &Limits { accepted, ..Limits::default() });
    }

    #[test]
    fn a_changed_byte_of_a_png_is_always_noticed(at in 8_usize..100, flip in 1_u8..) {
        let mut image = super::photos::png(7, 5);
        let at = at % image.len();
        image[at] ^= flip;
        prop_assert!(outcome(&image).is_err());
    }

    #[test]
    fn what_is_stripped_of_a_sound_image_is_a_sound_image_with_nothing_to_strip(
        mut image in select(images_with_metadata()),
        changes in prop::collection::vec((any::<Index>(), any::<u8>()), 0..4),
    ) {
        for (at, byte) in changes {
            let at = at.index(image.len());
            image[at] = byte;
        }
        let Ok(facts) = inspect(&image, &Limits::default()) else { return Ok(()) };
        let Ok((stripped, _)) = strip(&image, facts.format, Metadata::default()) else {
            return Ok(());
        };
        prop_assert!(stripped.len() <= image.len());
        prop_assert_eq!(inspect(&stripped, &Limits::default()), Ok(facts));
        let (again, nothing) = strip(&stripped, facts.format, Metadata::default()).unwrap();
        prop_assert_eq!((again, nothing), (stripped, Stripped::default()));
    }
}
