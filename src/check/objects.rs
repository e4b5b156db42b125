//! From the bucket to the catalog: does each object have its row?

use std::collections::HashSet;

use futures_util::{StreamExt, TryStreamExt};

use super::PAGE;
use super::report::{Finding, Objects, Report};
use crate::app::App;
use crate::bucket::{BucketError, Listed, ObjectKey};
use crate::catalog::CatalogError;
use crate::image::ImageId;

pub(super) async fn walk(app: &App, report: &mut Report) -> Result<(), CatalogError> {
    let (mut ours, mut foreign) = (0, 0);
    let mut pages = app.bucket.list().try_chunks(PAGE as usize);
    while let Some(page) = pages.next().await {
        let page = match page {
            Ok(page) => page,
            Err(broken) => {
                report.objects = why_not(&broken.1);
                return Ok(());
            }
        };
        let mine: Vec<_> = page.iter().filter_map(named).collect();
        ours += mine.len() as u64;
        foreign += (page.len() - mine.len()) as u64;
        look(app, mine, report).await?;
    }
    report.objects = Objects::Listed { ours, foreign };
    Ok(())
}

fn named(listed: &Listed) -> Option<(ImageId, String)> {
    listed.image.map(|id| (id, listed.key.clone()))
}

fn why_not(error: &BucketError) -> Objects {
    if error.is_missing_or_denied() { Objects::NotAllowed } else { Objects::Failed }
}

async fn look(
    app: &App,
    listed: Vec<(ImageId, String)>,
    report: &mut Report,
) -> Result<(), CatalogError> {
    let known: HashSet<_> = app.catalog.known(&listed).await?.into_iter().collect();
    for (id, key) in listed {
        if !known.contains(&key) && still_there(app, &key).await {
            report.add(Finding::ObjectWithoutRecord { id, key });
        }
    }
    Ok(())
}

/// The row goes after the object, so an object that was listed and has no row may just be gone.
async fn still_there(app: &App, key: &str) -> bool {
    match ObjectKey::from_catalog(key.to_owned()) {
        Ok(key) => {
            let read = app.bucket.get(&key, Some(0..1)).await;
            !matches!(read, Err(BucketError::Missing { .. }))
        }
        Err(_) => false,
    }
}
