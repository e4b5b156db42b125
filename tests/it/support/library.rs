//! The library in this process, as a program holds it, on the catalog and the bucket that this run of
//! the tests is for.

use std::time::Duration;

use tintype::check::{self, Depth};
use tintype::{Builder, Tintype, bucket};

use super::app::{Ground, fresh_bucket, fresh_catalog};
use super::catalogs::Fresh;
use super::s3_double::S3Double;

/// A started library and what it stands on.
pub(crate) struct Library {
    pub(crate) photos: Tintype,
    _catalog: Fresh,
    _bucket: Option<Ground>,
}

impl Library {
    /// The library with its defaults.
    pub(crate) async fn start() -> Self {
        Self::start_with(|builder| builder).await
    }

    /// The same, with more said to the builder.
    pub(crate) async fn start_with(say: impl FnOnce(Builder) -> Builder) -> Self {
        let (bucket, ground) = fresh_bucket().await;
        Self::begin(bucket, Some(ground), say).await
    }

    /// On the double of an S3 service, whatever bucket this run is for.
    pub(crate) async fn on_double(double: &S3Double) -> Self {
        Self::on(double.settings()).await
    }

    /// On a bucket that the test holds.
    pub(crate) async fn on(bucket: bucket::Settings) -> Self {
        Self::begin(bucket, None, |builder| builder).await
    }

    async fn begin(
        bucket: bucket::Settings,
        ground: Option<Ground>,
        say: impl FnOnce(Builder) -> Builder,
    ) -> Self {
        let catalog = fresh_catalog().await;
        let builder = Tintype::builder()
            .bucket_location(bucket.location)
            .s3(bucket.s3)
            .catalog_location(catalog.settings.location.clone());
        let photos = say(builder).start().await.unwrap();
        Self { photos, _catalog: catalog, _bucket: ground }
    }

    /// Stops it and asserts that it left everything in order.
    pub(crate) async fn finish(self) {
        let app = self.photos.app();
        let report = check::check(app, Depth::Bytes).await.unwrap();
        assert!(report.holds(), "{report}");
        let memory = app.memory();
        assert_eq!(memory.available(), memory.size(), "the memory budget is not whole again");
        self.photos.stop(Duration::from_secs(20)).await;
        assert!(app.tasks().is_empty(), "a task is left");
    }
}
