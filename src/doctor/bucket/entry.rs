//! The probe's row in the catalog, by which the reconciler removes the probe when nobody else does.

use jiff::Timestamp;

use crate::bucket::ObjectKey;
use crate::catalog::Catalog;
use crate::image::ImageId;

/// What is left of a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// Nothing.
    Nothing,
    /// A row, by which the reconciler deletes the object.
    Row,
    /// The object, and nobody knows of it.
    Object,
}

/// A row that was written before the object was put; none where there is no catalog to write into.
#[derive(Debug)]
pub(super) struct Entry<'a>(Option<(&'a Catalog, ImageId)>);

impl<'a> Entry<'a> {
    /// Writes the row. It is one of an object that is to be deleted from `due_at` on, when no PUT
    /// can land any more.
    pub(super) async fn write(
        catalog: Option<&'a Catalog>,
        id: ImageId,
        key: &ObjectKey,
        due_at: Timestamp,
    ) -> Self {
        let Some(catalog) = catalog else { return Self(None) };
        // A catalog that fails now has a row of its own in the report.
        let written = catalog.adopt(id, key.as_str(), due_at).await.unwrap_or(false);
        Self(written.then_some((catalog, id)))
    }

    /// Takes the row away when the object `is_gone` for good; what is left.
    pub(super) async fn close(self, is_gone: bool) -> Rest {
        match self.0 {
            None if is_gone => Rest::Nothing,
            None => Rest::Object,
            Some((catalog, id)) if is_gone && catalog.forget(id).await.is_ok() => Rest::Nothing,
            Some(_) => Rest::Row,
        }
    }
}
