//! Headers that go with every request: how a proxy in front of the service learns who asks.

use std::path::Path;

use reqwest::header::{
    CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
};

/// Headers of the user. Their values are secrets: neither a log nor a message shows them.
#[derive(Debug, Default)]
pub(crate) struct Headers(HeaderMap);

/// Why a header cannot be sent. None of these shows the value.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvalidHeader {
    /// Not of the form that a header has.
    #[error("--header: a header is written 'Name: value', and its value is visible ASCII")]
    Syntax,
    /// One that the request has already.
    #[error("--header: {0} is set by the request itself")]
    Reserved(HeaderName),
    /// The file that was named cannot be read.
    #[error("--header: {path} cannot be read")]
    File {
        /// As it was typed.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
}

/// What the request says itself, and what the client counts on.
const RESERVED: [HeaderName; 4] =
    [CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING, HeaderName::from_static("idempotency-key")];

impl Headers {
    /// From what was typed: `Name: value`, or `@FILE` with one header a line, so that a secret
    /// need not stand in the list of processes.
    ///
    /// # Errors
    ///
    /// [`InvalidHeader`] for the first that cannot be sent.
    pub(crate) fn read<'a>(
        typed: impl IntoIterator<Item = &'a String>,
    ) -> Result<Self, InvalidHeader> {
        let mut headers = Self::default();
        for typed in typed {
            match typed.strip_prefix('@') {
                Some(path) => headers.add_file(path)?,
                None => headers.add(typed)?,
            }
        }
        Ok(headers)
    }

    pub(super) fn into_map(self) -> HeaderMap {
        self.0
    }

    fn add_file(&mut self, path: &str) -> Result<(), InvalidHeader> {
        let text = std::fs::read_to_string(Path::new(path))
            .map_err(|source| InvalidHeader::File { path: path.to_owned(), source })?;
        text.lines().filter(|line| !line.trim().is_empty()).try_for_each(|line| self.add(line))
    }

    fn add(&mut self, line: &str) -> Result<(), InvalidHeader> {
        let (name, value) = line.split_once(':').ok_or(InvalidHeader::Syntax)?;
        let name: HeaderName = name.trim().parse().map_err(|_| InvalidHeader::Syntax)?;
        if RESERVED.contains(&name) {
            return Err(InvalidHeader::Reserved(name));
        }
        let mut value: HeaderValue = value.trim().parse().map_err(|_| InvalidHeader::Syntax)?;
        value.set_sensitive(true);
        self.0.append(name, value);
        Ok(())
    }
}
