//! Bodies on their way to the client, at a pace that a client may not fall below.

use std::ops::Range;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use futures_util::{StreamExt, TryStreamExt, stream};
use tracing::Span;

use super::Service;
use super::body::Pace;
use crate::bucket::BucketError;
use crate::causes::chain;
use crate::memory::Reservation;
use crate::metrics::Tally;
use crate::read::Opened;

/// What is sent of bytes in memory at a time. So much is written before anybody looks at the pace of
/// the client; hyper's time limit on writes sees to the rest.
const PIECE: usize = 128 * 1024;

/// The bytes on their way from the bucket to the client, a window at a time.
pub(super) fn opened(service: &Service, opened: Opened) -> Body {
    let Opened { window, body } = opened;
    let mut pace = Outgoing::new(service, Some(window));
    let paced = body.map(move |chunk| pace.pass(chunk?).map_err(BodyError::from));
    // The head of the answer is gone by then: the client sees the body end early, the operator this.
    let span = Span::current();
    let broke_off = move |error: &BodyError| {
        span.in_scope(|| tracing::warn!(cause = chain(error), "the read broke off"));
    };
    Body::from_stream(paced.inspect_err(broke_off))
}

/// Bytes that are in memory already.
pub(super) fn kept(service: &Service, bytes: Bytes) -> Body {
    if bytes.len() <= PIECE {
        return Body::from(bytes);
    }
    let mut pace = Outgoing::new(service, None);
    let pieces = stream::unfold(bytes, |mut rest| async move {
        let piece = rest.split_to(rest.len().min(PIECE));
        (!piece.is_empty()).then_some((piece, rest))
    });
    Body::from_stream(pieces.map(move |piece| pace.pass(piece)))
}

/// The bytes of a range, without a copy.
pub(super) fn part(bytes: &Bytes, range: Range<u64>) -> Bytes {
    let at = |place: u64| usize::try_from(place).unwrap_or(usize::MAX).min(bytes.len());
    bytes.slice(at(range.start)..at(range.end))
}

/// A body on its way out. A client that reads too slowly on average loses its window: a few hundred
/// of them would else keep every upload waiting.
struct Outgoing {
    pace: Pace,
    began: Instant,
    sent: Tally,
    _window: Option<Reservation>,
}

impl Outgoing {
    fn new(service: &Service, window: Option<Reservation>) -> Self {
        let sent = service.app.metrics.requests.sent();
        Self { pace: service.settings.pace, began: Instant::now(), sent, _window: window }
    }

    fn pass(&mut self, chunk: Bytes) -> Result<Bytes, TooSlow> {
        let elapsed = self.began.elapsed();
        let sent = self.sent.counted();
        if self.pace.patience(sent, elapsed).is_zero() {
            return Err(TooSlow { sent, elapsed });
        }
        self.sent.add(chunk.len() as u64);
        Ok(chunk)
    }
}

/// Why a body ended before its end.
#[derive(Debug, thiserror::Error)]
enum BodyError {
    #[error(transparent)]
    Bucket(#[from] BucketError),
    #[error(transparent)]
    TooSlow(#[from] TooSlow),
}

#[derive(Debug, thiserror::Error)]
#[error("the client reads too slowly: {sent} bytes in {elapsed:?}")]
struct TooSlow {
    sent: u64,
    elapsed: Duration,
}
