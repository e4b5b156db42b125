//! The moves of variants, the second half of the catalog's contract.
//!
//! A variant's row goes the way of an image's. That no variant appears once its image is deleting,
//! and that the image's row goes last, is held by a lock: each move that depends on the image's state
//! takes the image's row first.

use std::time::Instant;

use jiff::Timestamp;
use tracing::Instrument as _;

use super::unfinished::Doomed;
use super::variant::{Variant, VariantReserved, VariantRow};
use super::{Access, Catalog, CatalogError, Database, postgres, spans, sqlite};
use crate::image::{ImageId, VariantName};

impl Catalog {
    /// The variant of this name, if it is ready and its image is.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`].
    pub async fn find_variant(
        &self,
        image: ImageId,
        name: &VariantName,
    ) -> Result<Option<Variant>, CatalogError> {
        let name = name.clone();
        run!(self.read(find_variant, image, &name))
    }

    /// The first step of making a variant: inserts its row as pending, if its image is ready, nobody
    /// else makes or has made one of that name, and the image has fewer than `limit` rows of
    /// variants. `sweep_at` is as in [`Reserve`](super::Reserve). Unless the answer is
    /// [`VariantReserved::New`] there is no row.
    ///
    /// # Errors
    ///
    /// [`CatalogError::Unstorable`] when the key cannot be kept, and see [`CatalogError`].
    pub async fn reserve_variant(
        &self,
        variant: &Variant,
        sweep_at: Timestamp,
        limit: u32,
    ) -> Result<VariantReserved, CatalogError> {
        variant.storable()?;
        let variant = variant.clone();
        run!(self.write(reserve_variant, &variant, sweep_at, limit))
    }

    /// The last step: moves the row from pending to ready. `settled_at` is as in
    /// [`Catalog::commit`].
    ///
    /// `false` when the row is not pending, or the image not ready any more: the object is not to be
    /// kept.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`]. After `Unavailable` the row may be ready.
    pub async fn commit_variant(
        &self,
        variant: &Variant,
        settled_at: Timestamp,
    ) -> Result<bool, CatalogError> {
        let variant = variant.clone();
        run!(self.write(commit_variant, &variant, settled_at))
    }

    /// After a making that failed: moves the row from pending to deleting, so that the name is free
    /// again at once, and leaves the object to the reconciler from `settled_at` on, when no effect of
    /// the PUT can land any more. `false` when the row is not pending.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`].
    pub async fn abandon_variant(
        &self,
        variant: &Variant,
        settled_at: Timestamp,
    ) -> Result<bool, CatalogError> {
        let variant = variant.clone();
        run!(self.write(abandon_variant, &variant, settled_at))
    }

    /// For a variant whose object went missing or has other bytes: moves the row from ready to
    /// deleting, due at `now`, so that it can be made again at once. `false` when the row is not
    /// ready.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`].
    pub async fn doom_variant(
        &self,
        variant: &Variant,
        now: Timestamp,
    ) -> Result<bool, CatalogError> {
        let variant = variant.clone();
        run!(self.write(doom_variant, &variant, now))
    }

    /// Removes the row of a variant whose object is gone for good, if it is deleting or its image is.
    /// An image that is deleting and waited only for this one is due at `now`; one that waits for
    /// others too, when the last of them is settled.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`].
    pub async fn forget_variant(
        &self,
        image: ImageId,
        key: &str,
        now: Timestamp,
    ) -> Result<bool, CatalogError> {
        let key = key.to_owned();
        run!(self.write(forget_variant, image, &key, now))
    }

    /// Removes rows of an image that is deleting, by the keys of objects that are gone for good; for
    /// the one that holds the image's lease. How many rows went.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`].
    pub async fn forget_variants(
        &self,
        image: ImageId,
        keys: &[String],
    ) -> Result<u64, CatalogError> {
        if keys.is_empty() {
            return Ok(0);
        }
        let keys = keys.to_vec();
        run!(self.write(forget_variants, image, &keys))
    }

    /// As [`Catalog::claim`], of variants: at most `limit` rows that are not ready and due at `now`.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`].
    pub async fn claim_variants(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Doomed>, CatalogError> {
        run!(self.write(claim_variants, now, lease_until, limit))
    }

    /// As [`Catalog::postpone`], of a variant that is deleting.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`].
    pub async fn postpone_variant(
        &self,
        image: ImageId,
        key: &str,
        due_at: Timestamp,
    ) -> Result<(), CatalogError> {
        let key = key.to_owned();
        run!(self.write(postpone_variant, image, &key, due_at))
    }

    /// At most `limit` rows of one image's variants in any state, in the order of their names, all of
    /// them behind `after`.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`].
    pub async fn variants_of(
        &self,
        image: ImageId,
        after: Option<&Variant>,
        limit: u32,
    ) -> Result<Vec<VariantRow>, CatalogError> {
        let after = after.cloned();
        run!(self.read(variants_of, image, after.as_ref(), limit))
    }

    /// The same of all images, the oldest image first.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`].
    pub async fn variant_page(
        &self,
        after: Option<&Variant>,
        limit: u32,
    ) -> Result<Vec<VariantRow>, CatalogError> {
        let after = after.cloned();
        run!(self.read(variant_page, after.as_ref(), limit))
    }

    /// Notes what stands in for an image while it loads, where nothing is noted and the image is
    /// ready: a `ThumbHash` of at most 64 bytes, and the colour that is most of it. Whether it was
    /// noted.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`].
    pub async fn describe(
        &self,
        id: ImageId,
        placeholder: &[u8],
        color: [u8; 3],
    ) -> Result<bool, CatalogError> {
        let placeholder = placeholder.to_vec();
        run!(self.write(describe, id, &placeholder, color))
    }
}
