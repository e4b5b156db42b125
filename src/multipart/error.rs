//! Everything that can be wrong with a form, under the names that Multer gave it.

use std::fmt;

/// Why a form is refused. Each message says what was found and what would have been right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MultipartError {
    /// A file is too large. [`super::Parser::skip_part`] goes on with the next part.
    #[error("a file is larger than the {limit} bytes allowed")]
    FileSize {
        /// [`super::Limits::file_bytes`].
        limit: usize,
    },
    /// There are too many files.
    #[error("the form has more files than the {limit} allowed")]
    FileCount {
        /// [`super::Limits::files`].
        limit: usize,
    },
    /// There are too many parts.
    #[error("the form has more parts than the {limit} allowed")]
    PartCount {
        /// [`super::Limits::parts`].
        limit: usize,
    },
    /// There are too many text fields.
    #[error("the form has more text fields than the {limit} allowed")]
    FieldCount {
        /// [`super::Limits::fields`].
        limit: usize,
    },
    /// The name of a part is too long.
    #[error("the name of a part is longer than the {limit} bytes allowed")]
    FieldKey {
        /// [`super::Limits::field_name_bytes`].
        limit: usize,
    },
    /// The value of a text field is too long. [`super::Parser::skip_part`] goes on with the next
    /// part.
    #[error("the value of a text field is longer than the {limit} bytes allowed")]
    FieldValue {
        /// [`super::Limits::field_value_bytes`].
        limit: usize,
    },
    /// The values of all text fields together are too long. [`super::Parser::skip_part`] goes on
    /// with the next part.
    #[error("the text fields are together longer than the {limit} bytes allowed")]
    FieldsTotal {
        /// [`super::Limits::fields_total_bytes`].
        limit: usize,
    },
    /// A part's `name` parameter is missing or empty.
    #[error("a part has no name; its Content-Disposition must be `form-data; name=\"...\"`")]
    MissingFieldName,
    /// The body is not a form as RFC 7578 describes it.
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

impl MultipartError {
    /// The stable code that clients see: Multer's, where Multer has one.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::FileSize { .. } => "LIMIT_FILE_SIZE",
            Self::FileCount { .. } => "LIMIT_FILE_COUNT",
            Self::PartCount { .. } => "LIMIT_PART_COUNT",
            Self::FieldCount { .. } => "LIMIT_FIELD_COUNT",
            Self::FieldKey { .. } => "LIMIT_FIELD_KEY",
            Self::FieldValue { .. } | Self::FieldsTotal { .. } => "LIMIT_FIELD_VALUE",
            Self::MissingFieldName => "MISSING_FIELD_NAME",
            Self::Malformed(_) => "MALFORMED_MULTIPART",
        }
    }

    /// Whether the fault is the size of one part's data, so that [`super::Parser::skip_part`] can
    /// go on with the part after it.
    #[must_use]
    pub const fn can_skip_part(self) -> bool {
        matches!(self, Self::FileSize { .. } | Self::FieldValue { .. } | Self::FieldsTotal { .. })
    }
}

/// How a body departs from RFC 7578, or from the part of it that is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// The body ended without any boundary: it is empty, or the boundary of the `Content-Type` is
    /// not the one in use.
    #[error("the body does not begin with the boundary that its content type announces")]
    NoBoundary,
    /// Too much stands before the first boundary.
    #[error("no boundary follows within the first {limit} bytes of the body")]
    Preamble {
        /// [`super::Limits::preamble_bytes`].
        limit: usize,
    },
    /// The body ended in the middle of a part or of its headers.
    #[error("the body ended before its closing boundary")]
    Truncated,
    /// After a boundary comes neither a line end nor `--`.
    #[error("a boundary must be followed by CRLF or, the last one, by `--`")]
    BoundaryLine,
    /// A line of a part's head ends in a line feed alone.
    #[error("a line of a part's head ends in LF; it must end in CRLF")]
    BareLineFeed,
    /// The headers of a part are too long.
    #[error("the headers of a part are longer than the {limit} bytes allowed")]
    HeaderBlock {
        /// [`super::Limits::header_block_bytes`].
        limit: usize,
    },
    /// A part has too many headers.
    #[error("a part has more headers than the {limit} allowed")]
    HeaderCount {
        /// [`super::Limits::headers_per_part`].
        limit: usize,
    },
    /// A header goes on in a second line, which RFC 9112 section 5.2 made obsolete.
    #[error("a part's header is folded; it must be on one line")]
    FoldedHeader,
    /// A header line has no colon, no proper name, or a control character.
    #[error("a line of a part's head is not of the form `Name: value`")]
    HeaderLine,
    /// A header that decides how the part is read comes twice.
    #[error("a part has more than one {0} header")]
    DuplicateHeader(PartHeader),
    /// A part has no `Content-Disposition`.
    #[error("a part has no Content-Disposition header")]
    MissingDisposition,
    /// A part's disposition is another one than `form-data`.
    #[error("a part's Content-Disposition must be form-data")]
    NotFormData,
    /// The parameters of `Content-Disposition` cannot be told apart.
    #[error(
        "a part's Content-Disposition must be `form-data; name=\"...\"; filename=\"...\"`, with \
         every quote closed"
    )]
    Disposition,
    /// `name`, `filename` or `filename*` comes twice in one `Content-Disposition`.
    #[error("a part's Content-Disposition has the same parameter twice")]
    DuplicateParameter,
    /// The data is encoded, which RFC 7578 section 4.7 forbids.
    #[error("a part is base64 or quoted-printable; its Content-Transfer-Encoding must be binary")]
    TransferEncoding,
}

/// The headers of a part that decide how it is read. Every other one is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartHeader {
    /// `Content-Disposition`: the part's name and whether it is a file.
    ContentDisposition,
    /// `Content-Type`: what the client thinks that the part is.
    ContentType,
    /// `Content-Transfer-Encoding`: must leave the data as it is.
    ContentTransferEncoding,
}

impl PartHeader {
    /// The header's name in its usual case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ContentDisposition => "Content-Disposition",
            Self::ContentType => "Content-Type",
            Self::ContentTransferEncoding => "Content-Transfer-Encoding",
        }
    }
}

impl fmt::Display for PartHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
