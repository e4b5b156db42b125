//! The pictures of a WebP, each as a file that holds nothing else.

use std::borrow::Cow;

use crate::image::Format;
use crate::inspect::reader::Reader;
use crate::inspect::riff::{Chunk, Chunks};
use crate::inspect::{Corruption, webp};
use crate::variant::error::{RenderError, undecodable};
use crate::variant::geometry::Size;
use crate::variant::{Layout, Pixels, compose};

/// The bits of `VP8X` that announce an animation, and opacity.
const IS_ANIMATED: u8 = 0x02;
const HAS_ALPHA: u8 = 0x10;

/// `RIFF`, the size and `WEBP`.
const HEADER: usize = 12;

/// One picture.
#[derive(Clone, Debug)]
pub(super) struct Frame<'a> {
    /// A file with this picture alone.
    pub(super) bytes: Cow<'a, [u8]>,
    /// What in it is coded without loss: the picture, or its opacity.
    pub(super) lossless: Vec<Lossless<'a>>,
    /// Its size, where that is not the size of the canvas.
    pub(super) size: Option<Size>,
    left: u32,
    top: u32,
}

/// Lossless data.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lossless<'a> {
    /// The chunk's data, after the header of an `ALPH` chunk.
    pub(super) data: &'a [u8],
    /// The size when the data does not begin with it, as opacity does not.
    pub(super) is_bare: bool,
}

impl Frame<'_> {
    /// The frame's pixels at their place on an empty canvas.
    pub(super) fn on_canvas(&self, pixels: Pixels, canvas: Size) -> Pixels {
        if self.size.is_none_or(|size| size == canvas) {
            return pixels;
        }
        compose::placed_at(pixels, canvas, (self.left, self.top))
    }
}

/// The pictures, of a still one.
pub(super) fn frames(
    bytes: &[u8],
) -> Result<impl Iterator<Item = Result<Frame<'_>, RenderError>>, RenderError> {
    let body = webp::body(bytes).map_err(fault)?;
    let mut first = Chunks::new(body, 0);
    let head = first.next().and_then(Result::ok);
    let flags = head.filter(|chunk| &chunk.kind == b"VP8X");
    let flags = flags.and_then(|chunk| chunk.data.first().copied()).unwrap_or_default();
    let still = (flags & IS_ANIMATED == 0).then(|| still(bytes, body));
    let chunks = if still.is_some() { Chunks::new(&[], 0) } else { first };
    let frames = chunks.filter_map(|chunk| match chunk {
        Ok(chunk) if &chunk.kind == b"ANMF" => Some(frame(&chunk).map_err(fault)),
        Ok(_) => None,
        Err(cause) => Some(Err(fault(cause))),
    });
    Ok(still.into_iter().map(Ok).chain(frames))
}

fn fault(cause: Corruption) -> RenderError {
    undecodable(Format::Webp, cause)
}

/// The file without what stands behind its end, where the decoder would look for chunks too.
fn still<'a>(bytes: &'a [u8], body: &'a [u8]) -> Frame<'a> {
    let chunks = Chunks::new(body, 0).map_while(Result::ok);
    let lossless = chunks.filter_map(|chunk| lossless(&chunk)).collect();
    let file = bytes.get(..HEADER + body.len()).unwrap_or(bytes);
    Frame { bytes: Cow::Borrowed(file), lossless, size: None, left: 0, top: 0 }
}

/// A frame of an animation: its place on the canvas, then its picture.
fn frame<'a>(chunk: &Chunk<'a>) -> Result<Frame<'a>, Corruption> {
    let mut reader = Reader::new(chunk.data);
    let (left, top) = (reader.le24()? * 2, reader.le24()? * 2);
    let (width, height) = (reader.le24()? + 1, reader.le24()? + 1);
    reader.take(4)?;
    let chunks: Vec<_> = Chunks::new(reader.rest(), 0).collect::<Result<_, _>>()?;
    let of = |kind: &[u8; 4]| chunks.iter().find(|chunk| &chunk.kind == kind);
    let (opacity, lossy) = (of(b"ALPH"), of(b"VP8 "));
    let picture = lossy.or(of(b"VP8L")).ok_or(Corruption::MissingImageData)?;
    let opacity = opacity.filter(|_| lossy.is_some());
    let lossless = opacity.into_iter().chain([picture]).filter_map(lossless).collect();
    let size = Size { width, height };
    let bytes = Cow::Owned(file(size, opacity, picture));
    Ok(Frame { bytes, lossless, size: Some(size), left, top })
}

/// Lossless data in a chunk.
fn lossless<'a>(chunk: &Chunk<'a>) -> Option<Lossless<'a>> {
    match &chunk.kind {
        b"VP8L" => Some(Lossless { data: chunk.data, is_bare: false }),
        b"ALPH" => {
            let (head, data) = chunk.data.split_first()?;
            let is_compressed = head & 0x03 == 1;
            is_compressed.then_some(Lossless { data, is_bare: true })
        }
        _ => None,
    }
}

/// A file with one picture.
fn file(size: Size, opacity: Option<&Chunk<'_>>, picture: &Chunk<'_>) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    if let Some(opacity) = opacity {
        let [width, height] = [size.width - 1, size.height - 1].map(u32::to_le_bytes);
        let mut extended = vec![HAS_ALPHA, 0, 0, 0];
        extended.extend(width.iter().take(3).chain(height.iter().take(3)));
        put(&mut body, *b"VP8X", &extended);
        put(&mut body, opacity.kind, opacity.data);
    }
    put(&mut body, picture.kind, picture.data);
    let mut file = Vec::with_capacity(body.len() + 8);
    put(&mut file, *b"RIFF", &body);
    file
}

/// Appends a chunk, whose data is a part of one that was there, so its length fits.
fn put(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    file.extend(kind);
    file.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_le_bytes());
    file.extend_from_slice(data);
    file.resize(file.len().next_multiple_of(2), 0);
}
