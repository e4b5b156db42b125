//! What settings do to the program that runs: each of them reaches the part that it is about.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::Answer;
use crate::support::avif::HEIC_WITH_METADATA;
use crate::support::photos;
use crate::support::process::{Service, Site};
use crate::support::requests::until;

/// Uploads these bytes.
async fn upload(service: &Service, bytes: impl Into<reqwest::Body>) -> Answer {
    let request = service.request(Method::POST, "/v1/images");
    let request = request.header("content-type", "application/octet-stream").body(bytes);
    Answer::read(request.send().await.unwrap()).await
}

/// Uploads bytes that are taken; the image, and what was stored of it.
async fn stored(service: &Service, bytes: Vec<u8>) -> (Value, Vec<u8>) {
    let answer = upload(service, bytes).await;
    assert_eq!(answer.outcome(), "201", "{}", answer.text());
    let image = answer.json();
    let stored = service.get(&address(&image, "")).await.body.to_vec();
    (image, stored)
}

fn address(image: &Value, query: &str) -> String {
    format!("/i/{}?{query}", image["id"].as_str().unwrap())
}

/// The width and height of the variant that `query` asks for.
async fn shown(service: &Service, image: &Value, query: &str) -> (u32, u32) {
    let answer = service.get(&address(image, query)).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text());
    let picture = image::load_from_memory(&answer.body).unwrap();
    (picture.width(), picture.height())
}

/// Whether the metrics have this line.
async fn counted(service: &Service, line: &str) -> bool {
    service.get("/metrics").await.text().lines().any(|found| found == line)
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[tokio::test]
async fn by_default_metadata_goes_and_the_structure_is_proof_enough() {
    let site = Site::on_directory().await;
    let service = site.serve().await;
    let (image, kept) = stored(&service, photos::jpeg_with_rights(80, 60)).await;
    assert_eq!((&image["stripped"], &image["placeholder"]), (&json!(["exif"]), &Value::Null));
    assert!(!contains(&kept, b"SECRET") && !contains(&kept, b"Ada"));
    assert_eq!(stored(&service, photos::broken_png()).await.0["color"], Value::Null);
    assert_eq!(upload(&service, HEIC_WITH_METADATA).await.outcome(), "415 UNSUPPORTED_TYPE");
    assert_eq!(shown(&service, &image, "w=64").await, (64, 48));
    assert_eq!(shown(&service, &image, "w=64").await, (64, 48));
    assert!(counted(&service, "tintype_variants_total{outcome=\"memory\"} 1").await);
    for query in ["w=50", "variant=a"] {
        let refused = service.get(&address(&image, query)).await;
        assert_eq!(refused.outcome(), "400 INVALID_VARIANT", "{query}");
    }
    service.stop().await;
}

#[tokio::test]
async fn what_is_kept_and_accepted_and_offered_is_said_by_the_settings() {
    let mut site = Site::on_directory().await;
    site.set("TINTYPE_METADATA", "keep").set("TINTYPE_ACCEPT", "image/heic");
    site.set("TINTYPE_VARIANT_WIDTHS", "50").set("TINTYPE_VARIANT_CACHE", "0");
    site.set("TINTYPE_VARIANT_AUTO", "avif,webp").set("TINTYPE_VARIANT_AVIF", "false");
    site.set("TINTYPE_MAX_PIXELS", "4800");
    let service = site.serve().await;
    let bytes = photos::jpeg_with_rights(80, 60);
    let (image, kept) = stored(&service, bytes.clone()).await;
    assert_eq!((&image["stripped"], kept), (&json!([]), bytes));
    let (heic, kept) = stored(&service, HEIC_WITH_METADATA.to_vec()).await;
    assert_eq!((&heic["content_type"], &kept[..]), (&json!("image/heic"), HEIC_WITH_METADATA));
    let large = upload(&service, photos::jpeg(81, 60)).await;
    assert_eq!(large.outcome(), "422 LIMIT_PIXELS");
    let off = service.get(&address(&image, "w=64")).await;
    assert_eq!(
        (off.outcome().as_str(), &off.json()["widths"]),
        ("400 INVALID_VARIANT", &json!([50]))
    );
    for number in 1..=2 {
        assert_eq!(shown(&service, &image, "w=50").await, (50, 38));
        until("it is stored", async || {
            counted(&service, "tintype_variants_kept_total{outcome=\"stored\"} 1").await
        })
        .await;
        let read = format!("tintype_variants_total{{outcome=\"bucket\"}} {}", number - 1);
        assert!(counted(&service, &read).await, "{read}");
    }
    assert!(counted(&service, "tintype_variants_cached_bytes 0").await);
    let auto = service.request(Method::GET, &address(&image, "w=50&format=auto"));
    let auto = auto.header("accept", "image/avif,image/webp").send().await.unwrap();
    assert_eq!(Answer::read(auto).await.header("content-type"), "image/avif");
    let avif = service.get(&address(&image, "w=50&format=avif")).await;
    assert_eq!(avif.outcome(), "400 INVALID_VARIANT");
    service.stop().await;
}

#[tokio::test]
async fn rights_are_kept_pixels_are_proved_and_names_are_offered_where_the_settings_say_so() {
    let mut site = Site::on_directory().await;
    site.set("TINTYPE_KEEP_COPYRIGHT", "true").set("TINTYPE_PROOF", "decode");
    site.set("TINTYPE_VARIANTS", "named").set("TINTYPE_VARIANT", "a=9x9,cover;b=8x8,cover");
    let service = site.serve().await;
    let (image, kept) = stored(&service, photos::jpeg_with_rights(80, 60)).await;
    assert!(contains(&kept, b"(c) 2026 Ada") && !contains(&kept, b"SECRET"));
    assert!(image["placeholder"].is_string() && image["color"].is_string(), "{image}");
    let broken = upload(&service, photos::broken_png()).await;
    assert_eq!(broken.outcome(), "422 CORRUPT_IMAGE");
    assert_eq!(shown(&service, &image, "variant=a").await, (9, 9));
    assert_eq!(shown(&service, &image, "variant=b").await, (8, 8));
    let off = service.get(&address(&image, "w=64")).await;
    assert_eq!(off.outcome(), "400 INVALID_VARIANT");
    service.stop().await;
    let flags = ["--variants", "ladder", "--variant", "c=7x7,cover", "--variant", "d=6x6,cover"];
    let service = site.serve_with(&flags).await;
    for (query, side) in [("variant=c", 7), ("variant=d", 6), ("w=64&h=64&fit=cover", 60)] {
        assert_eq!(shown(&service, &image, query).await, (side, side), "{query}");
    }
    service.stop().await;
}

#[tokio::test]
async fn without_variants_every_address_gives_the_original() {
    let mut site = Site::on_directory().await;
    site.set("TINTYPE_VARIANTS", "off").set("TINTYPE_VARIANT", "a=9x9");
    let service = site.serve().await;
    let (image, kept) = stored(&service, photos::jpeg(80, 60)).await;
    for query in ["w=64", "w=65", "variant=a", "variant=b", "w=64&format=auto"] {
        let answer = service.get(&address(&image, query)).await;
        assert_eq!((answer.status, &answer.body[..]), (200, &kept[..]), "{query}");
    }
    service.stop().await;
}
