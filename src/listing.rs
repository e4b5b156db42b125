//! The use case of listing: a page of records that a process can hold, whatever was said of them.

use crate::catalog::{Catalog, CatalogError, Record};
use crate::description::{json_bytes, values_of};
use crate::image::ImageId;

/// How many images a page holds when nobody says.
pub(crate) const LIMIT_DEFAULT: u32 = 50;

/// The most images of one page.
pub(crate) const LIMIT_MAX: u32 = 200;

/// How many records are read at a time, and from how many bytes of text a page is full: a few
/// records with the longest texts must not take more memory than is there for the page.
const STEP: usize = 16;
const PAGE_BYTES: usize = 1024 * 1024;

/// What the smallest object takes as a value in memory: a leaf of its tree.
const VALUE_BYTES: usize = 640;

/// What a page may take in memory, as records and as JSON: a step of the longest texts and what
/// stood in the page before it.
pub(crate) const PAGE_MEMORY: u64 = 8 * 1024 * 1024;

/// At most `limit` records older than `before`, newest first, or fewer when their texts are long;
/// and whether there are more.
pub(crate) async fn page(
    catalog: &Catalog,
    mut before: Option<ImageId>,
    limit: u32,
) -> Result<(Vec<Record>, bool), CatalogError> {
    let limit = limit as usize;
    let mut page = Vec::new();
    let mut weight = 0;
    loop {
        let wanted = STEP.min(limit - page.len());
        let mut step = catalog.list(before, u32::try_from(wanted + 1).unwrap_or(u32::MAX)).await?;
        let more = step.len() > wanted;
        step.truncate(wanted);
        weight += step.iter().map(weight_of).sum::<usize>();
        before = step.last().map(|last| last.id);
        page.append(&mut step);
        if !more || page.len() >= limit || weight >= PAGE_BYTES {
            return Ok((page, more));
        }
    }
}

/// What a record takes in memory, roughly: its texts, and the tree of its metadata.
fn weight_of(record: &Record) -> usize {
    let texts = [&record.caption, &record.alt, &record.filename];
    let texts: usize = texts.into_iter().flatten().map(String::len).sum();
    texts + json_bytes(&record.metadata) + values_of(&record.metadata) * VALUE_BYTES
}
