//! What exiftool finds in a file, and what of it is meant to be there: nothing but how the picture is
//! coded, its colours, its animation and its orientation.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value};
use tokio::process::Command;

use crate::tools::answer_of;

/// The groups of exiftool and the tags in them that may be in a stored file. A group that ends with a
/// star stands for all that begin so; a tag that is a star stands for every tag.
const MEANT: &[(&str, &[&str])] = &[
    ("ExifTool", &["ExifToolVersion"]),
    ("System", &["*"]),
    (
        "File",
        &[
            "FileType",
            "FileTypeExtension",
            "MIMEType",
            "ImageWidth",
            "ImageHeight",
            "EncodingProcess",
            "BitsPerSample",
            "ColorComponents",
            "YCbCrSubSampling",
            // Of the Exif block that has the orientation.
            "ExifByteOrder",
        ],
    ),
    ("Composite", &["ImageSize", "Megapixels", "Rotation", "AvgBitrate"]),
    ("IFD0", &["Orientation"]),
    ("JFIF", &["JFIFVersion", "ResolutionUnit", "XResolution", "YResolution"]),
    ("Adobe", &["DCTEncodeVersion", "APP14Flags0", "APP14Flags1", "ColorTransform"]),
    // A colour profile tells of a screen or a standard, and the colours are wrong without it.
    ("ICC*", &["*"]),
    (
        "PNG",
        &[
            "ImageWidth",
            "ImageHeight",
            "BitDepth",
            "ColorType",
            "Compression",
            "Filter",
            "Interlace",
            "Palette",
            "Transparency",
            "Gamma",
            "SRGBRendering",
            "SignificantBits",
            "ProfileName",
            "BackgroundColor",
            "AnimationFrames",
            "AnimationPlays",
        ],
    ),
    ("PNG-pHYs", &["PixelsPerUnitX", "PixelsPerUnitY", "PixelUnits"]),
    ("PNG-cICP", &["*"]),
    (
        "RIFF",
        &[
            "ImageWidth",
            "ImageHeight",
            "WebP_Flags",
            "VP8Version",
            "HorizontalScale",
            "VerticalScale",
            "AlphaIsUsed",
            "AlphaPreprocessing",
            "AlphaFiltering",
            "AlphaCompression",
            "BackgroundColor",
            "AnimationLoopCount",
            "FrameCount",
            "Duration",
        ],
    ),
    (
        "GIF",
        &[
            "GIFVersion",
            "ImageWidth",
            "ImageHeight",
            "HasColorMap",
            "ColorResolutionDepth",
            "BitsPerPixel",
            "BackgroundColor",
            "AnimationIterations",
            "FrameCount",
            "Duration",
            "TransparentColor",
        ],
    ),
    // The boxes of an AVIF: what it is coded with and where. `Free` is the room of what went.
    ("Meta", &["PrimaryItemReference", "Free"]),
    (
        "QuickTime",
        &[
            "MajorBrand",
            "MinorVersion",
            "CompatibleBrands",
            "HandlerType",
            "ImageSpatialExtent",
            "ImagePixelDepth",
            "AV1ConfigurationVersion",
            "SeqProfile",
            "SeqLevelIdx0",
            "SeqTier0",
            "HighBitDepth",
            "TwelveBit",
            "ChromaFormat",
            "ChromaSamplePosition",
            "InitialDelaySamples",
            "ColorProfiles",
            "ColorPrimaries",
            "TransferCharacteristics",
            "MatrixCoefficients",
            "VideoFullRangeFlag",
            "Rotation",
            "AuxiliaryImageType",
            "MediaDataSize",
            "MediaDataOffset",
            "MediaData",
            // The header of a sequence.
            "MovieHeaderVersion",
            "TimeScale",
            "Duration",
            "PreferredRate",
            "PreferredVolume",
            "MatrixStructure",
            "PreviewTime",
            "PreviewDuration",
            "PosterTime",
            "SelectionTime",
            "SelectionDuration",
            "CurrentTime",
            "NextTrackID",
        ],
    ),
    (
        "Track1",
        &[
            "TrackHeaderVersion",
            "TrackID",
            "TrackDuration",
            "TrackLayer",
            "TrackVolume",
            "MatrixStructure",
            "ImageWidth",
            "ImageHeight",
            "Unknown_edts",
            "Unknown_free",
            "MediaHeaderVersion",
            "MediaTimeScale",
            "MediaDuration",
            "MediaLanguageCode",
            "HandlerType",
            "GraphicsMode",
            "OpColor",
            "OtherFormat",
            "Unknown_av1C",
            "Unknown_colr",
            "Unknown_ccst",
            "TimeToSampleTable",
            "SampleToChunk",
            "SampleSizes",
            "ChunkOffset",
            "SyncSampleTable",
        ],
    ),
];

/// The tags of each file.
pub(crate) async fn tags_of(files: &[&Path]) -> Vec<Map<String, Value>> {
    let mut command = Command::new("exiftool");
    // Every tag, also those that are there twice, unknown, or inside of what is embedded.
    command.args(["-a", "-u", "-ee", "-G1", "-j", "-@", "-"]);
    let names: Vec<_> = files.iter().map(|path| path.to_str().unwrap()).collect();
    let answer = answer_of(command, &names.join("\n")).await;
    let tags: Vec<Map<_, _>> = serde_json::from_slice(&answer).expect("exiftool has an answer");
    assert_eq!(tags.len(), files.len(), "exiftool reads every file");
    tags
}

/// The tags that are not meant to be there, with their groups.
pub(crate) fn left_over(tags: &Map<String, Value>) -> BTreeSet<&str> {
    let tags = tags.iter().filter(|(name, _)| *name != "SourceFile");
    tags.filter(|(name, value)| !is_meant(name, value)).map(|(name, _)| name.as_str()).collect()
}

fn is_meant(name: &str, value: &Value) -> bool {
    let (group, tag) = name.split_once(':').unwrap_or(("", name));
    // A box that has a time tells none when it is zero.
    if tag.ends_with("Date") && value == "0000:00:00 00:00:00" {
        return true;
    }
    MEANT.iter().any(|(meant, tags)| {
        let is_group = match meant.strip_suffix('*') {
            Some(start) => group.starts_with(start),
            None => group == *meant,
        };
        is_group && (tags.contains(&tag) || tags == &["*"])
    })
}
