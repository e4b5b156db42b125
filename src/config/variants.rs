//! Which variants there are, and how much work they may be.

use std::num::NonZeroUsize;

use bytesize::ByteSize;

use super::values::Values;
use crate::derive::{MOST_WAITING, MOST_WORKERS, Mode, Rules, Settings};

/// What the making of variants is set up with.
pub(super) fn read(values: &mut Values<'_>) -> Option<Settings> {
    let words = [("ladder", Mode::Ladder), ("named", Mode::Named), ("off", Mode::Off)];
    let mode = values.word("variants", "ladder, named or off", &words);
    let ladder = values.parse("variant-widths");
    let named = values.texts("variant").join(";");
    let named = values.read("variant", &named, str::parse);
    let auto = values.parse("variant-auto");
    let avif = values.switch("variant-avif");
    let workers = workers(values);
    let queue = values.number_up_to("variant-queue", MOST_WAITING);
    let timeout = values.timeout("variant-timeout");
    Some(Settings {
        rules: Rules { mode: mode?, ladder: ladder?, named: named?, auto: auto?, avif: avif? },
        workers: workers?,
        queue: queue?.get(),
        timeout: timeout?,
    })
}

fn workers(values: &mut Values<'_>) -> Option<NonZeroUsize> {
    if values.text("variant-workers").is_none() {
        return Some(Settings::default().workers);
    }
    values.number_up_to("variant-workers", MOST_WORKERS)
}

/// The part of the memory budget for what was made: nothing where nobody says it.
pub(super) fn cache(values: &mut Values<'_>) -> Option<Option<u64>> {
    let Some(text) = values.text("variant-cache") else { return Some(None) };
    let size = values.read("variant-cache", &text, |text| match text.trim().parse::<ByteSize>() {
        Ok(size) => Ok(size.as_u64()),
        Err(_) => Err(NoSize { text: text.to_owned() }),
    });
    size.map(Some)
}

#[derive(Debug, thiserror::Error)]
#[error("{text:?} is not a size, such as 16MiB or 0")]
struct NoSize {
    text: String,
}
