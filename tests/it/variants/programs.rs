//! Variants as a program that uses the library makes them.

use std::time::Duration;

use image::GenericImageView as _;
use tintype::catalog::{VARIANTS_IN_ALL, VARIANTS_PER_IMAGE};
use tintype::reconcile::SweepRule;
use tintype::{Encoding, Fit, Format, Upload, VariantError, VariantSpec};

use crate::support::fault_proxy::{FaultProxy, Outcome, get};
use crate::support::library::Library;
use crate::support::photos;
use crate::support::requests::until;
use crate::support::s3_double::{S3Double, settings_for};
use crate::support::variants::{make, planned};

#[tokio::test]
async fn a_program_makes_a_variant_of_any_size() {
    let library = Library::start().await;
    let photos = &library.photos;
    let image = photos.upload(Upload::new(photos::jpeg(100, 80))).await.unwrap();
    let spec = VariantSpec::new().width(33).height(33).fit(Fit::Cover).quality(77);
    let table = [
        (spec, Format::Jpeg, (33, 33)),
        (spec.format(Encoding::Webp), Format::Webp, (33, 33)),
        (VariantSpec::new().height(40), Format::Jpeg, (50, 40)),
        (VariantSpec::new().width(5000), Format::Jpeg, (100, 80)),
    ];
    for (spec, format, (width, height)) in table {
        let variant = photos.variant(image.id, &spec).await.unwrap().unwrap();
        assert_eq!((variant.format, variant.width, variant.height), (format, width, height));
        assert_eq!(variant.content_type(), format.content_type());
        let picture = image::load_from_memory(&variant.bytes).unwrap();
        assert_eq!(picture.dimensions(), (width, height));
        let again = photos.variant(image.id, &spec).await.unwrap().unwrap();
        assert_eq!((again.bytes, again.sha256), (variant.bytes, variant.sha256));
    }
    library.finish().await;
}

#[tokio::test]
async fn a_program_makes_variants_when_strangers_may_not() {
    let library = Library::start().await;
    let photos = &library.photos;
    let image = photos.upload(Upload::new(photos::jpeg(100, 80))).await.unwrap().id;
    let sweep = SweepRule::new(Duration::from_secs(60), Duration::from_secs(60)).unwrap();
    let fill = async |from: u32, to: u32| {
        for number in from..to {
            let variant = planned(photos.app(), image, &format!("w{}.webp", number + 1000));
            assert!(make(photos.app(), sweep, &variant).await, "{number}");
        }
    };
    fill(0, VARIANTS_PER_IMAGE).await;
    let spec = VariantSpec::new().width(33).format(Encoding::Avif);
    let variant = photos.variant(image, &spec).await.unwrap().unwrap();
    assert_eq!((variant.format, variant.width), (Format::Avif, 33));
    fill(VARIANTS_PER_IMAGE, VARIANTS_IN_ALL - 1).await;
    until("it is stored", async || {
        let rows = photos.app().catalog().variants_of(image, None, 2 * VARIANTS_IN_ALL).await;
        rows.unwrap().len() == VARIANTS_IN_ALL as usize
    })
    .await;
    let error = photos.variant(image, &VariantSpec::new().width(34)).await.unwrap_err();
    assert!(matches!(error, VariantError::TooMany { limit: VARIANTS_IN_ALL }), "{error}");
    photos.variant(image, &spec).await.unwrap().unwrap();
    library.finish().await;
}

#[tokio::test]
async fn an_image_that_is_deleted_while_a_program_reads_it_is_not_there() {
    let double = S3Double::start().await;
    let proxy = FaultProxy::in_front_of(double.address()).await;
    let library = Library::on(settings_for(&proxy.endpoint())).await;
    let photos = &library.photos;
    let spec = VariantSpec::new().width(10);
    for number in 1..=2 {
        let image = photos.upload(Upload::new(photos::jpeg(100, 80))).await.unwrap().id;
        proxy.script([get(Outcome::Hang)]);
        let reading = async {
            match number {
                1 => photos.variant(image, &spec).await.unwrap().is_none(),
                _ => photos.original(image).await.unwrap().is_none(),
            }
        };
        let deleting = async {
            proxy.hung(number).await;
            photos.delete(image).await.unwrap();
            proxy.take_down();
            proxy.restore();
        };
        let (is_gone, ()) = futures_util::future::join(reading, deleting).await;
        assert!(is_gone, "{number}");
    }
    library.finish().await;
}

#[tokio::test]
async fn a_program_is_told_why_there_is_no_variant() {
    let library = Library::start().await;
    let photos = &library.photos;
    let image = photos.upload(Upload::new(photos::jpeg(100, 80))).await.unwrap();
    for spec in [
        VariantSpec::new(),
        VariantSpec::new().width(0),
        VariantSpec::new().height(8193),
        VariantSpec::new().width(10).quality(0),
        VariantSpec::new().width(10).quality(101),
    ] {
        let error = photos.variant(image.id, &spec).await.unwrap_err();
        assert!(matches!(error, VariantError::Spec(_)), "{spec:?}: {error}");
    }
    let avif = photos.upload(Upload::new(photos::AVIF)).await.unwrap();
    let spec = VariantSpec::new().width(10);
    let error = photos.variant(avif.id, &spec).await.unwrap_err();
    assert!(matches!(error, VariantError::NoDecoder(Format::Avif)), "{error}");
    photos.delete(image.id).await.unwrap();
    assert!(photos.variant(image.id, &spec).await.unwrap().is_none());
    library.finish().await;
}
