//! Two decoders of each format that share no code: Pillow, on libjpeg-turbo, libpng, libwebp, its own
//! GIF and libavif, and the crate `image`, on zune-jpeg, png, image-webp and gif. Of AVIF the second
//! is the browser.

use std::io::Cursor;
use std::path::Path;

use image::codecs::gif::GifDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{AnimationDecoder, DynamicImage, Frame, ImageFormat, ImageResult};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::shelf::Row;
use crate::tools::{answer_of, python_tool};

/// What a decoder says of a photo before and after.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// The same pixels, frames and times; so many frames.
    Same(u64),
    /// It decodes neither.
    Neither,
    /// It has no decoder for the format.
    Unknown,
    Differs(String),
}

impl Verdict {
    /// The words of a table.
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Same(1) => "same".to_owned(),
            Self::Same(frames) => format!("same, {frames} frames"),
            Self::Neither => "decodes neither".to_owned(),
            Self::Unknown => "-".to_owned(),
            Self::Differs(how) => format!("DIFFERS: {how}"),
        }
    }
}

/// What Pillow says of each photo.
pub(crate) async fn pillow(rows: &[&Row]) -> Vec<Verdict> {
    let pairs: Vec<_> = rows.iter().map(|row| [&row.before, &row.after]).collect();
    let mut command = Command::new(python_tool("python"));
    command.args(["-I", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shown/pixels.py")]);
    let answer = answer_of(command, &json!(pairs).to_string()).await;
    let verdicts: Vec<Value> = serde_json::from_slice(&answer).expect("Pillow has an answer");
    assert_eq!(verdicts.len(), rows.len());
    verdicts.iter().map(told_by_pillow).collect()
}

fn told_by_pillow(verdict: &Value) -> Verdict {
    match (verdict["frames"].as_u64(), verdict["differs"].as_str()) {
        (_, Some(how)) => Verdict::Differs(how.to_owned()),
        (Some(frames), None) => Verdict::Same(frames),
        (None, None) => Verdict::Neither,
    }
}

/// What the crate `image` says of a photo.
pub(crate) fn image(row: &Row) -> Verdict {
    let [before, after] = [&row.before, &row.after].map(|path| decoded(path));
    match (before, after) {
        (None, None) => Verdict::Unknown,
        (None, Some(_)) => Verdict::Differs("recognised only after".to_owned()),
        (Some(_), None) => Verdict::Differs("recognised only before".to_owned()),
        (Some(Ok(before)), Some(Ok(after))) if before == after => {
            Verdict::Same(u64::try_from(before.frames()).unwrap())
        }
        (Some(Ok(_)), Some(Ok(_))) => Verdict::Differs("other pixels".to_owned()),
        (Some(Err(_)), Some(Err(_))) => Verdict::Neither,
        (Some(Err(error)), Some(Ok(_))) => Verdict::Differs(format!("only before: {error}")),
        (Some(Ok(_)), Some(Err(error))) => Verdict::Differs(format!("only after: {error}")),
    }
}

/// All that the crate decodes of a file.
#[derive(PartialEq)]
enum Decoded {
    Still(DynamicImage),
    /// Each frame with its samples and its delay.
    Moving(Vec<(Vec<u8>, (u32, u32))>),
}

impl Decoded {
    fn frames(&self) -> usize {
        match self {
            Self::Still(_) => 1,
            Self::Moving(frames) => frames.len(),
        }
    }
}

/// Nothing for a format that the crate does not know.
fn decoded(path: &Path) -> Option<ImageResult<Decoded>> {
    let bytes = std::fs::read(path).unwrap();
    let format = image::guess_format(&bytes).ok()?;
    if !format.reading_enabled() {
        return None;
    }
    Some(moving_frames(&bytes, format).unwrap_or_else(|| still(&bytes, format)))
}

/// Nothing for a file that does not move.
fn moving_frames(bytes: &[u8], format: ImageFormat) -> Option<ImageResult<Decoded>> {
    let reader = Cursor::new(bytes);
    if format == ImageFormat::Gif {
        return Some(GifDecoder::new(reader).and_then(moving));
    }
    if format == ImageFormat::WebP {
        let decoder = WebPDecoder::new(reader).ok()?;
        return decoder.has_animation().then(|| moving(decoder));
    }
    let decoder = PngDecoder::new(reader).ok().filter(|_| format == ImageFormat::Png)?;
    decoder.is_apng().ok()?.then(|| decoder.apng().and_then(moving))
}

fn still(bytes: &[u8], format: ImageFormat) -> ImageResult<Decoded> {
    image::load_from_memory_with_format(bytes, format).map(Decoded::Still)
}

fn moving<'a>(decoder: impl AnimationDecoder<'a>) -> ImageResult<Decoded> {
    let of = |frame: Frame| {
        let delay = frame.delay().numer_denom_ms();
        (frame.into_buffer().into_raw(), delay)
    };
    let frames = decoder.into_frames().map(|frame| frame.map(of));
    frames.collect::<ImageResult<_>>().map(Decoded::Moving)
}
