//! Uploads whose pixels are decoded before they are taken.

use std::io::Cursor;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use tintype::Proof;

use crate::support::app::{Answer, Setup, TestApp};
use crate::support::photos;
use crate::support::requests::NOTHING;

async fn decoding() -> TestApp {
    TestApp::start_with(decode).await
}

/// `--proof decode`, as the settings make it.
fn decode(setup: &mut Setup) {
    setup.app.proof = Proof::Decode;
    setup.app.memory.proofs = tintype::memory::proofs_share(setup.app.memory.budget, true);
}

/// Files whose containers are sound, and whose pixels are not.
fn broken_inside() -> Vec<(&'static str, Vec<u8>)> {
    // A scan that ends after its first blocks.
    let jpeg = photos::jpeg(200, 100);
    let scan = jpeg.windows(2).position(|two| two == [0xFF, 0xDA]).unwrap();
    let jpeg = [&jpeg[..scan + 40], &[0xFF, 0xD9]].concat();
    // Indices that the dictionary does not have yet.
    let gif = b"GIF89a\x02\0\x02\0\x80\0\0\0\0\0\xFF\xFF\xFF\x2C\0\0\0\0\x02\0\x02\0\0\x02\x02\xFF\xFF\0\x3B";
    vec![("png", photos::broken_png()), ("jpeg", jpeg), ("gif", gif.to_vec())]
}

#[tokio::test]
async fn what_does_not_decode_is_refused() {
    let app = decoding().await;
    for (name, bytes) in broken_inside() {
        let answer = app.upload(bytes).await;
        assert_eq!(answer.outcome(), "422 CORRUPT_IMAGE", "{name}: {}", answer.text());
        let detail = answer.json()["detail"].as_str().unwrap().to_lowercase();
        assert!(detail.contains("cannot be decoded") && detail.contains(name), "{detail}");
    }
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn the_structure_is_enough_where_nobody_asks_for_more() {
    let app = TestApp::start().await;
    for (_, bytes) in broken_inside() {
        let image = app.uploaded(bytes).await;
        assert_eq!((&image["placeholder"], &image["color"]), (&Value::Null, &Value::Null));
    }
    app.finish().await;
}

/// The mean of red, green and blue, from 0 to 1.
fn mean(bytes: &[u8]) -> [f32; 3] {
    let picture = image::load_from_memory(bytes).unwrap().to_rgb32f();
    let number = (picture.width() * picture.height()) as f32;
    [0, 1, 2].map(|channel| picture.pixels().map(|pixel| pixel[channel]).sum::<f32>() / number)
}

#[tokio::test]
async fn the_colour_that_is_most_of_a_picture_is_told() {
    let app = decoding().await;
    for color in [[200_u8, 40, 60], [10, 90, 250]] {
        let picture = image::RgbImage::from_pixel(40, 30, image::Rgb(color));
        let mut png = Cursor::new(Vec::new());
        picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
        let image = app.uploaded(png.into_inner()).await;
        let found = image["color"].as_str().unwrap().strip_prefix('#').unwrap();
        let found = u32::from_str_radix(found, 16).unwrap().to_be_bytes();
        let near = color.iter().zip(&found[1..]).all(|(color, found)| color.abs_diff(*found) <= 4);
        assert!(near, "{found:?} is not {color:?}");
    }
    app.finish().await;
}

#[tokio::test]
async fn what_decodes_has_its_placeholder_at_once() {
    let app = decoding().await;
    let files =
        [photos::jpeg(120, 80), photos::png(120, 80), photos::gif(30, 20), photos::webp(120, 80)];
    for bytes in
        files.into_iter().chain([photos::PROGRESSIVE_JPEG, photos::LOSSY_WEBP].map(Vec::from))
    {
        let mean = mean(&bytes);
        let image = app.uploaded(bytes).await;
        let hash = BASE64_STANDARD.decode(image["placeholder"].as_str().unwrap()).unwrap();
        let (r, g, b, a) = thumbhash::thumb_hash_to_average_rgba(&hash).unwrap();
        let off = [r - mean[0], g - mean[1], b - mean[2], a - 1.0].map(f32::abs);
        assert!(off.into_iter().all(|off| off < 0.06), "{off:?} of {mean:?}: {image}");
        assert!(!image["placeholder"].as_str().unwrap().is_empty(), "{image}");
        assert_eq!(image["color"].as_str().unwrap().len(), "#rrggbb".len(), "{image}");
        assert_eq!(app.get(&crate::support::requests::record_of(&image)).await.json(), image);
    }
    app.finish().await;
}

#[tokio::test]
async fn without_a_decoder_the_structure_is_enough() {
    let app = decoding().await;
    let image = app.uploaded(photos::AVIF).await;
    assert_eq!(image["placeholder"], Value::Null);
    app.finish().await;
}

#[tokio::test]
async fn a_proof_that_never_fits_is_refused() {
    let app = TestApp::start_with(|setup| {
        decode(setup);
        setup.app.memory.budget = 24 << 20;
        setup.app.memory.proofs = 1 << 20;
        setup.http.max_image_size = 3 << 20;
    })
    .await;
    let large = webp::Encoder::from_rgb(&vec![90; 3 * 2000 * 1500], 2000, 1500).encode(50.0);
    let answer = app.upload(large.to_vec()).await;
    assert_eq!(answer.outcome(), "422 LIMIT_PIXELS", "{}", answer.text());
    let small: Answer = app.upload(photos::jpeg(64, 64)).await;
    assert_eq!(small.status, 201, "{}", small.text());
    app.finish().await;
}

#[tokio::test]
async fn a_proof_that_takes_too_long_is_refused() {
    let app = TestApp::start_with(|setup| {
        decode(setup);
        setup.app.variants.timeout = std::time::Duration::from_nanos(1);
    })
    .await;
    let answer = app.upload(photos::png(120, 80)).await;
    assert_eq!(answer.outcome(), "422 CORRUPT_IMAGE", "{}", answer.text());
    assert!(answer.text().contains("takes longer than"), "{}", answer.text());
    app.finish().await;
}

#[tokio::test]
async fn many_proofs_at_once_wait_for_each_other() {
    let app = TestApp::start_with(|setup| {
        decode(setup);
        // Room for one proof of a PNG at a time, and for many uploads.
        setup.app.memory.proofs = 12 << 20;
    })
    .await;
    let uploads = (0..24).map(|number| app.upload(photos::png(60 + number, 40)));
    for answer in futures_util::future::join_all(uploads).await {
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
    app.finish().await;
}
