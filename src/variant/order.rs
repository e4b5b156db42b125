//! What is asked for, and what comes out.

use super::Placeholder;
use super::decode::jpeg::Header;
use super::geometry::Size;
use crate::image::Format;

/// The original, as its record tells it, and once it is there also as its header does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// What the bytes are.
    pub(crate) format: Format,
    /// Pixels across, as displayed.
    pub(crate) width: u32,
    /// Pixels down, as displayed.
    pub(crate) height: u32,
    /// Bytes of the original.
    pub(crate) size: u64,
    /// What the header of a JPEG says of the memory that it takes. Without it, a file of a kind that
    /// takes more than cameras' files do is decoded smaller than is wanted.
    pub(crate) header: Option<Header>,
}

impl Source {
    /// What the record tells.
    pub(crate) const fn new(format: Format, (width, height): (u32, u32), size: u64) -> Self {
        Self { format, width, height, size, header: None }
    }

    /// Its size as displayed.
    pub(super) const fn displayed(&self) -> Size {
        Size { width: self.width, height: self.height }
    }

    /// The same original, of which the bytes are there.
    pub(crate) fn opened(self, original: &[u8]) -> Self {
        let header = (self.format == Format::Jpeg).then(|| Header::read(original)).flatten();
        Self { header, ..self }
    }
}

/// What happens when the picture and the box differ in shape. With one side only there is no box:
/// the other side follows from the picture's shape, whatever the fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Fit {
    #[default]
    /// The whole picture, as large as the box lets it be; the answer may be smaller than the box.
    Inside,
    /// The box is filled and what does not fit is cut off, as much on either side. A box larger than
    /// the picture shrinks, and keeps its shape, until the picture fills it.
    Cover,
    /// The whole picture in the middle of the box, and the rest of the box empty: transparent, or
    /// white where the output has no transparency. The answer has the size of the box.
    Contain,
}

/// The coding of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Output {
    /// JPEG; what is transparent becomes white.
    Jpeg {
        /// From 1 to 100.
        quality: u8,
    },
    /// WebP, lossy.
    Webp {
        /// From 1 to 100.
        quality: u8,
    },
    /// PNG.
    Png,
    /// AVIF, where the program was built with it.
    Avif {
        /// From 1 to 100.
        quality: u8,
    },
}

impl Output {
    /// The format of the bytes.
    pub(crate) const fn format(self) -> Format {
        match self {
            Self::Jpeg { .. } => Format::Jpeg,
            Self::Webp { .. } => Format::Webp,
            Self::Png => Format::Png,
            Self::Avif { .. } => Format::Avif,
        }
    }
}

/// A variant to be made. The picture in it is never larger than the original.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Order {
    /// The width of the box, at least 1; without it the width follows from the height.
    pub(crate) width: Option<u32>,
    /// The height of the box, at least 1; without it the height follows from the width. Without
    /// both the size is the original's.
    pub(crate) height: Option<u32>,
    /// How the picture goes into the box.
    pub(crate) fit: Fit,
    /// The coding of the answer.
    pub(crate) output: Output,
}

/// A variant that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rendition {
    /// The file. It holds pixels and nothing else: no profile, since its colours are sRGB, no
    /// orientation and no metadata.
    pub(crate) bytes: Vec<u8>,
    /// Pixels across.
    pub(crate) width: u32,
    /// Pixels down.
    pub(crate) height: u32,
    /// Of the whole original, also where the variant shows a part of it.
    pub(crate) placeholder: Placeholder,
}
