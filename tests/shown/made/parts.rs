//! The metadata that files carry, each kind as its standard or its maker writes it.

use super::pictures;
use super::tiff::{Directory, Order, Value, written};
use crate::support::photos::{jpeg, jpeg_segment};

/// Stands in every piece of metadata, so that none can stay without being found.
pub(crate) const SECRET: &str = "SECRET";

/// Who took a photo, with what, and how it is to be turned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Camera {
    pub(crate) make: &'static str,
    pub(crate) model: &'static str,
    pub(crate) order: Order,
    /// How the maker's own block begins; `None` where there is none.
    pub(crate) note: Option<&'static [u8]>,
    pub(crate) orientation: u16,
}

/// An Exif block as cameras fill it: the camera, the moment, the place, a note of the maker and a
/// thumbnail.
pub(crate) fn exif(camera: &Camera) -> Vec<u8> {
    let text = |text: &str| Value::Text(format!("{SECRET} {text}"));
    let first = vec![
        (0x010E, text("description")),
        (0x010F, Value::Text(camera.make.to_owned())),
        (0x0110, Value::Text(camera.model.to_owned())),
        (0x0112, Value::Short(camera.orientation)),
        (0x011A, Value::Rationals(vec![(300, 1)])),
        (0x011B, Value::Rationals(vec![(300, 1)])),
        (0x0128, Value::Short(2)),
        (0x0131, text("firmware 1.0")),
        (0x0132, Value::Text("2026:05:04 03:02:01".to_owned())),
        (0x013B, text("artist")),
        (0x8298, text("copyright")),
        (0x8769, Value::Directory(taken(camera))),
        (0x8825, Value::Directory(place())),
        (0x9C9D, Value::Bytes(b"S\0E\0C\0R\0E\0T\0\0\0".to_vec())),
    ];
    let second = vec![
        (0x0103, Value::Short(6)),
        (0x0112, Value::Short(camera.orientation)),
        (0x0201, Value::Block(jpeg(16, 12))),
        (0x0202, Value::Long(u32::try_from(jpeg(16, 12).len()).unwrap())),
    ];
    written(camera.order, &first, Some(&second))
}

/// The Exif block of a program, with this orientation.
pub(crate) fn exif_of_program(orientation: u16) -> Vec<u8> {
    exif(&Camera { make: "Some program", model: "1", order: Order::Big, note: None, orientation })
}

/// How the photo was taken.
fn taken(camera: &Camera) -> Directory {
    let mut tags = vec![
        (0x829A, Value::Rationals(vec![(1, 250)])),
        (0x8827, Value::Short(200)),
        (0x9000, Value::Undefined(b"0232".to_vec())),
        (0x9003, Value::Text("2026:05:04 03:02:01".to_owned())),
        (0x9011, Value::Text("+02:00".to_owned())),
    ];
    if let Some(signature) = camera.note {
        tags.push((0x927C, Value::Undefined(note(signature, camera.order))));
    }
    tags.extend([
        (0x9286, Value::Undefined(b"ASCII\0\0\0SECRET remark".to_vec())),
        (0xA001, Value::Short(1)),
        (0xA005, Value::Directory(vec![(1, Value::Text("R98".to_owned()))])),
        (0xA420, Value::Text("SECRET unique number".to_owned())),
        (0xA430, Value::Text("SECRET owner".to_owned())),
        (0xA431, Value::Text("SECRET serial".to_owned())),
        (0xA434, Value::Text("SECRET lens".to_owned())),
    ]);
    tags
}

/// A maker's signature, a directory with a serial number in it, and bytes that nobody understands.
fn note(signature: &[u8], order: Order) -> Vec<u8> {
    let directory = written(order, &vec![(0x000C, Value::Text("SECRET serial".to_owned()))], None);
    [signature, &directory[8..], b"SECRET"].concat()
}

/// Dresden.
fn place() -> Directory {
    let degrees = |whole, minutes, hundredths| {
        Value::Rationals(vec![(whole, 1), (minutes, 1), (hundredths, 100)])
    };
    vec![
        (0, Value::Bytes(vec![2, 3, 0, 0])),
        (1, Value::Text("N".to_owned())),
        (2, degrees(51, 3, 1234)),
        (3, Value::Text("E".to_owned())),
        (4, degrees(13, 44, 4321)),
        (6, Value::Rationals(vec![(113, 1)])),
        (7, Value::Rationals(vec![(1, 1), (2, 1), (3, 1)])),
        (29, Value::Text("2026:05:04".to_owned())),
    ]
}

/// An XMP packet with a name and a place, which announces that there is more.
pub(crate) fn xmp() -> Vec<u8> {
    let packet = "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
        <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF \
        xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" \
        xmlns:exif=\"http://ns.adobe.com/exif/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
        xmlns:GCamera=\"http://ns.google.com/photos/1.0/camera/\" \
        xmlns:xmpNote=\"http://ns.adobe.com/xmp/note/\" \
        exif:GPSLatitude=\"51,3.2N\" exif:GPSLongitude=\"13,44.7E\" GCamera:MotionPhoto=\"1\" \
        xmpNote:HasExtendedXMP=\"0123456789ABCDEF0123456789ABCDEF\">\
        <dc:creator><rdf:Seq><rdf:li>SECRET</rdf:li></rdf:Seq></dc:creator>\
        </rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>";
    packet.as_bytes().to_vec()
}

/// The two segments of an extended XMP: what did not fit into the first packet.
pub(crate) fn extended_xmp() -> Vec<u8> {
    let packet = b"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><SECRET/></x:xmpmeta>".to_vec();
    let total = u32::try_from(packet.len()).unwrap().to_be_bytes();
    let half = packet.len() / 2;
    let part = |from: usize, part: &[u8]| {
        let offset = u32::try_from(from).unwrap().to_be_bytes();
        let head = b"http://ns.adobe.com/xmp/extension/\x000123456789ABCDEF0123456789ABCDEF";
        jpeg_segment(0xE1, &[&head[..], &total, &offset, part].concat())
    };
    [part(0, &packet[..half]), part(half, &packet[half..])].concat()
}

/// Photoshop's resources with a city and a byline in IPTC, and a thumbnail.
pub(crate) fn iptc() -> Vec<u8> {
    let field = |number: u8, text: &[u8]| {
        let length = u16::try_from(text.len()).unwrap().to_be_bytes();
        [&[0x1C, 2, number], &length[..], text].concat()
    };
    let records = [field(90, b"SECRET city"), field(80, b"SECRET byline")].concat();
    let resource = |number: u16, data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [b"8BIM", &number.to_be_bytes()[..], &[0, 0], &length, data, &[0][..data.len() % 2]]
            .concat()
    };
    let digest = resource(0x0425, b"SECRET digest 16");
    [b"Photoshop 3.0\0", &resource(0x0404, &records)[..], &digest].concat()
}

/// The index of further pictures behind the end of the first (CIPA DC-007), which has `first` bytes
/// from its own index on.
pub(crate) fn multi_picture(second: &[u8]) -> Vec<u8> {
    let length = u32::try_from(second.len()).unwrap();
    let entry = |kind: u32, size: u32, at: u32| [kind, size, at, 0].map(u32::to_be_bytes).concat();
    let entries = [entry(0x2003_0000, 4096, 0), entry(0x0001_0001, length, 4000)].concat();
    let tags = vec![
        (0xB000, Value::Undefined(b"0100".to_vec())),
        (0xB001, Value::Long(2)),
        (0xB002, Value::Undefined(entries)),
    ];
    [b"MPF\0", &written(Order::Big, &tags, None)[..]].concat()
}

/// Two parts of Display P3, as a writer cuts profiles that do not fit into one segment.
pub(crate) fn profile_in_two() -> Vec<u8> {
    let profile = pictures::display_p3();
    let (front, back) = profile.split_at(profile.len() / 2);
    let part = |number: u8, part: &[u8]| {
        jpeg_segment(0xE2, &[b"ICC_PROFILE\0", &[number, 2][..], part].concat())
    };
    [part(1, front), part(2, back)].concat()
}
