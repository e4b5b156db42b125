//! What is said to the builder reaches the part that it is about.

use std::num::NonZeroUsize;

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tintype::derive::{AutoFormats, Mode};
use tintype::metrics;
use tintype::strip::Metadata;
use tintype::{
    Bytes, Format, Image, Proof, Tintype, Upload, UploadError, VariantError, VariantSpec,
};
use tower::ServiceExt as _;

use crate::support::avif::HEIC_WITH_METADATA;
use crate::support::library::Library;
use crate::support::photos::{broken_png, jpeg, jpeg_with_rights};
use crate::support::requests::until;

async fn original(photos: &Tintype, image: &Image) -> Bytes {
    photos.original(image.id).await.unwrap().unwrap().into_bytes().await.unwrap()
}

/// What the routes answer to one who takes AVIF.
async fn get(photos: &Tintype, image: &Image, query: &str) -> Response<Body> {
    let request = Request::get(format!("/i/{}?{query}", image.id));
    let request = request.header("accept", "image/avif,image/webp").body(Body::empty());
    tintype::router(photos).oneshot(request.unwrap()).await.unwrap()
}

/// The width and height of the variant that `query` asks for.
async fn shown(photos: &Tintype, image: &Image, query: &str) -> (u32, u32) {
    let answer = get(photos, image, query).await;
    assert_eq!(answer.status(), 200, "{query}");
    let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let picture = image::load_from_memory(&bytes).unwrap();
    (picture.width(), picture.height())
}

/// Whether the metrics have this line.
async fn counted(photos: &Tintype, line: &str) -> bool {
    let text = photos.app().metrics(metrics::Format::Text).await;
    text.lines().any(|found| found == line)
}

#[tokio::test]
async fn uploads_are_kept_accepted_and_proved_as_was_said() {
    let usual = Library::start().await;
    let image = usual.photos.upload(Upload::new(jpeg_with_rights(80, 60))).await.unwrap();
    assert!(image.stripped.kinds().next().is_some() && image.placeholder.is_none(), "{image:?}");
    usual.photos.upload(Upload::new(broken_png())).await.unwrap();
    let error = usual.photos.upload(Upload::new(HEIC_WITH_METADATA)).await.unwrap_err();
    assert!(matches!(error, UploadError::Refused(_)), "{error}");
    usual.finish().await;

    let said = Library::start_with(|builder| {
        builder.metadata(Metadata::Keep).proof(Proof::Decode).accept(Format::Heic)
    })
    .await;
    let bytes = jpeg_with_rights(80, 60);
    let image = said.photos.upload(Upload::new(bytes.clone())).await.unwrap();
    assert!(image.stripped.kinds().next().is_none() && image.placeholder.is_some(), "{image:?}");
    assert_eq!(original(&said.photos, &image).await, bytes);
    let error = said.photos.upload(Upload::new(broken_png())).await.unwrap_err();
    assert!(matches!(error, UploadError::Undecodable(_)), "{error}");
    let heic = said.photos.upload(Upload::new(HEIC_WITH_METADATA)).await.unwrap();
    assert_eq!(heic.content_type(), "image/heic");
    said.finish().await;
}

#[tokio::test]
async fn the_routes_offer_the_names_that_were_said() {
    let library = Library::start_with(|builder| {
        let [a, b] = ["a=9x9,cover", "b=8x8,cover"].map(|text| text.parse().unwrap());
        builder.variants(Mode::Named).variant(a).variant(b)
    })
    .await;
    let photos = &library.photos;
    let image = photos.upload(Upload::new(jpeg(80, 60))).await.unwrap();
    assert_eq!(shown(photos, &image, "variant=a").await, (9, 9));
    assert_eq!(shown(photos, &image, "variant=b").await, (8, 8));
    assert_eq!(get(photos, &image, "w=64").await.status(), 400);
    library.finish().await;
}

#[tokio::test]
async fn the_routes_offer_the_widths_and_formats_that_were_said_and_keep_nothing() {
    let library = Library::start_with(|builder| {
        let auto = AutoFormats { webp: true, avif: true };
        builder.variant_widths([50, 40]).variant_auto(auto).variant_avif(false).variant_cache(0)
    })
    .await;
    let photos = &library.photos;
    let image = photos.upload(Upload::new(jpeg(80, 60))).await.unwrap();
    for (query, size) in [("w=50", (50, 38)), ("w=40", (40, 30))] {
        assert_eq!(shown(photos, &image, query).await, size);
    }
    for query in ["w=64", "w=50&format=avif"] {
        assert_eq!(get(photos, &image, query).await.status(), 400, "{query}");
    }
    let auto = get(photos, &image, "w=50&format=auto").await;
    assert_eq!(
        (auto.status().as_u16(), auto.headers()["content-type"].to_str().unwrap()),
        (200, "image/avif")
    );
    drop(auto);
    until("they are stored", async || {
        counted(photos, "tintype_variants_kept_total{outcome=\"stored\"} 3").await
    })
    .await;
    assert_eq!(shown(photos, &image, "w=50").await, (50, 38));
    assert!(counted(photos, "tintype_variants_total{outcome=\"bucket\"} 1").await);
    assert!(counted(photos, "tintype_variants_cached_bytes 0").await);
    library.finish().await;
}

#[tokio::test]
async fn as_many_variants_are_made_and_wait_as_was_said() {
    let library =
        Library::start_with(|builder| builder.variant_workers(NonZeroUsize::MIN).variant_queue(1))
            .await;
    let photos = &library.photos;
    let image = photos.upload(Upload::new(jpeg(80, 60))).await.unwrap();
    let memory = photos.app().memory();
    let everything = memory.reserve(memory.largest()).await.unwrap();
    // Three wait for memory and one for its turn.
    let specs = [11, 12, 13, 14, 15].map(|width| VariantSpec::new().width(width));
    let asking = specs.iter().map(|spec| photos.variant(image.id, spec));
    let mut asking: FuturesUnordered<_> = asking.collect();
    let error = asking.next().await.unwrap().unwrap_err();
    assert!(matches!(error, VariantError::QueueFull), "{error}");
    drop(everything);
    while let Some(variant) = asking.next().await {
        variant.unwrap();
    }
    drop(asking);
    until("they are stored", async || {
        counted(photos, "tintype_variants_kept_total{outcome=\"stored\"} 4").await
    })
    .await;
    library.finish().await;
}
