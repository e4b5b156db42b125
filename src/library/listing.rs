//! Pages of images, each of which leads to the next.

use super::image::Image;
use crate::catalog::{Catalog, CatalogError};
use crate::image::ImageId;
use crate::listing::{self, LIMIT_DEFAULT, LIMIT_MAX};

/// Which page of the images is wanted.
///
/// ```
/// # async fn all(photos: &tintype::Tintype) -> Result<(), tintype::CatalogError> {
/// use tintype::Listing;
///
/// let mut next = Some(Listing::newest().limit(100));
/// while let Some(listing) = next {
///     let page = photos.list(listing).await?;
///     for image in page.images {
///         println!("{} {}", image.id, image.content_type());
///     }
///     next = page.next;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listing {
    before: Option<ImageId>,
    limit: u32,
}

impl Listing {
    /// The newest images, 50 of them.
    #[must_use]
    pub const fn newest() -> Self {
        Self { before: None, limit: LIMIT_DEFAULT }
    }

    /// The images that were uploaded before this one, 50 of them. It need not exist any more.
    #[must_use]
    pub const fn older_than(id: ImageId) -> Self {
        Self { before: Some(id), limit: LIMIT_DEFAULT }
    }

    /// At most so many images a page, from 1 to 200; what is outside is taken for the nearest. A
    /// page has fewer when more than a MiB was said of them.
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = limit.clamp(1, LIMIT_MAX);
        self
    }

    pub(super) async fn read(self, catalog: &Catalog) -> Result<Page, CatalogError> {
        let (records, more) = listing::page(catalog, self.before, self.limit).await?;
        let last = records.last().filter(|_| more).map(|last| last.id);
        let next = last.map(|id| Self { before: Some(id), limit: self.limit });
        Ok(Page { images: records.into_iter().map(Image::from).collect(), next })
    }
}

/// Some images, newest first, and where to go on.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page {
    /// The images.
    pub images: Vec<Image>,
    /// The page after this one; nothing when this is the last.
    pub next: Option<Listing>,
}
