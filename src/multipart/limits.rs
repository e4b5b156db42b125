//! How much of everything one form may hold.

/// The limits of one form. Sizes are `usize` because what they bound is held in memory; each
/// limit is the largest value that is still accepted.
///
/// The whole body, its epilogue and the padding after its boundaries have no limit here: the parser
/// keeps nothing of them, and whoever reads the body bounds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Parts of any kind. Default: 128.
    pub parts: usize,
    /// Parts that are text fields. Default: 64.
    pub fields: usize,
    /// Parts that are files; an empty file input does not count. Default: 64.
    pub files: usize,
    /// Bytes of one part's headers, line ends and the closing empty line included. It is also
    /// what the parser buffers at most. Default: 8 KiB.
    pub header_block_bytes: usize,
    /// Header lines of one part. Default: 32.
    pub headers_per_part: usize,
    /// Bytes of one part's name, of a file's as well as of a field's. Default: 100, as in Multer.
    pub field_name_bytes: usize,
    /// Bytes of one text field's value. Default: 64 KiB.
    pub field_value_bytes: usize,
    /// Bytes of all text fields' values together. Default: 256 KiB.
    pub fields_total_bytes: usize,
    /// Bytes of one file. Default: 20 MiB.
    pub file_bytes: usize,
    /// Bytes before the first boundary, which RFC 2046 lets a sender fill with a note to people
    /// and readers must ignore. Default: 1 KiB.
    pub preamble_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            parts: 128,
            fields: 64,
            files: 64,
            header_block_bytes: 8 << 10,
            headers_per_part: 32,
            field_name_bytes: 100,
            field_value_bytes: 64 << 10,
            fields_total_bytes: 256 << 10,
            file_bytes: 20 << 20,
            preamble_bytes: 1 << 10,
        }
    }
}
