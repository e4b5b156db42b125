//! The proof of an upload by decoding it, on a core and in memory of its own.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::UploadError;
use crate::app::App;
use crate::image::Format;
use crate::inspect::Facts;
use crate::memory::Overloaded;
use crate::variant::{self, Deadline, Placeholder, Proof, RenderError, Source};

/// Why the pixels of an upload are not taken.
#[derive(Debug, thiserror::Error)]
pub enum Undecodable {
    /// They are broken.
    #[error("the pixels of the {} cannot be decoded", format.name())]
    Broken {
        /// What the file is.
        format: Format,
        /// What the decoder says.
        #[source]
        cause: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// Decoding them takes longer than it may.
    #[error("decoding the pixels of the {} takes longer than {limit:?}", format.name())]
    TooLong {
        /// What the file is.
        format: Format,
        /// The longest time.
        limit: Duration,
    },
    /// Decoding them takes more memory than the budget can give.
    #[error(
        "decoding the pixels takes {needed} bytes of memory, and --memory-budget allows {most}"
    )]
    TooLarge {
        /// Bytes.
        needed: u64,
        /// Bytes, at the most.
        most: u64,
    },
    /// It is a rare kind of its format, which takes more memory than is reckoned with, whatever the
    /// budget.
    #[error("decoding the pixels takes more memory than a {} of its size should", .0.name())]
    Unusual(Format),
}

/// Decodes the pixels where uploads are proved so, and gives the placeholder of what was seen.
pub(super) async fn decode(
    app: &App,
    bytes: &Bytes,
    facts: &Facts,
) -> Result<Option<Placeholder>, UploadError> {
    if app.proof == Proof::Structure || !variant::can_decode(facts.format) {
        return Ok(None);
    }
    let size = bytes.len() as u64;
    let source = Source::new(facts.format, (facts.width, facts.height), size);
    let (needed, most) = (variant::proof_cost(&source), app.memory.most_proof(size));
    if needed > most {
        return Err(Undecodable::TooLarge { needed, most }.into());
    }
    let paid = app.memory.reserve_proof(needed).await?;
    let patience = app.memory.queue_timeout();
    let core = app.deriver.core(Instant::now() + patience).await;
    let core = core.map_err(|_| Overloaded { wanted: needed, waited: patience })?;
    let (bytes, limit) = (bytes.clone(), app.deriver.timeout());
    let work = app.tasks.spawn_blocking(move || {
        let proved = variant::prove(&bytes, &source, Deadline(Instant::now() + limit));
        drop((bytes, core, paid));
        proved
    });
    match work.await {
        Ok(proved) => proved.map_err(|error| refused(error, &source, limit).into()),
        // Panics are caught there, so the runtime is going down; another replica may take it.
        Err(_) => Err(Overloaded { wanted: needed, waited: Duration::ZERO }.into()),
    }
}

fn refused(error: RenderError, source: &Source, limit: Duration) -> Undecodable {
    match error {
        RenderError::TimedOut(_) => Undecodable::TooLong { format: source.format, limit },
        RenderError::Unusual(format) => Undecodable::Unusual(format),
        RenderError::Undecodable { .. }
        | RenderError::Unsupported(_)
        | RenderError::NoEncoder(_)
        | RenderError::Unencodable { .. } => broken(source.format, error),
    }
}

fn broken(format: Format, cause: impl std::error::Error + Send + Sync + 'static) -> Undecodable {
    Undecodable::Broken { format, cause: Arc::new(cause) }
}
