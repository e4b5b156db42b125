//! From a body to one upload: the form or the raw bytes, in reserved memory.

use axum::http::{HeaderMap, header};
use headers::{ContentLength, HeaderMapExt};
use serde_json::{Map, Value};

use super::Settings;
use super::body::Incoming;
use super::problem::{Code, Problem};
use crate::description;
use crate::memory::Buffer;
use crate::multipart::{self, Boundary, Event, Parser, PartKind};
use crate::upload::{IdempotencyKey, Said, Upload, UploadBytes};

/// The most that a form adds around its file: part heads, text parts, boundaries. In bytes.
const FORM_OVERHEAD: u64 = 1024 * 1024;

/// The most that is read after the end of a form before it is answered, in bytes.
const EPILOGUE_BYTES: usize = 64 * 1024;

/// How the bytes of an image come.
#[derive(Debug)]
pub(super) enum Encoding {
    /// As a part of a form.
    Form(Boundary),
    /// As the whole body.
    Raw,
}

impl Encoding {
    /// Decides by `Content-Type`; what the client says of the image itself is not believed.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let content_type = content_type.unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        let essence = essence.to_ascii_lowercase();
        if essence.starts_with("image/") || essence == "application/octet-stream" {
            return Ok(Self::Raw);
        }
        Ok(Self::Form(Boundary::from_content_type(content_type)?))
    }

    const fn overhead(&self) -> u64 {
        match self {
            Self::Form(_) => FORM_OVERHEAD,
            Self::Raw => 0,
        }
    }
}

/// The events of one form, as its body arrives.
#[derive(Debug)]
pub(super) struct FormReader<'a> {
    parser: Parser,
    incoming: &'a mut Incoming,
}

impl<'a> FormReader<'a> {
    pub(super) fn new(
        boundary: &Boundary,
        limits: multipart::Limits,
        incoming: &'a mut Incoming,
    ) -> Self {
        Self { parser: Parser::new(boundary, limits), incoming }
    }

    /// Reads what follows the end of the form, mostly a line end: a connection that is closed with
    /// something unread is reset, and the client may lose the answer.
    ///
    /// The form is whole by now, so that nothing that happens here changes its outcome.
    pub(super) async fn read_epilogue(&mut self) {
        let mut left = EPILOGUE_BYTES;
        while let Ok(Some(chunk)) = self.incoming.next().await {
            left = left.saturating_sub(chunk.len());
            if left == 0 {
                return;
            }
        }
    }

    /// The next event; [`Event::End`] comes last and the epilogue is left unread.
    pub(super) async fn next(&mut self) -> Result<Event, Problem> {
        loop {
            if let Some(event) = self.parser.next()? {
                return Ok(event);
            }
            match self.incoming.next().await? {
                Some(chunk) => self.parser.push(chunk),
                None => self.parser.finish()?,
            }
        }
    }

    /// Gives up the part that is being read; the next event is of the part after it.
    pub(super) fn skip_part(&mut self) {
        self.parser.skip_part();
    }

    /// The value of a text part whose head was the last event. The parser bounds its length.
    pub(super) async fn value(&mut self) -> Result<Vec<u8>, Problem> {
        let mut value = Vec::new();
        while let Event::Data(piece) = self.next().await? {
            value.extend_from_slice(&piece);
        }
        Ok(value)
    }

    /// Copies the data of a file part whose head was the last event into `buffer`.
    pub(super) async fn fill(
        &mut self,
        buffer: &mut Buffer,
        settings: &Settings,
    ) -> Result<(), Problem> {
        while let Event::Data(piece) = self.next().await? {
            buffer.extend(&piece).map_err(|_| too_large(settings))?;
        }
        Ok(())
    }
}

/// What one form or raw body brought.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) buffer: Buffer,
    pub(super) filename: Option<String>,
    pub(super) texts: Texts,
}

/// Reads a form with one file.
pub(super) async fn receive_form(
    mut form: FormReader<'_>,
    buffer: Buffer,
    settings: &Settings,
) -> Result<Received, Problem> {
    let mut empty = Some(buffer);
    let mut filled = None;
    let mut texts = Texts::default();
    loop {
        let head = match form.next().await? {
            Event::Part(head) => head,
            Event::Data(_) | Event::PartEnd => continue,
            Event::End => break form.read_epilogue().await,
        };
        match head.kind {
            PartKind::Field => texts.take(&head.name, &form.value().await?)?,
            PartKind::EmptyInput => form.skip_part(),
            PartKind::File => {
                let mut buffer = empty.take().ok_or_else(one_file_only)?;
                form.fill(&mut buffer, settings).await?;
                filled = Some((buffer, head.filename));
            }
        }
    }
    let (buffer, filename) = filled.ok_or_else(missing_file)?;
    Ok(Received { buffer, filename, texts })
}

/// Reads a body that is the image itself.
pub(super) async fn receive_raw(
    incoming: &mut Incoming,
    mut buffer: Buffer,
    settings: &Settings,
) -> Result<Received, Problem> {
    while let Some(chunk) = incoming.next().await? {
        buffer.extend(&chunk).map_err(|_| too_large(settings))?;
    }
    Ok(Received { buffer, filename: None, texts: Texts::default() })
}

fn one_file_only() -> Problem {
    let detail = "a second file came; send one, or many to /v1/images/batch";
    Problem::new(Code::LimitUnexpectedFile, detail)
}

pub(super) fn missing_file() -> Problem {
    let detail = "the form has no file; with curl: -F image=@photo.jpg";
    Problem::new(Code::MissingFile, detail)
}

/// What the length of a body means for it: refused at once, or so many bytes to reserve.
pub(super) fn reservation_for(
    headers: &HeaderMap,
    encoding: &Encoding,
    settings: &Settings,
) -> Result<u64, Problem> {
    let Some(ContentLength(length)) = headers.typed_get() else {
        return Ok(settings.max_image_size);
    };
    if length > settings.max_image_size.saturating_add(encoding.overhead()) {
        return Err(too_large(settings));
    }
    Ok(length.min(settings.max_image_size))
}

/// The refusal of an image that is larger than the limit.
pub(super) fn too_large(settings: &Settings) -> Problem {
    let limit = settings.max_image_size;
    Problem::new(Code::LimitFileSize, format!("an image has at most {limit} bytes"))
        .with("limit", limit)
}

/// The text parts of a form that mean something.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub(super) caption: Option<String>,
    pub(super) alt: Option<String>,
    pub(super) metadata: Map<String, Value>,
}

impl Texts {
    /// Takes one text part in. Names that mean nothing are tolerated: widgets send many.
    pub(super) fn take(&mut self, name: &str, value: &[u8]) -> Result<(), Problem> {
        match name {
            "caption" => self.caption = Some(text(value)),
            "alt" => self.alt = Some(text(value)),
            "metadata" => self.metadata = metadata(value)?,
            _ => {}
        }
        Ok(())
    }
}

impl Texts {
    /// The upload that these texts belong to.
    pub(super) fn describe(
        self,
        buffer: Buffer,
        filename: Option<String>,
        idempotency: Option<IdempotencyKey>,
    ) -> Upload {
        let Self { caption, alt, metadata } = self;
        let bytes = UploadBytes::Reserved(buffer);
        let said = Said { filename, caption, alt, metadata };
        Upload { bytes, said, idempotency }
    }
}

fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}

fn metadata(value: &[u8]) -> Result<Map<String, Value>, Problem> {
    let metadata = serde_json::from_slice(value).map_err(|error| {
        let detail = "`metadata` is a JSON object, such as {\"album\":\"summer\"}";
        Problem::new(Code::InvalidRequest, detail).with("reason", error.to_string())
    })?;
    description::admit_shape(&metadata)?;
    Ok(metadata)
}
