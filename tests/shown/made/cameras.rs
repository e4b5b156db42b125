//! JPEG files in the manner of ten makers: the block and the order that each writes, and what else it
//! puts before, between and behind the picture.

use super::jpegs::{Coding, plain, with_segments};
use super::parts::{self, Camera};
use super::tiff::Order;
use super::{Photo, pictures};
use crate::support::films;
use crate::support::photos::{jpeg, jpeg_segment};

/// What a maker adds beside Exif.
#[derive(Clone, Copy, Debug)]
enum Extra {
    Xmp,
    ExtendedXmp,
    Iptc,
    Comment,
    /// A second picture behind the first, with an index of both.
    MultiPicture,
    /// A film behind the picture.
    MotionPhoto,
    /// Samsung's list of named blocks behind the picture.
    NamedBlocks,
    /// Zeros behind the picture.
    Padding,
    /// `FlashPix`, as Fujifilm writes it.
    FlashPix,
    /// A thumbnail in JFIF's extension.
    Jfxx,
    Profile,
    /// Who made and changed the picture (C2PA), in JUMBF boxes.
    Credentials,
    /// How bright a second picture makes this one (ISO 21496-1).
    GainMap,
    /// A segment of the maker's own.
    Own(u8, &'static [u8]),
}

/// A camera and its extras.
type Maker = (Camera, &'static [Extra]);

const fn camera(
    make: &'static str,
    model: &'static str,
    order: Order,
    note: Option<&'static [u8]>,
) -> Camera {
    Camera { make, model, order, note, orientation: 1 }
}

/// The signatures are those that exiftool's documentation of maker notes lists.
const MAKERS: [Maker; 10] = [
    (
        camera("Canon", "Canon EOS R5", Order::Little, Some(b"")),
        &[Extra::Xmp, Extra::Own(0xE0, b"CIFF SECRET")],
    ),
    (
        camera(
            "NIKON CORPORATION",
            "NIKON Z 8",
            Order::Big,
            Some(b"Nikon\0\x02\x11\0\0MM\0*\0\0\0\x08"),
        ),
        &[Extra::Xmp, Extra::MultiPicture, Extra::Own(0xEA, b"NIKON SECRET")],
    ),
    (
        camera("SONY", "ILCE-7M4", Order::Little, Some(b"SONY DSC \0\0\0")),
        &[Extra::MultiPicture, Extra::Iptc],
    ),
    (
        camera("FUJIFILM", "X-T5", Order::Little, Some(b"FUJIFILM\x0C\0\0\0")),
        &[Extra::FlashPix, Extra::Comment],
    ),
    (
        camera("OLYMPUS CORPORATION", "E-M1MarkII", Order::Little, Some(b"OLYMPUS\0II\x03\0")),
        &[Extra::Jfxx, Extra::Comment],
    ),
    (
        camera("Panasonic", "DC-GH6", Order::Little, Some(b"Panasonic\0\0\0")),
        &[Extra::MultiPicture, Extra::Padding],
    ),
    (
        camera("RICOH IMAGING COMPANY, LTD.", "PENTAX K-1", Order::Big, Some(b"PENTAX \0MM")),
        &[Extra::Iptc, Extra::Own(0xE4, b"SECRET")],
    ),
    (
        camera("samsung", "SM-S928B", Order::Little, Some(b"")),
        &[Extra::Own(0xE5, b"RMETA\0SECRET"), Extra::MotionPhoto, Extra::NamedBlocks],
    ),
    (
        camera("Apple", "iPhone 15 Pro", Order::Big, Some(b"Apple iOS\0\0\x01MM")),
        &[Extra::Xmp, Extra::Profile, Extra::MultiPicture, Extra::GainMap],
    ),
    (
        camera("Google", "Pixel 9", Order::Little, None),
        &[
            Extra::Xmp,
            Extra::ExtendedXmp,
            Extra::Credentials,
            Extra::MultiPicture,
            Extra::GainMap,
            Extra::MotionPhoto,
        ],
    ),
];

/// One file of each maker, each with the next of the eight orientations.
pub(crate) fn all() -> Vec<Photo> {
    let numbered = MAKERS.iter().zip(1_u16..);
    numbered.map(|((camera, extras), number)| taken(*camera, extras, number)).collect()
}

fn taken(mut camera: Camera, extras: &[Extra], number: u16) -> Photo {
    camera.orientation = (number - 1) % 8 + 1;
    let exif = [b"Exif\0\0", &parts::exif(&camera)[..]].concat();
    let mut segments = vec![jpeg_segment(0xE1, &exif)];
    segments.extend(extras.iter().map(|extra| before(*extra)));
    let trailers: Vec<_> = extras.iter().map(|extra| behind(*extra)).collect();
    let file = with_segments(&plain(Coding::Baseline), &segments.concat());
    let name = camera.make.split(' ').next().unwrap_or_default().to_lowercase();
    Photo::new(format!("{name}.jpg"), [file, trailers.concat()].concat())
}

fn before(extra: Extra) -> Vec<u8> {
    match extra {
        Extra::Xmp => {
            let packet = [b"http://ns.adobe.com/xap/1.0/\0", &parts::xmp()[..]].concat();
            jpeg_segment(0xE1, &packet)
        }
        Extra::ExtendedXmp => parts::extended_xmp(),
        Extra::Iptc => jpeg_segment(0xED, &parts::iptc()),
        Extra::Comment => jpeg_segment(0xFE, b"SECRET comment"),
        Extra::MultiPicture => jpeg_segment(0xE2, &parts::multi_picture(&second())),
        Extra::FlashPix => jpeg_segment(0xE2, b"FPXR\0\0\x01\0\x01SECRET"),
        Extra::Jfxx => {
            let thumbnail = [b"JFXX\0\x10", &with_comment(&jpeg(9, 7))[..]].concat();
            jpeg_segment(0xE0, &thumbnail)
        }
        Extra::Profile => {
            let profile = [b"ICC_PROFILE\0\x01\x01", &pictures::display_p3()[..]].concat();
            jpeg_segment(0xE2, &profile)
        }
        Extra::Credentials => {
            let boxes = b"JP\0\x01\0\0\0\x01\0\0\0\x1Ejumb\0\0\0\x16jumdc2pa\0\x11\0\x10SECRET";
            jpeg_segment(0xEB, boxes)
        }
        Extra::GainMap => jpeg_segment(0xE2, b"urn:iso:std:iso:ts:21496:-1\0SECRET"),
        Extra::Own(marker, payload) => jpeg_segment(marker, payload),
        Extra::MotionPhoto | Extra::NamedBlocks | Extra::Padding => vec![],
    }
}

fn behind(extra: Extra) -> Vec<u8> {
    match extra {
        Extra::MultiPicture => second(),
        Extra::MotionPhoto => films::MP4.to_vec(),
        Extra::NamedBlocks => {
            let block = b"\0\0\x01\x0A\x0E\0\0\0Image_UTC_DataSECRET 12345";
            let length = u32::try_from(block.len()).unwrap().to_le_bytes();
            let head = b"SEFH\x6A\0\0\0\x01\0\0\0\0\0\x01\x0A";
            [&block[..], head, &length, &length, b"\x18\0\0\0SEFT"].concat()
        }
        Extra::Padding => vec![0; 700],
        Extra::Xmp
        | Extra::ExtendedXmp
        | Extra::Iptc
        | Extra::Comment
        | Extra::FlashPix
        | Extra::Jfxx
        | Extra::Profile
        | Extra::Credentials
        | Extra::GainMap
        | Extra::Own(..) => vec![],
    }
}

/// The second picture of a file, a small one with a comment.
fn second() -> Vec<u8> {
    with_comment(&jpeg(24, 16))
}

fn with_comment(jpeg: &[u8]) -> Vec<u8> {
    with_segments(jpeg, &jpeg_segment(0xFE, b"SECRET second"))
}
