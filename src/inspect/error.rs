//! Why bytes are not taken as an image. Each variant of [`InspectError`] is a decision of the
//! caller; [`Corruption`] says to a person what is wrong.

use thiserror::Error;

use super::{Accepted, Found};
use crate::image::Format;

/// Why a file is refused. The text is safe to show to the client: it holds nothing of the file but
/// numbers and, for AVIF, one four-letter code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InspectError {
    /// The bytes are no image of an accepted format: `UNSUPPORTED_TYPE`.
    #[error("the file is {found}; accepted are {accepted}{}", found.advice())]
    UnsupportedType {
        /// What the bytes look like instead.
        found: Found,
        /// The formats that are taken.
        accepted: Accepted,
    },
    /// The bytes begin like an image of this format and then break its rules: `CORRUPT_IMAGE`.
    #[error("the file is not a valid {}: {reason}", format.name())]
    Corrupt {
        /// The format that the first bytes promise.
        format: Format,
        /// The rule that is broken. Not a `source`, because the text above already has it.
        reason: Corruption,
    },
    /// One side is too long: `LIMIT_PIXELS`.
    #[error("the image is {width} x {height} pixels; no side may be longer than {limit}")]
    LimitSide {
        /// Pixels across, as stored.
        width: u32,
        /// Pixels down, as stored.
        height: u32,
        /// [`Limits::side`](super::Limits::side).
        limit: u32,
    },
    /// The area is too large: `LIMIT_PIXELS`.
    #[error(
        "the image is {width} x {height} = {} pixels; {limit} are allowed",
        u64::from(*width) * u64::from(*height)
    )]
    LimitPixels {
        /// Pixels across, as stored.
        width: u32,
        /// Pixels down, as stored.
        height: u32,
        /// [`Limits::pixels`](super::Limits::pixels).
        limit: u64,
    },
    /// The animation has too many frames: `LIMIT_FRAMES`.
    #[error("the animation has at least {frames} frames; {limit} are allowed")]
    LimitFrames {
        /// Frames that are declared, or that were counted before counting stopped.
        frames: u32,
        /// [`Limits::frames`](super::Limits::frames).
        limit: u32,
    },
    /// The frames of the animation are too large together: `LIMIT_FRAMES`.
    #[error(
        "the first {frames} frames of the animation have {pixels} pixels together; {limit} are allowed"
    )]
    LimitAnimation {
        /// Frames that are declared, or that were counted before counting stopped.
        frames: u32,
        /// Pixels of these frames together.
        pixels: u64,
        /// [`Limits::animation_pixels`](super::Limits::animation_pixels).
        limit: u64,
    },
}

/// Which rule of its format a file breaks. `at` is an offset from the first byte of the file, to
/// the start of the part (segment, chunk, block or box) that is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Corruption {
    /// The file ends inside of a part that it began.
    #[error("it ends too early, as when a transfer was cut off; send the whole file")]
    Truncated,
    /// All parts are whole, but the one that ends the image never comes.
    #[error("its end marker is missing, as when a transfer was cut off; send the whole file")]
    MissingEnd,
    /// A length field cannot be right, whatever follows.
    #[error("the part at byte {at} states a length that is not possible there")]
    BadLength {
        /// Offset of the part.
        at: usize,
    },
    /// The CRC-32 of a PNG chunk does not match its content.
    #[error("the checksum of the chunk at byte {at} does not match its content")]
    BadChecksum {
        /// Offset of the chunk.
        at: usize,
    },
    /// The header that states width and height is not where it must be.
    #[error("the header that states its width and height is missing")]
    MissingHeader,
    /// A header that must be unique comes again.
    #[error("the part at byte {at} repeats a header that may stand only once")]
    RepeatedHeader {
        /// Offset of the repetition.
        at: usize,
    },
    /// A header field has a value that the format does not define.
    #[error("the header at byte {at} has a value that the format does not allow")]
    BadHeader {
        /// Offset of the part that holds the header.
        at: usize,
    },
    /// Width or height is zero.
    #[error("it is {width} x {height} pixels; both must be at least 1")]
    ZeroDimension {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// A part stands where the format does not allow it, or is unknown and not optional.
    #[error("the part at byte {at} is not allowed there")]
    OutOfPlace {
        /// Offset of the part.
        at: usize,
    },
    /// There are headers and nothing to show.
    #[error("it holds no image data")]
    MissingImageData,
    /// The palette or the quantization tables that the image data needs do not come before it.
    #[error("the colour or quantization table that its image data needs is missing")]
    MissingTable,
    /// A frame of an animation reaches beyond the canvas.
    #[error("the frame at byte {at} reaches beyond the canvas")]
    FrameOutside {
        /// Offset of the frame.
        at: usize,
    },
    /// An animation has another number of frames than it states.
    #[error("it states {declared} frames and holds {held}")]
    FrameCount {
        /// Frames that the header states.
        declared: u32,
        /// Frames that are there.
        held: u32,
    },
    /// Two headers state different sizes for the same picture.
    #[error("the part at byte {at} states another width or height than the header above it")]
    SizeMismatch {
        /// Offset of the part.
        at: usize,
    },
    /// An AVIF item refers to a property or an item that is not there.
    #[error("it refers to a part that it does not hold")]
    DanglingReference,
    /// The bytes of an AVIF item lie outside of the file.
    #[error("it ends before the image data that it states; send the whole file")]
    DataOutside,
    /// More scans than any camera or encoder writes; decoding each costs a pass over all pixels.
    #[error("it has more than {limit} scans")]
    TooManyScans {
        /// The most that is taken.
        limit: u32,
    },
    /// A colour profile in more parts than a byte can number.
    #[error("its colour profile is in more than {limit} parts")]
    TooManyProfileParts {
        /// The most that is taken.
        limit: u32,
    },
    /// More parts that are kept apart by something that goes than any program writes; a list of them
    /// would take more memory than the image.
    #[error("it has more than {limit} parts with metadata between them")]
    TooManyParts {
        /// The most that is taken.
        limit: usize,
    },
    /// An image sequence with a track of something else, which may tell where and when it was taken
    /// and cannot be taken out without moving the pictures.
    #[error(
        "it has a track of type `{}` beside its pictures, which cannot be taken out (export the \
         pictures alone)",
        handler.escape_ascii()
    )]
    ForeignTrack {
        /// The handler of the track.
        handler: [u8; 4],
    },
    /// A property of an item that no viewer need know, and without which the item must not be shown.
    #[error("its pictures need the property `{}`, which is not known", kind.escape_ascii())]
    EssentialProperty {
        /// The type of the property.
        kind: [u8; 4],
    },
    /// A sound file in a coding that web browsers do not show.
    #[error("{coding}, which web browsers do not show")]
    UnsupportedCoding {
        /// The coding that it uses.
        coding: Coding,
    },
}

/// Codings that the formats define and browsers do not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Coding {
    /// A JPEG process other than baseline, extended or progressive Huffman: lossless, hierarchical
    /// or arithmetic.
    #[error(
        "it uses the lossless, hierarchical or arithmetic JPEG coding of marker 0x{marker:02X} \
         (save it as baseline or progressive)"
    )]
    JpegProcess {
        /// The second byte of the marker.
        marker: u8,
    },
    /// A JPEG with other than 8 bits a sample.
    #[error("it has {bits} bits a sample (save it with 8)")]
    JpegPrecision {
        /// Bits a sample.
        bits: u8,
    },
    /// A HEIF item that is neither AV1 nor a grid of AV1.
    #[error("its main item is of type `{}`", kind.escape_ascii())]
    AvifItem {
        /// The item type.
        kind: [u8; 4],
    },
}

/// Why a parser stops. Parsers know one format each, so they leave it to [`Fault::of`] to name it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    /// The file is at fault.
    Corrupt(Corruption),
    /// The file may be sound and is refused all the same.
    Refused(InspectError),
}

impl Fault {
    /// The error of a file that promised to be `format`.
    pub(super) fn of(self, format: Format) -> InspectError {
        match self {
            Self::Corrupt(reason) => InspectError::Corrupt { format, reason },
            Self::Refused(error) => error,
        }
    }
}

impl From<Corruption> for Fault {
    fn from(reason: Corruption) -> Self {
        Self::Corrupt(reason)
    }
}

impl From<InspectError> for Fault {
    fn from(error: InspectError) -> Self {
        Self::Refused(error)
    }
}
