//! The head of a part: its header lines, gathered across chunks, and what they say.

use bytes::{Buf, Bytes};

use super::disposition::{Disposition, FileParameter};
use super::error::{Malformed, MultipartError, PartHeader};
use super::limits::Limits;
use super::parameters::is_token;
use super::text;

/// What the head of a part says. All of it is the client's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartHead {
    /// The form field's name, never empty. It is not cleaned: it is for comparing, and may hold
    /// any character.
    pub name: String,
    /// The file's name as [`super::clean`] leaves it; nothing when the part is no file, or when
    /// nothing presentable was left of its name.
    pub filename: Option<String>,
    /// The part's `Content-Type` with its parameters, as sent.
    pub content_type: Option<String>,
    /// What the part is.
    pub kind: PartKind,
}

/// What a part is: its `filename` parameter decides, never its `Content-Type`, since clients send
/// JSON fields with one and a text part without a file name is no upload in any browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// No file name: a text field.
    Field,
    /// A file name, or an empty one with data after it (a script's `Blob` without a name).
    File,
    /// An empty file name and no data: what browsers send for a file input in which nobody chose a
    /// file. Its part has no data.
    EmptyInput,
}

/// The header lines of one part, as far as they have come.
#[derive(Debug, Default)]
pub(super) struct HeaderBlock {
    /// The beginning of the line that is not complete yet.
    line: Vec<u8>,
    bytes: usize,
    lines: usize,
    /// As it stands: it is taken apart when all lines are known, so that a folded one is called
    /// folded, not incomplete.
    disposition: Option<Vec<u8>>,
    content_type: Option<String>,
    has_transfer_encoding: bool,
}

impl HeaderBlock {
    /// Takes lines out of `input`, up to the empty one; nothing when that has not come yet.
    pub(super) fn read(
        &mut self,
        input: &mut Bytes,
        limits: &Limits,
    ) -> Result<Option<PartHead>, MultipartError> {
        while !input.is_empty() {
            let is_line_complete = self.gather(input, limits.header_block_bytes)?;
            if !is_line_complete {
                break;
            }
            let line = std::mem::take(&mut self.line);
            let line = line.strip_suffix(b"\r\n").ok_or(Malformed::BareLineFeed)?;
            if line.is_empty() {
                return self.complete().map(Some);
            }
            self.take_line(line, limits.headers_per_part)?;
        }
        Ok(None)
    }

    /// Moves bytes from `input` to the current line, to its line feed at most; true when that came.
    fn gather(&mut self, input: &mut Bytes, limit: usize) -> Result<bool, Malformed> {
        let room = limit.saturating_sub(self.bytes).min(input.len());
        let window = input.slice(..room);
        let line_feed = memchr::memchr(b'\n', &window);
        if line_feed.is_none() && input.len() > room {
            return Err(Malformed::HeaderBlock { limit });
        }
        let taken = line_feed.map_or(room, |at| at + 1);
        self.line.extend_from_slice(&window.slice(..taken));
        self.bytes += taken;
        input.advance(taken);
        Ok(line_feed.is_some())
    }

    fn take_line(&mut self, line: &[u8], limit: usize) -> Result<(), MultipartError> {
        self.lines += 1;
        if self.lines > limit {
            return Err(Malformed::HeaderCount { limit }.into());
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            return Err(Malformed::FoldedHeader.into());
        }
        let (name, value) = split_header(line).ok_or(Malformed::HeaderLine)?;
        match recognize(name) {
            Some(header) => self.take_header(header, value),
            None => Ok(()),
        }
    }

    fn take_header(&mut self, header: PartHeader, value: &[u8]) -> Result<(), MultipartError> {
        let is_repeated = match header {
            PartHeader::ContentDisposition => self.disposition.replace(value.to_vec()).is_some(),
            PartHeader::ContentType => {
                self.content_type.replace(text::decode(value).into_owned()).is_some()
            }
            PartHeader::ContentTransferEncoding => {
                if !leaves_data_alone(value) {
                    return Err(Malformed::TransferEncoding.into());
                }
                std::mem::replace(&mut self.has_transfer_encoding, true)
            }
        };
        if is_repeated { Err(Malformed::DuplicateHeader(header).into()) } else { Ok(()) }
    }

    fn complete(&mut self) -> Result<PartHead, MultipartError> {
        let value = self.disposition.take().ok_or(Malformed::MissingDisposition)?;
        let disposition = Disposition::parse(&value)?;
        let (kind, filename) = match disposition.file {
            FileParameter::Absent => (PartKind::Field, None),
            FileParameter::Empty => (PartKind::EmptyInput, None),
            FileParameter::Given(name) => (PartKind::File, name),
        };
        let content_type = self.content_type.take().filter(|text| !text.is_empty());
        Ok(PartHead { name: disposition.name, filename, content_type, kind })
    }
}

/// The name and the value of `Name: value`; nothing when the line has another form.
fn split_header(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = memchr::memchr(b':', line)?;
    let (name, value) = line.split_at_checked(colon)?;
    let value = value.strip_prefix(b":")?.trim_ascii();
    let has_control = value.iter().any(|&byte| byte.is_ascii_control() && byte != b'\t');
    (is_token(name) && !has_control).then_some((name, value))
}

fn recognize(name: &[u8]) -> Option<PartHeader> {
    const ALL: [PartHeader; 3] = [
        PartHeader::ContentDisposition,
        PartHeader::ContentType,
        PartHeader::ContentTransferEncoding,
    ];
    ALL.into_iter().find(|header| name.eq_ignore_ascii_case(header.as_str().as_bytes()))
}

fn leaves_data_alone(encoding: &[u8]) -> bool {
    ["binary", "8bit", "7bit"].iter().any(|name| encoding.eq_ignore_ascii_case(name.as_bytes()))
}
