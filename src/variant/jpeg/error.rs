//! Why a JPEG is not decoded: each variant of [`DecodeError`] is a decision of the caller.

use thiserror::Error;

use crate::inspect::{Coding, Corruption};
use crate::variant::TimedOut;

/// Why there are no pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum DecodeError {
    /// The deadline passed. The file may be sound.
    #[error(transparent)]
    TimedOut(#[from] TimedOut),
    /// The file may be sound, and is of a kind that this decoder does not know. Another may.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// The file is broken.
    #[error(transparent)]
    Corrupt(#[from] Damage),
}

/// Kinds of JPEG that are left to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum Unsupported {
    /// Arithmetic, lossless or hierarchical coding, or other than 8 bits a sample.
    #[error("{0}")]
    Coding(Coding),
    /// The height follows the first scan in a `DNL` segment.
    #[error("its height is not stated before the image data")]
    LateHeight,
    /// Neither grey, nor three colours, nor four.
    #[error("it has {0} colour components; known are 1, 3 and 4")]
    Components(u8),
}

/// What is broken. `at` is the offset of the segment that is at fault, or whose data is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum Damage {
    /// The segments themselves.
    #[error(transparent)]
    Structure(#[from] Corruption),
    /// A Huffman table that is no prefix code, or that says what its scan cannot mean.
    #[error("the Huffman table for the scan at byte {at} is not possible")]
    HuffmanTable {
        /// Offset of the table, or of the scan that uses it.
        at: usize,
    },
    /// A scan names a Huffman table that was not defined.
    #[error("the scan at byte {at} needs a Huffman table that is missing")]
    MissingHuffmanTable {
        /// Offset of the scan.
        at: usize,
    },
    /// A scan repeats what was there already, or refines what was not.
    #[error("the scan at byte {at} does not follow from the scans before it")]
    Progression {
        /// Offset of the scan.
        at: usize,
    },
    /// A colour component has no scan.
    #[error("a colour component has no data")]
    MissingScan,
    /// The entropy-coded data of a scan.
    #[error("in the data of the scan at byte {at}, {fault}")]
    Data {
        /// Offset of the scan.
        at: usize,
        /// What was met.
        fault: DataFault,
    },
}

/// What is wrong inside of entropy-coded data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum DataFault {
    /// Bits that are no code of the table.
    #[error("there is a code that its table does not have")]
    Code,
    /// A block has more coefficients than it has room for.
    #[error("a block has too many coefficients")]
    Coefficients,
    /// The data ends, or a marker comes, before the last block.
    #[error("blocks are missing at the end")]
    Short,
    /// There is data left over before a restart marker.
    #[error("there is more data before a restart marker than belongs there")]
    Surplus,
    /// A restart marker is missing, or another one is in its place.
    #[error("a restart marker is missing")]
    Restart,
}

impl From<Corruption> for DecodeError {
    fn from(reason: Corruption) -> Self {
        Self::Corrupt(Damage::Structure(reason))
    }
}
