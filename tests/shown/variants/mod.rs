//! Every variant opens with Pillow, with sharp and in a browser, in the size that was asked for, and
//! shows what the browser shows of the original: turned the same way and in the same colours.

mod originals;

use std::path::{Path, PathBuf};

use axum::response::Html;
use axum::routing::get;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

use crate::support::app::TestApp;
use crate::support::catalogs::environment;
use crate::tools::{answer_of, python_tool};
use crate::{browser, exiftool};
use originals::{PATCHES, SIZE};

const FORMATS: [&str; 4] = ["jpeg", "webp", "png", "avif"];

/// A variant that was made.
struct Variant {
    told: String,
    format: &'static str,
    size: (u32, u32),
    /// Its address and that of the original it is to look like; cut ones look like none.
    pair: Value,
    file: PathBuf,
}

/// The sizes to ask for, what comes of them, and whether the whole picture is in it.
fn sizes((width, height): (u32, u32)) -> [(&'static str, (u32, u32), bool); 4] {
    [
        ("w=2560", (width, height), true),
        ("w=96", (96, (96 * height + width / 2) / width), true),
        ("w=96&h=96&fit=cover", (96, 96), false),
        ("w=96&h=160&fit=contain", (96, 160), false),
    ]
}

async fn make(app: &TestApp, folder: &TempDir) -> Vec<Variant> {
    let mut variants = Vec::new();
    for original in originals::all() {
        let image = app.uploaded(original.bytes.clone()).await;
        let path = format!("/i/{}", image["id"].as_str().unwrap());
        for (query, size, is_whole) in sizes(original.shown) {
            for format in FORMATS {
                let address = format!("{path}?{query}&format={format}");
                let answer = app.get(&address).await;
                let told = format!("{} as {query}, {format}", original.name);
                assert_eq!(answer.status, 200, "{told}: {}", answer.text());
                assert_eq!(answer.header("content-type"), format!("image/{format}"), "{told}");
                let file = folder.path().join(variants.len().to_string());
                std::fs::write(&file, &answer.body).unwrap();
                let before = is_whole.then_some(&path);
                let pair = json!({ "original": before, "variant": address });
                variants.push(Variant { told, format, size, pair, file });
            }
        }
    }
    variants
}

/// What a program reads of each file: its format and its size, after it has read all pixels.
async fn read_by(mut command: Command, script: &str, files: &[&Path]) -> Vec<Value> {
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shown/variants").join(script));
    let answer = answer_of(command, &json!(files).to_string()).await;
    serde_json::from_slice(&answer).unwrap_or_else(|error| panic!("{script}: {error}"))
}

async fn read_by_sharp(files: &[&Path]) -> Vec<Value> {
    let tools = environment("TINTYPE_TEST_NODE_TOOLS");
    let tools = PathBuf::from(tools.expect("TINTYPE_TEST_NODE_TOOLS: `cargo xtask test`"));
    let mut command = Command::new(tools.join("node_modules/.bin/node"));
    command.env("NODE_PATH", tools.join("node_modules"));
    read_by(command, "sharp.cjs", files).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_variant_opens_everywhere_and_looks_like_its_original() {
    let app = TestApp::start_with(|setup| setup.app.memory.budget = 400 << 20).await;
    let folder = tempfile::tempdir().unwrap();
    let variants = make(&app, &folder).await;
    let files: Vec<&Path> = variants.iter().map(|variant| &*variant.file).collect();
    let pillow = read_by(Command::new(python_tool("python")), "opened.py", &files).await;
    let sharp = read_by_sharp(&files).await;
    let tags = exiftool::tags_of(&files).await;
    let pairs = variants.iter().map(|variant| variant.pair.clone()).collect();
    let shown = browser::answer_of(&app, app.routes(), "variants/pairs.html", pairs).await;
    let mut faults = Vec::new();
    for (number, variant) in variants.iter().enumerate() {
        let (width, height) = variant.size;
        let expected = json!({ "format": variant.format, "width": width, "height": height });
        let shown = &shown[number];
        let left_over = exiftool::left_over(&tags[number]);
        let is_opened = pillow[number] == expected
            && sharp[number] == expected
            && (&shown["width"], &shown["height"]) == (&json!(width), &json!(height));
        if !is_opened || !left_over.is_empty() || !is_alike(variant, shown) {
            let told = &variant.told;
            let by = (&pillow[number], &sharp[number]);
            faults.push(format!("{told}: {by:?}, browser {shown}, left {left_over:?}"));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    app.finish().await;
}

/// Whether the browser sees about the same in both. Reducing in another way and coding with losses
/// changes single pixels; another colour space or another corner changes the mean.
fn is_alike(variant: &Variant, shown: &Value) -> bool {
    let most = if variant.format == "png" { 1.5 } else { 6.0 };
    variant.pair["original"].is_null() || shown["mean"].as_f64().is_some_and(|mean| mean <= most)
}

/// The picture on the screen has in each patch the colour that the original has there, and not the
/// one that its numbers would be in sRGB.
#[tokio::test(flavor = "multi_thread")]
async fn the_colours_of_a_p3_photo_are_right_on_the_screen() {
    const NEAR: u8 = 8;
    let app = TestApp::start_with(|setup| setup.app.memory.budget = 400 << 20).await;
    let image = app.uploaded(originals::jpeg(1)).await;
    let path = format!("/i/{}", image["id"].as_str().unwrap());
    let addresses: Vec<String> = std::iter::once(path.clone())
        .chain(FORMATS.iter().map(|format| format!("{path}?w=2560&format={format}")))
        .collect();
    let pictures: String =
        addresses.iter().map(|address| format!("<img src=\"{address}\">")).collect();
    let html = format!("<!doctype html><style>*{{margin:0}}img{{display:block}}</style>{pictures}");
    let rows = u32::try_from(addresses.len()).unwrap();
    let routes = app.routes().route("/pictures", get(Html(html)));
    let screen = browser::screenshot(&app, routes, "/pictures", (SIZE.0, rows * SIZE.1)).await;
    let seen = |row: u32, patch: u32| {
        let (x, y) = (40 + 80 * (patch % 4), 25 + 50 * (patch / 4) + row * SIZE.1);
        let pixel = screen.get_pixel(x, y);
        [pixel[0], pixel[1], pixel[2]]
    };
    let far = |a: [u8; 3], b: [u8; 3]| {
        a.into_iter().zip(b).map(|(a, b)| a.abs_diff(b)).max().unwrap_or_default()
    };
    let mut differ = 0;
    for (patch, numbers) in (0..).zip(PATCHES) {
        let original = seen(0, patch);
        differ += usize::from(far(original, numbers) > NEAR);
        for (row, address) in (0..).zip(&addresses) {
            let variant = seen(row, patch);
            let distance = far(variant, original);
            assert!(distance <= NEAR, "{address}: {variant:?} for {original:?} in patch {patch}");
        }
    }
    assert!(differ >= 4, "the patches would show a profile that is ignored");
    app.finish().await;
}
