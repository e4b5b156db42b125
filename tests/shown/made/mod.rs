//! Files as cameras and programs write them, made by code. Whatever in them may not stay has the word
//! [`SECRET`] in it.

mod animations;
mod cameras;
mod jpegs;
mod parts;
mod pictures;
mod pngs;
mod tiff;
mod webps;

pub(crate) use parts::{SECRET, exif_of_program};
pub(crate) use pictures::display_p3;
pub(crate) use pngs::compressed;

use crate::support::avif;

/// A file with a name that says what is special about it.
#[derive(Debug)]
pub(crate) struct Photo {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl Photo {
    pub(crate) fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into() }
    }
}

/// Every file.
pub(crate) fn all() -> Vec<Photo> {
    let mut photos = cameras::all();
    photos.extend(jpegs::all());
    photos.extend(pngs::all());
    photos.extend(webps::all());
    photos.extend(animations::all());
    photos.extend([
        Photo::new("metadata.avif", avif::AVIF_WITH_METADATA),
        Photo::new("metadata-alpha.avif", avif::ALPHA_AVIF_WITH_METADATA),
        Photo::new("metadata-sequence.avif", avif::AVIF_SEQUENCE_WITH_METADATA),
    ]);
    photos
}
