//! Variants made by hand, step by step, as a maker does: the row, the object, the commit.

use jiff::Timestamp;
use serde_json::Value;
use tintype::app::App;
use tintype::bucket::{ObjectKey, ObjectKind};
use tintype::catalog::{Sha256, VARIANTS_IN_ALL, Variant, VariantReserved};
use tintype::image::{Format, ImageId};
use tintype::reconcile::SweepRule;

use sha2::{Digest, Sha256 as Hasher};

/// What every variant made by hand holds.
pub(crate) const RENDITION: &[u8] = b"as small as it is, it stands for a rendition";

/// One that is about to be made.
pub(crate) fn planned(app: &App, image: ImageId, name: &str) -> Variant {
    let name = name.parse().unwrap();
    Variant {
        image,
        key: app.bucket().variant_key(image, &name).to_string(),
        name,
        format: Format::Webp,
        size: RENDITION.len() as u64,
        width: 320,
        height: 240,
        sha256: Sha256::new(Hasher::digest(RENDITION).into()),
        created_at: now(),
    }
}

/// Inserts its row.
pub(crate) async fn reserve(app: &App, sweep: SweepRule, variant: &Variant) -> VariantReserved {
    let sweep_at = sweep.sweep_at(variant.created_at);
    app.catalog().reserve_variant(variant, sweep_at, VARIANTS_IN_ALL).await.unwrap()
}

/// Puts its object.
pub(crate) async fn put(app: &App, variant: &Variant) {
    let key = ObjectKey::from_catalog(variant.key.clone()).unwrap();
    app.bucket().put(&key, RENDITION, ObjectKind::Variant(variant.format)).await.unwrap();
}

/// Takes all steps; whether it is ready. A maker that is told that it is not to be kept takes it back.
pub(crate) async fn make(app: &App, sweep: SweepRule, variant: &Variant) -> bool {
    if reserve(app, sweep, variant).await != VariantReserved::New {
        return false;
    }
    put(app, variant).await;
    if app.catalog().commit_variant(variant, variant.created_at).await.unwrap() {
        return true;
    }
    let key = ObjectKey::from_catalog(variant.key.clone()).unwrap();
    app.bucket().delete(&key).await.unwrap();
    app.catalog().forget_variant(variant.image, &variant.key, now()).await.unwrap();
    false
}

/// The time as a maker reads it.
#[expect(clippy::disallowed_methods, reason = "the tests have no other edge")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// The id of an image, from its JSON.
pub(crate) fn id_of(image: &Value) -> ImageId {
    image["id"].as_str().unwrap().parse().unwrap()
}
