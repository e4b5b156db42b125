//! The request's `Content-Type`: is it a form, and which boundary separates its parts?

use super::parameters::Parameters;

/// The longest boundary that RFC 2046 section 5.1.1 allows, in bytes.
const MAX_BYTES: usize = 70;

/// The text that separates the parts of one body: 1 to 70 of the characters that RFC 2046 section
/// 5.1.1 allows, the last of them no space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boundary(String);

/// The `Content-Type` of the request does not say how to take its body apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentTypeError {
    /// The media type is another one.
    #[error("the content type is not multipart/form-data")]
    NotMultipart,
    /// What follows the media type is not a list of `;name=value`.
    #[error("the content type's parameters are not of the form `; boundary=value`")]
    Syntax,
    /// There is no `boundary` parameter, as when a program sets the header itself instead of
    /// leaving it to its HTTP client.
    #[error("the content type has no boundary; let the HTTP client set the header")]
    MissingBoundary,
    /// More than one `boundary` parameter: two readers could choose differently.
    #[error("the content type has more than one boundary")]
    DuplicateBoundary,
    /// The boundary is the empty string.
    #[error("the content type's boundary is empty; it has 1 to {MAX_BYTES} characters")]
    EmptyBoundary,
    /// The boundary is longer than RFC 2046 allows.
    #[error("the content type's boundary is longer than {MAX_BYTES} characters")]
    BoundaryTooLong,
    /// The boundary holds a character that RFC 2046 does not allow, or ends in a space.
    #[error(
        "the content type's boundary may hold letters, digits, '()+_,-./:=? and inner spaces only"
    )]
    IllegalBoundary,
}

impl Boundary {
    /// Reads the value of a `Content-Type` header.
    ///
    /// The media type and parameter names are taken in any case, other parameters are ignored.
    /// An unquoted boundary may hold characters that RFC 9110 wants quoted (`=`, `:`, `/`), since
    /// mail libraries and Dart send them so.
    ///
    /// # Errors
    ///
    /// One variant of [`ContentTypeError`] for each way in which the header can be wrong.
    pub fn from_content_type(value: &str) -> Result<Self, ContentTypeError> {
        let end = value.find(';').unwrap_or(value.len());
        let (media_type, parameters) = value.split_at(end);
        if !media_type.trim_matches([' ', '\t']).eq_ignore_ascii_case("multipart/form-data") {
            return Err(ContentTypeError::NotMultipart);
        }
        let mut boundary = None;
        for parameter in Parameters::new(parameters.as_bytes()) {
            let parameter = parameter.map_err(|_| ContentTypeError::Syntax)?;
            if !parameter.is("boundary") {
                continue;
            }
            if boundary.replace(parameter.value).is_some() {
                return Err(ContentTypeError::DuplicateBoundary);
            }
        }
        Self::from_bytes(boundary.ok_or(ContentTypeError::MissingBoundary)?)
    }

    /// The boundary itself, without the dashes that precede it in the body.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn from_bytes(bytes: Vec<u8>) -> Result<Self, ContentTypeError> {
        if bytes.is_empty() {
            return Err(ContentTypeError::EmptyBoundary);
        }
        if bytes.len() > MAX_BYTES {
            return Err(ContentTypeError::BoundaryTooLong);
        }
        if !bytes.iter().all(|&byte| is_allowed(byte)) || bytes.last() == Some(&b' ') {
            return Err(ContentTypeError::IllegalBoundary);
        }
        String::from_utf8(bytes).map(Self).map_err(|_| ContentTypeError::IllegalBoundary)
    }
}

/// `bchars` of RFC 2046 section 5.1.1. It has no CR, on which [`super::scanner`] relies.
fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte)
}
