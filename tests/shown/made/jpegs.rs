//! JPEG files of every coding, and with every orientation.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::{Photo, parts, pictures};
use crate::support::photos::{PROGRESSIVE_JPEG, jpeg_segment};

/// How a picture is coded.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Coding {
    Baseline,
    /// Half the colours in both directions, with restart markers.
    Restarts,
    Progressive,
    Gray,
    Cmyk,
    /// CMYK whose colours are turned as YCbCr is.
    Ycck,
}

/// A file without metadata.
pub(crate) fn plain(coding: Coding) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 85);
    let (samples, colours) = match coding {
        Coding::Baseline | Coding::Restarts | Coding::Progressive => {
            (pictures::rgb(), ColorType::Rgb)
        }
        Coding::Gray => (pictures::rgb().into_iter().step_by(3).collect(), ColorType::Luma),
        Coding::Cmyk => (pictures::cmyk(), ColorType::Cmyk),
        Coding::Ycck => (pictures::cmyk(), ColorType::CmykAsYcck),
    };
    match coding {
        Coding::Restarts => {
            encoder.set_sampling_factor(SamplingFactor::F_2_2);
            encoder.set_restart_interval(3);
        }
        Coding::Progressive => encoder.set_progressive(true),
        Coding::Baseline | Coding::Gray | Coding::Cmyk | Coding::Ycck => {}
    }
    let (width, height) = pictures::SIZE;
    let [width, height] = [width, height].map(|side| u16::try_from(side).unwrap());
    encoder.encode(&samples, width, height, colours).unwrap();
    bytes
}

/// The file with more segments, right behind its start.
pub(crate) fn with_segments(jpeg: &[u8], segments: &[u8]) -> Vec<u8> {
    [&jpeg[..2], segments, &jpeg[2..]].concat()
}

/// Every coding with metadata, and a photo for each orientation.
pub(crate) fn all() -> Vec<Photo> {
    let around = [
        jpeg_segment(0xE1, &[b"Exif\0\0", &parts::exif_of_program(6)[..]].concat()),
        jpeg_segment(0xED, &parts::iptc()),
        jpeg_segment(0xFE, b"SECRET"),
    ]
    .concat();
    let loaded = |coding| with_segments(&plain(coding), &around);
    let mut photos = vec![
        Photo::new("restarts.jpg", loaded(Coding::Restarts)),
        Photo::new("progressive.jpg", loaded(Coding::Progressive)),
        Photo::new("progressive-of-pillow.jpg", with_segments(PROGRESSIVE_JPEG, &around)),
        Photo::new("gray.jpg", loaded(Coding::Gray)),
        Photo::new("cmyk.jpg", loaded(Coding::Cmyk)),
        Photo::new("ycck.jpg", loaded(Coding::Ycck)),
        Photo::new(
            "display-p3.jpg",
            with_segments(&loaded(Coding::Baseline), &parts::profile_in_two()),
        ),
    ];
    photos.extend((1..=8).map(turned));
    photos
}

fn turned(orientation: u16) -> Photo {
    let exif = [b"Exif\0\0", &parts::exif_of_program(orientation)[..]].concat();
    let bytes = with_segments(&plain(Coding::Baseline), &jpeg_segment(0xE1, &exif));
    Photo::new(format!("turned-{orientation}.jpg"), bytes)
}
