//! The catalog: it can be reached, this version knows its tables, and it takes a row.

use std::error::Error;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::timeout;

use super::obstacles::{advice, in_short};
use crate::app::Settings;
use crate::bucket::{self, ObjectKey, Prefix};
use crate::catalog::{Catalog, CatalogError, Obstacle, OpenError, Tables};
use crate::causes::chain;
use crate::doctor::{Advice, Expectation, Row, Step};
use crate::image::{Format, ImageId};

/// The longest examination: three connections at three seconds each, and a statement on each. Only
/// another that is migrating at the same time takes longer.
const WITHIN: Duration = Duration::from_secs(20);

/// What a look at a catalog came to.
enum Seen {
    Works(Catalog),
    None,
    Behind(usize),
}

/// Why it cannot be worked with.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Row(#[from] CatalogError),
    #[error("no answer within {WITHIN:?}")]
    Late,
}

impl Trouble {
    fn obstacle(&self) -> Obstacle {
        match self {
            Self::Open(error) => error.obstacle(),
            Self::Row(error) => error.obstacle(),
            Self::Late => Obstacle::Silence,
        }
    }
}

/// Examines the catalog that the settings name, and makes nothing that is not there; the catalog
/// with it, if it works.
pub(super) async fn examine(settings: &Settings, now: Timestamp) -> (Row, Option<Catalog>) {
    let seen = timeout(WITHIN, look(settings, now)).await.unwrap_or(Err(Trouble::Late));
    match seen {
        Ok(Seen::Works(catalog)) => (works(), Some(catalog)),
        Ok(Seen::None) => (expected().good("no tables yet, as before the first start"), None),
        Ok(Seen::Behind(missing)) => (behind(missing), None),
        Err(trouble) => (broken(&trouble, settings), None),
    }
}

/// Examines a catalog that is open.
pub(super) async fn examine_open(catalog: &Catalog, settings: &Settings, now: Timestamp) -> Row {
    match timeout(WITHIN, take_a_row(catalog, settings, now)).await {
        Ok(Ok(())) => works(),
        Ok(Err(error)) => broken(&Trouble::Row(error), settings),
        Err(_) => broken(&Trouble::Late, settings),
    }
}

async fn look(settings: &Settings, now: Timestamp) -> Result<Seen, Trouble> {
    match Catalog::look(&settings.catalog).await? {
        Tables::None => Ok(Seen::None),
        Tables::Behind { missing } => Ok(Seen::Behind(missing)),
        Tables::Current => {
            let catalog = Catalog::open(&settings.catalog).await?;
            take_a_row(&catalog, settings, now).await?;
            Ok(Seen::Works(catalog))
        }
    }
}

/// Writes a row and takes it back. It is of an image that is being deleted, which no reader sees; if
/// this process ends between the two, the reconciler removes it.
async fn take_a_row(
    catalog: &Catalog,
    settings: &Settings,
    now: Timestamp,
) -> Result<(), CatalogError> {
    let id = ImageId::generate(now);
    let prefix = match &settings.bucket.location {
        bucket::Location::S3 { prefix, .. } => prefix.clone(),
        bucket::Location::Directory { .. } | bucket::Location::Memory => Prefix::default(),
    };
    let key = ObjectKey::original(&prefix, id, Format::Gif);
    catalog.adopt(id, key.as_str(), settings.sweep.sweep_at(now)).await?;
    catalog.forget(id).await?;
    Ok(())
}

fn expected() -> Expectation {
    Row::of(Step::Catalog, "takes a row")
}

fn works() -> Row {
    expected().good("takes a row")
}

fn behind(missing: usize) -> Row {
    let advice = Advice::new(
        format!(
            "An older version made the tables ({missing} to change). This one brings them up to \
             date when it starts, and the older refuses to start from then on."
        ),
        "back the catalog up, then start `tintype serve` of this version",
    );
    expected().warning("older tables", advice)
}

/// The database's own words belong to what the failure means: they name the table or the file.
fn broken(trouble: &Trouble, settings: &Settings) -> Row {
    let obstacle = trouble.obstacle();
    let Advice { meaning, fix } = advice(obstacle, &settings.catalog.location);
    let error: &(dyn Error + 'static) = trouble;
    let meaning = format!("{meaning} In its words: {}", chain(error));
    expected().broken(in_short(obstacle), Advice { meaning, fix })
}
