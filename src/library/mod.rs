//! The library as a program meets it: one value that holds everything, and what it can be asked.
//!
//! All of this is re-exported at the root of the crate, whose front page explains it. What an upload
//! or a deletion *is* stands in the use cases; here callers' words become theirs.

mod builder;
mod error;
mod image;
mod listing;
mod original;
mod router;
mod upload;
mod variant;

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::DropGuard;
use tracing::Instrument;

use crate::app::App;
use crate::catalog::{CatalogError, Change};
use crate::clock;
use crate::delete::{self, Deleted};
use crate::derive::{VariantError, VariantSpec};
use crate::description;
use crate::http;
use crate::image::ImageId;
use crate::metrics::Stage;
use crate::read::{self, ReadError};
use crate::upload::{self as uploading, Stored};

pub use builder::Builder;
pub use error::{ChangeError, Fault, InvalidSettings, StartError, UploadError};
pub use image::Image;
pub use listing::{Listing, Page};
pub use original::Original;
pub use router::router;
pub use upload::Upload;
pub use variant::Variant;

/// Photos in a bucket and a catalog: uploads, finds, lists, reads and deletes them, and keeps the
/// two in step.
///
/// A clone is the same value and costs nothing. What has begun goes on to its end even when the
/// future that waits for it is dropped, so that a client who hangs up leaves no half of an upload.
///
/// A task of its own finishes what a crash or a lost answer left half done (the reconciler). It ends
/// with [`Tintype::stop`], or when the last clone and the last router are dropped.
#[derive(Clone, Debug)]
pub struct Tintype(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    app: Arc<App>,
    http: http::Settings,
    /// Ends the reconciler when nobody can ask for anything any more.
    _alive: DropGuard,
}

impl Tintype {
    /// Everything that can be said before it starts, with its defaults.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Proves that the bytes are an image, stores and records them.
    ///
    /// The bytes are counted against the memory budget from here until they are stored. When others
    /// use it up the upload waits for its turn, at most the queue time-out, and the bytes are in
    /// memory all the while: a program that reads them from a slow place takes few at a time, or
    /// leaves the reading to [`router()`], which reads nothing before there is room for it.
    ///
    /// With an idempotency key that was used before this is the image as it was then.
    ///
    /// # Errors
    ///
    /// [`UploadError`]. After any error nothing of the upload stays behind for good.
    pub async fn upload(&self, upload: Upload) -> Result<Image, UploadError> {
        let upload = upload.admitted(&self.0.http)?;
        let waiting = self.app().metrics.uploads.start(Stage::Wait);
        let reservation = self.app().memory.reserve(upload.bytes.len()).await?;
        drop(waiting);
        let app = Arc::clone(self.app());
        let stored = self.to_its_end(async move {
            let _paid = reservation;
            uploading::store(&app, upload, clock::now()).await
        });
        match stored.await?? {
            Stored::New(record) | Stored::Replayed(record) => Ok(record.into()),
        }
    }

    /// The image with this id, or nothing when there is none.
    ///
    /// # Errors
    ///
    /// When the catalog does not do its part; [`CatalogError::Unavailable`] may pass.
    pub async fn find(&self, id: ImageId) -> Result<Option<Image>, CatalogError> {
        Ok(self.app().catalog.find(id).await?.map(Image::from))
    }

    /// A page of images, newest first.
    ///
    /// An image that is there all the while appears in exactly one page, whatever is uploaded or
    /// deleted between two of them.
    ///
    /// # Errors
    ///
    /// When the catalog does not do its part; [`CatalogError::Unavailable`] may pass.
    pub async fn list(&self, listing: Listing) -> Result<Page, CatalogError> {
        listing.read(&self.app().catalog).await
    }

    /// The stored bytes of an image, as they come from the bucket, or nothing when there is no such
    /// image.
    ///
    /// # Errors
    ///
    /// [`ReadError`]. The bytes themselves may fail later, too.
    pub async fn original(&self, id: ImageId) -> Result<Option<Original>, ReadError> {
        let Some(record) = self.app().catalog.find(id).await? else { return Ok(None) };
        match read::open(self.app(), &record, None).await {
            Ok(opened) => {
                let memory = self.app().memory.clone();
                Ok(Some(Original::new(record.into(), opened, memory)))
            }
            Err(error) if error.is_of_the_object() && self.is_deleted(id).await => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A smaller rendition of an image, or nothing when there is no such image. It is made when nobody
    /// has asked for it before, and kept in the bucket and, for some time, in memory.
    ///
    /// Any size and quality may be asked for; the ladder binds those who ask [`router()`].
    ///
    /// # Errors
    ///
    /// [`VariantError`]; of AVIF, HEIC and films there are no variants.
    pub async fn variant(
        &self,
        id: ImageId,
        spec: &VariantSpec,
    ) -> Result<Option<Variant>, VariantError> {
        let Some(record) = self.app().catalog.find(id).await? else { return Ok(None) };
        match Variant::of(self.app(), record, spec).await {
            Err(VariantError::Read(error))
                if error.is_of_the_object() && self.is_deleted(id).await =>
            {
                Ok(None)
            }
            variant => variant.map(Some),
        }
    }

    /// Whoever deletes an image takes the object away first, so a read that began before may find it
    /// missing.
    async fn is_deleted(&self, id: ImageId) -> bool {
        self.app().catalog.find(id).await.is_ok_and(|found| found.is_none())
    }

    /// Changes what is said of an image; the image as it is then, or nothing when there is none.
    ///
    /// # Errors
    ///
    /// [`ChangeError`]; nothing is changed then.
    pub async fn change(&self, id: ImageId, change: Change) -> Result<Option<Image>, ChangeError> {
        description::admit_change(&change, self.0.http.form.field_value_bytes)?;
        let changed = self.app().catalog.annotate(id, &change, clock::now()).await;
        Ok(changed.map_err(ChangeError::of)?.map(Image::from))
    }

    /// Deletes an image: its bytes, then its record. Nothing when there is no such image.
    ///
    /// After either answer nobody finds or reads it any more; [`Deleted`] says whether the bytes are
    /// gone already or will be.
    ///
    /// # Errors
    ///
    /// When the catalog could not take the deletion down; nothing is deleted then.
    pub async fn delete(&self, id: ImageId) -> Result<Option<Deleted>, CatalogError> {
        let app = Arc::clone(self.app());
        self.to_its_end(async move { delete::delete(&app, id, clock::now()).await }).await?
    }

    /// Ends the reconciler, waits for what is under way, at most `grace`, and closes the catalog.
    /// From then on every question, of every clone and every router, fails as
    /// [`CatalogError::Unavailable`].
    ///
    /// Call it when your server has ended. What does not end in time is finished by the next start;
    /// nothing that was acknowledged is lost, and nothing is lost either without this call.
    pub async fn stop(&self, grace: Duration) {
        self.app().stop(grace).await;
    }

    /// The parts below, for who looks past the use cases: [`check`](crate::check::check) holds
    /// bucket and catalog against the invariants, [`http::standalone`] is the whole service. Keep this
    /// value as long as they are at work: the reconciler ends with its last clone.
    #[must_use]
    pub fn app(&self) -> &Arc<App> {
        &self.0.app
    }

    /// Runs `work` as a task, to its end even when this future is dropped. A panic in it is a panic
    /// here.
    async fn to_its_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, CatalogError> {
        match self.app().tasks.spawn(work.in_current_span()).await {
            Ok(done) => Ok(done),
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            // The runtime is going down: whether the work was done is open, as after a lost answer.
            Err(error) => Err(CatalogError::Unavailable(Arc::new(error))),
        }
    }
}
