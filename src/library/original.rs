//! The stored bytes of an image, on their way from the bucket to the program.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt};

use super::image::Image;
use crate::bucket::BucketError;
use crate::memory::{MemoryBudget, Reservation};
use crate::read::{Opened, ReadError};

/// An original that is being read: a stream of its bytes, in order.
///
/// It holds a share of the memory budget that reads have for themselves, 512 KiB or less, until it
/// is dropped; what it has given out is the caller's to count.
pub struct Original {
    image: Image,
    window: Reservation,
    body: BoxStream<'static, Result<Bytes, BucketError>>,
    memory: MemoryBudget,
}

impl Original {
    pub(super) fn new(image: Image, opened: Opened, memory: MemoryBudget) -> Self {
        let Opened { window, body } = opened;
        Self { image, window, body, memory }
    }

    /// The image whose bytes these are.
    #[must_use]
    pub const fn image(&self) -> &Image {
        &self.image
    }

    /// The next piece, or nothing at the end.
    ///
    /// # Errors
    ///
    /// [`ReadError`] when the bucket broke off; the bytes are at their end then.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, ReadError> {
        self.next().await.transpose()
    }

    /// All that is left, in one piece. It waits for its room in the memory budget, as an upload
    /// does, and counts there until the last clone of it is dropped.
    ///
    /// # Errors
    ///
    /// [`ReadError`]. An image larger than the budget can hold is read by [`Original::chunk`].
    pub async fn into_bytes(self) -> Result<Bytes, ReadError> {
        let Self { image, window, mut body, memory } = self;
        // Nobody waits for memory while holding some.
        drop(window);
        let mut buffer = memory.reserve(image.size).await?.into_buffer();
        while let Some(piece) = body.next().await {
            let piece = piece?;
            let stored = image.size + piece.len() as u64;
            let altered = ReadError::Altered { recorded: image.size, stored };
            buffer.extend(&piece).map_err(|_| altered)?;
        }
        Ok(buffer.freeze())
    }
}

impl Stream for Original {
    type Item = Result<Bytes, ReadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.body.poll_next_unpin(context).map_err(ReadError::from)
    }
}

impl fmt::Debug for Original {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Original")
            .field("image", &self.image.id)
            .field("window", &self.window)
            .finish_non_exhaustive()
    }
}
