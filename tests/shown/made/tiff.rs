//! The TIFF structure that Exif is, written in either byte order with directories in directories.

/// The byte order of a structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Little,
    Big,
}

impl Order {
    fn short(self, number: u16) -> [u8; 2] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    fn long(self, number: u32) -> [u8; 4] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }
}

/// What a tag says.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Bytes that are numbers.
    Bytes(Vec<u8>),
    Text(String),
    Short(u16),
    Long(u32),
    Rationals(Vec<(u32, u32)>),
    /// Bytes that only their writer understands.
    Undefined(Vec<u8>),
    Directory(Directory),
    /// Bytes that the tag points at, as it does at a thumbnail.
    Block(Vec<u8>),
}

/// Tags in their order.
pub(crate) type Directory = Vec<(u16, Value)>;

/// The header and the first two directories; the second is that of the thumbnail.
pub(crate) fn written(order: Order, first: &Directory, second: Option<&Directory>) -> Vec<u8> {
    let mark = match order {
        Order::Little => b"II",
        Order::Big => b"MM",
    };
    let mut first = bytes_of(order, first, 8);
    let next = u32::try_from(8 + first.bytes.len()).unwrap();
    let second = second.map(|second| bytes_of(order, second, next).bytes);
    if second.is_some() {
        first.bytes[first.link..first.link + 4].copy_from_slice(&order.long(next));
    }
    let header = [&mark[..], &order.short(42), &order.long(8)].concat();
    [header, first.bytes, second.unwrap_or_default()].concat()
}

/// A directory, and where in it the place of the next one stands.
struct Written {
    bytes: Vec<u8>,
    link: usize,
}

fn bytes_of(order: Order, directory: &Directory, at: u32) -> Written {
    let link = 2 + 12 * directory.len();
    let mut entries = order.short(u16::try_from(directory.len()).unwrap()).to_vec();
    let mut data = Vec::new();
    for (tag, value) in directory {
        let here = at + u32::try_from(link + 4 + data.len()).unwrap();
        let (kind, count, bytes) = coded(order, value, here);
        entries.extend(order.short(*tag));
        entries.extend(order.short(kind));
        entries.extend(order.long(count));
        let is_apart = matches!(value, Value::Directory(_) | Value::Block(_)) || bytes.len() > 4;
        if is_apart {
            entries.extend(order.long(here));
            data.extend_from_slice(&bytes);
            data.resize(data.len().next_multiple_of(2), 0);
        } else {
            let mut inside = bytes;
            inside.resize(4, 0);
            entries.extend(inside);
        }
    }
    entries.extend([0; 4]);
    entries.extend(data);
    Written { bytes: entries, link }
}

/// The kind, the count and the bytes of a value that stands at `here` if it stands apart.
fn coded(order: Order, value: &Value, here: u32) -> (u16, u32, Vec<u8>) {
    let count = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap();
    match value {
        Value::Bytes(bytes) => (1, count(bytes), bytes.clone()),
        Value::Text(text) => (2, count(text.as_bytes()) + 1, [text.as_bytes(), b"\0"].concat()),
        Value::Short(number) => (3, 1, order.short(*number).to_vec()),
        Value::Long(number) => (4, 1, order.long(*number).to_vec()),
        Value::Rationals(pairs) => {
            let numbers = pairs.iter().flat_map(|(over, under)| [*over, *under]);
            let bytes: Vec<u8> = numbers.flat_map(|number| order.long(number)).collect();
            (5, count(&bytes) / 8, bytes)
        }
        Value::Undefined(bytes) => (7, count(bytes), bytes.clone()),
        Value::Directory(inner) => (4, 1, bytes_of(order, inner, here).bytes),
        Value::Block(bytes) => (4, 1, bytes.clone()),
    }
}
