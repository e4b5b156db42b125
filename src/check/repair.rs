//! What can be mended without guessing, and only when asked.

use super::report::{Finding, Report};
use crate::app::App;
use crate::catalog::CatalogError;
use crate::image::ImageId;
use crate::{clock, delete, reconcile};

/// What would be done about one finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repair {
    /// The record is deleted, since its object is gone for good.
    ForgetRecord,
    /// The variant is deleted, since it can be made again.
    ForgetVariant,
    /// The object is deleted, since nothing refers to it.
    DeleteObject,
    /// The reconciler finishes the row.
    Reconcile,
    /// A person has to look: no choice here is safe.
    Nothing,
}

impl Repair {
    /// The repair for `finding`.
    #[must_use]
    pub const fn of(finding: &Finding) -> Self {
        match finding {
            Finding::ObjectMissing { .. } => Self::ForgetRecord,
            Finding::VariantMissing { .. } | Finding::VariantAltered { .. } => Self::ForgetVariant,
            Finding::ObjectWithoutRecord { .. } => Self::DeleteObject,
            Finding::Overdue { .. } => Self::Reconcile,
            // Whoever lost the right to read would lose every record with it.
            Finding::ObjectDenied { .. }
            | Finding::WrongSize { .. }
            | Finding::WrongBytes { .. }
            | Finding::Unreadable { .. }
            | Finding::VariantDenied { .. }
            | Finding::VariantUnreadable { .. } => Self::Nothing,
        }
    }

    /// What it does, as a person reads it.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::ForgetRecord => "delete the record",
            Self::ForgetVariant => "delete the variant, which can be made again",
            Self::DeleteObject => "delete the object",
            Self::Reconcile => "finish what is left",
            Self::Nothing => "nothing: look at it yourself",
        }
    }
}

/// Does what [`Repair::of`] says for every finding of `report`, and returns how many were mended.
///
/// # Errors
///
/// When the catalog does not answer. What was done until then stays done.
pub async fn repair(app: &App, report: &Report) -> Result<u64, CatalogError> {
    let mut mended = 0;
    for finding in &report.findings {
        mended += u64::from(mend(app, finding).await?);
    }
    reconcile::pass(app).await?;
    Ok(mended)
}

async fn mend(app: &App, finding: &Finding) -> Result<bool, CatalogError> {
    match finding {
        Finding::ObjectMissing { id, .. } => {
            delete::delete(app, *id, clock::now()).await.map(|deleted| deleted.is_some())
        }
        Finding::VariantMissing { id, name, key } | Finding::VariantAltered { id, name, key } => {
            let Ok(name) = name.parse() else { return Ok(false) };
            match app.catalog.find_variant(*id, &name).await? {
                Some(variant) if variant.key == *key => {
                    app.catalog.doom_variant(&variant, clock::now()).await
                }
                Some(_) | None => Ok(false),
            }
        }
        Finding::ObjectWithoutRecord { key, .. } => {
            // The row says that the object is to be deleted, so the deletion is as safe against a
            // crash as any other. Its id is its own: the image may have a row, and other objects.
            let now = clock::now();
            app.catalog.adopt(ImageId::generate(now), key, now).await
        }
        Finding::Overdue { .. } => Ok(true),
        Finding::ObjectDenied { .. }
        | Finding::WrongSize { .. }
        | Finding::WrongBytes { .. }
        | Finding::Unreadable { .. }
        | Finding::VariantDenied { .. }
        | Finding::VariantUnreadable { .. } => Ok(false),
    }
}
