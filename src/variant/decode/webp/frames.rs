//! The pictures of a WebP, each as a file that holds nothing else.

use crate::image::Format;
use crate::inspect::reader::Reader;
use crate::inspect::riff::{Chunk, Chunks};
use crate::inspect::{Corruption, webp};
use crate::variant::error::{RenderError, undecodable};
use crate::variant::geometry::Size;
use crate::variant::{Pixels, compose};

/// The bits of `VP8X` that announce an animation, and opacity.
const IS_ANIMATED: u8 = 0x02;
const HAS_ALPHA: u8 = 0x10;

/// One picture.
#[derive(Clone, Debug)]
pub(super) struct Frame<'a> {
    /// A file with this picture alone.
    pub(super) bytes: Vec<u8>,
    /// What in it is coded without loss: the picture, or its opacity.
    pub(super) lossless: Option<Lossless<'a>>,
    is_lossy: bool,
    /// Otherwise the opacity in the decoded pixels means nothing.
    pub(super) has_opacity: bool,
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
    /// Bytes for each pixel that decoding takes at most: of a lossy picture its planes 1.5 and the
    /// result 3, or 4 with opacity, which is a picture of its own of 5 while it is read; of a
    /// lossless one the result 4; up to 1 for the pictures that tell how either is coded.
    pub(super) const fn pixel_bytes(&self) -> u64 {
        match (self.is_lossy, self.has_opacity) {
            (true, true) => 12,
            (true, false) | (false, _) => 5,
        }
    }

    /// How often the coded data is in memory, beside the original.
    pub(super) const fn copies(&self) -> u64 {
        if self.is_lossy { 4 } else { 1 }
    }

    /// Bytes that [`Self::on_canvas`] takes at most: the pixels, first as they are and with opacity, then
    /// with opacity and on the canvas.
    pub(super) fn placing(&self, canvas: Size) -> u64 {
        let size = self.size.filter(|size| *size != canvas);
        size.map_or(0, |size| (7 * size.area()).max(4 * (size.area() + canvas.area())))
    }

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
    let is_animated = flags & IS_ANIMATED != 0;
    let still = (!is_animated).then(|| still(body, flags).map_err(fault));
    let chunks = if is_animated { first } else { Chunks::new(&[], 0) };
    let frames = chunks.filter_map(|chunk| match chunk {
        Ok(chunk) if &chunk.kind == b"ANMF" => Some(frame(&chunk).map_err(fault)),
        Ok(_) => None,
        Err(cause) => Some(Err(fault(cause))),
    });
    Ok(still.into_iter().chain(frames))
}

fn fault(cause: Corruption) -> RenderError {
    undecodable(Format::Webp, cause)
}

/// The picture of a file without animation. Opacity beside a lossy picture counts where it was
/// announced.
fn still(body: &[u8], flags: u8) -> Result<Frame<'_>, Corruption> {
    let picture = Picture::among(Chunks::new(body, 0), flags & HAS_ALPHA != 0)?;
    Ok(picture.framed(None, (0, 0)))
}

/// A frame of an animation: its place on the canvas, then its picture.
fn frame<'a>(chunk: &Chunk<'a>) -> Result<Frame<'a>, Corruption> {
    let mut reader = Reader::new(chunk.data);
    let (left, top) = (reader.le24()? * 2, reader.le24()? * 2);
    let (width, height) = (reader.le24()? + 1, reader.le24()? + 1);
    reader.take(4)?;
    let picture = Picture::among(Chunks::new(reader.rest(), 0), true)?;
    Ok(picture.framed(Some(Size { width, height }), (left, top)))
}

/// The chunks of a picture.
enum Picture<'a> {
    Lossy { picture: Chunk<'a>, opacity: Option<Chunk<'a>> },
    Lossless(Chunk<'a>),
}

impl<'a> Picture<'a> {
    /// Keeps the first chunk of each kind alone: of empty ones there may be millions.
    fn among(chunks: Chunks<'a>, may_have_opacity: bool) -> Result<Self, Corruption> {
        let (mut lossy, mut opacity, mut lossless) = (None, None, None);
        for chunk in chunks {
            let chunk = chunk?;
            let first = match &chunk.kind {
                b"VP8 " => &mut lossy,
                b"ALPH" => &mut opacity,
                b"VP8L" => &mut lossless,
                _ => continue,
            };
            first.get_or_insert(chunk);
        }
        let opacity = opacity.filter(|_| may_have_opacity);
        let lossy = lossy.map(|picture| Self::Lossy { picture, opacity });
        lossy.or(lossless.map(Self::Lossless)).ok_or(Corruption::MissingImageData)
    }

    fn framed(&self, size: Option<Size>, (left, top): (u32, u32)) -> Frame<'a> {
        match self {
            Self::Lossy { picture, opacity } => {
                let opacity = opacity.as_ref();
                let lossless = opacity.and_then(lossless);
                let has_opacity = opacity.is_some();
                // The size in the header of an extended file is that of the picture.
                let bytes = file(lossy_size(picture), opacity, picture);
                Frame { bytes, lossless, is_lossy: true, has_opacity, size, left, top }
            }
            Self::Lossless(picture) => {
                let mut bytes = file(None, None, picture);
                let has_opacity = announce_opacity(&mut bytes);
                let lossless = lossless(picture);
                Frame { bytes, lossless, is_lossy: false, has_opacity, size, left, top }
            }
        }
    }
}

/// Says of a file with a lossless picture that it has opacity, since without it the decoder makes a
/// copy of the picture; gives whether it had.
fn announce_opacity(file: &mut [u8]) -> bool {
    // Behind the headers of the file and of the chunk, the signature and three bytes of size.
    let Some(byte) = file.get_mut(12 + 8 + 1 + 3) else { return false };
    let had_opacity = *byte & 0x10 != 0;
    *byte |= 0x10;
    had_opacity
}

/// Width and height in the header of a lossy picture (RFC 6386, section 9.1).
fn lossy_size(picture: &Chunk<'_>) -> Option<Size> {
    let mut reader = Reader::new(picture.data);
    reader.take(6).ok()?;
    let (width, height) = (reader.le16().ok()?, reader.le16().ok()?);
    let side = |side: u16| u32::from(side & 0x3FFF);
    Some(Size { width: side(width), height: side(height) })
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
fn file(size: Option<Size>, opacity: Option<&Chunk<'_>>, picture: &Chunk<'_>) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    body.reserve_exact(picture.data.len() + opacity.map_or(0, |chunk| chunk.data.len()) + 64);
    if let Some((opacity, size)) = opacity.zip(size) {
        let side = |side: u32| side.saturating_sub(1).to_le_bytes();
        let [width, height] = [side(size.width), side(size.height)];
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
