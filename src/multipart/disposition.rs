//! `Content-Disposition: form-data; name="..."; filename="..."`: what a part is called, and
//! whether it is a file.

use super::error::{Malformed, MultipartError};
use super::parameters::{Parameter, Parameters};
use super::{filename, text};

/// What the header says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Disposition {
    pub(super) name: String,
    pub(super) file: FileParameter,
}

/// What `filename` and `filename*` say together.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FileParameter {
    /// Neither is there.
    Absent,
    /// What is there is the empty string.
    Empty,
    /// A file name, of which [`filename::clean`] may have left nothing.
    Given(Option<String>),
}

impl Disposition {
    /// Reads the header's value.
    pub(super) fn parse(value: &[u8]) -> Result<Self, MultipartError> {
        let end = memchr::memchr(b';', value).unwrap_or(value.len());
        let (kind, list) = value.split_at_checked(end).unwrap_or((value, &[]));
        if !kind.trim_ascii().eq_ignore_ascii_case(b"form-data") {
            return Err(Malformed::NotFormData.into());
        }
        let found = Found::read(list)?;
        let name = text::unescape(&found.name.unwrap_or_default());
        if name.is_empty() {
            return Err(MultipartError::MissingFieldName);
        }
        let file = FileParameter::decide(found.filename.as_deref(), found.extended.as_deref());
        Ok(Self { name: text::decode(&name).into_owned(), file })
    }
}

impl FileParameter {
    /// `filename*` wins because a sender adds it to say what `filename` cannot (RFC 6266 section
    /// 4.3); RFC 7578 forbids it in forms, and clients send it nevertheless.
    fn decide(plain: Option<&[u8]>, extended: Option<&[u8]>) -> Self {
        if plain.is_none() && extended.is_none() {
            return Self::Absent;
        }
        let extended_text = extended.and_then(text::decode_extended);
        let is_unnamed = plain.is_none_or(<[u8]>::is_empty)
            && (extended.is_none() || extended_text.as_ref().is_some_and(String::is_empty));
        if is_unnamed {
            return Self::Empty;
        }
        let plain_name = || plain.and_then(|raw| filename::clean(&text::unescape(raw)));
        let extended_name = extended_text.and_then(|text| filename::clean(text.as_bytes()));
        Self::Given(extended_name.or_else(plain_name))
    }
}

/// The parameters that count, as they stand in the header.
#[derive(Default)]
struct Found {
    name: Option<Vec<u8>>,
    filename: Option<Vec<u8>>,
    extended: Option<Vec<u8>>,
}

impl Found {
    fn read(list: &[u8]) -> Result<Self, Malformed> {
        let mut found = Self::default();
        for parameter in Parameters::new(list) {
            let parameter = parameter.map_err(|_| Malformed::Disposition)?;
            let Some(slot) = found.slot(&parameter) else { continue };
            if slot.replace(parameter.value).is_some() {
                return Err(Malformed::DuplicateParameter);
            }
        }
        Ok(found)
    }

    fn slot(&mut self, parameter: &Parameter<'_>) -> Option<&mut Option<Vec<u8>>> {
        if parameter.is("name") {
            Some(&mut self.name)
        } else if parameter.is("filename") {
            Some(&mut self.filename)
        } else if parameter.is("filename*") {
            Some(&mut self.extended)
        } else {
            None
        }
    }
}
