//! A file to upload: what it is, and its bytes as they were when that was found out.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::{self, Stream};
use tokio::task::spawn_blocking;

use super::progress::Progress;
use crate::digest::Hasher;

/// How many bytes are read at a time: all that an upload holds of its file.
const CHUNK: usize = 256 << 10;

/// A file as it was found.
#[derive(Clone, Debug)]
pub(crate) struct Photo {
    /// Where it is, whatever the working directory.
    pub(super) path: PathBuf,
    /// What it is called.
    pub(super) name: String,
    /// How long it is.
    pub(super) size: u64,
    /// Its SHA-256, as hexadecimal digits.
    pub(super) digest: String,
}

/// Why a file cannot be sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PhotoError {
    /// It is not there, or may not be read.
    #[error("the file cannot be read")]
    Unreadable(#[from] io::Error),
    /// A folder, a pipe, a device.
    #[error("this is not a file")]
    NoFile,
    /// It was written to while it was sent.
    #[error("the file changed while it was sent: nothing was stored of it")]
    Changed,
}

impl Photo {
    /// Reads the whole file once.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is no file.
    pub(crate) async fn of(path: PathBuf) -> Result<Self, PhotoError> {
        spawn_blocking(move || Self::read(&path)).await.map_err(io::Error::other)?
    }

    fn read(path: &Path) -> Result<Self, PhotoError> {
        let path = path.canonicalize()?;
        // Asked before it is opened, since opening a pipe waits for its other end.
        if !path.metadata()?.is_file() {
            return Err(PhotoError::NoFile);
        }
        let mut file = File::open(&path)?;
        let (mut hasher, mut size) = (Hasher::default(), 0);
        let mut chunk = vec![0; CHUNK];
        loop {
            let read = file.read(&mut chunk)?;
            let bytes = chunk.get(..read).unwrap_or_default();
            if bytes.is_empty() {
                break;
            }
            hasher.update(bytes);
            size += bytes.len() as u64;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // A line break would end the header that the name stands in, and what is before a backslash
        // would be taken for a folder.
        let name = name.replace(|c: char| c.is_control() || c == '\\', "_");
        Ok(Self { path, name, size, digest: hasher.finish().to_string() })
    }

    /// The bytes of the file. The last of them come only when the whole is what it was, so that a
    /// file that changes is never sent to its end.
    pub(super) fn body(
        self,
        progress: Arc<Progress>,
    ) -> impl Stream<Item = Result<Bytes, BrokenOff>> + Send + use<> {
        let start = Open { photo: self, file: None, hasher: Hasher::default(), sent: 0 };
        stream::try_unfold(start, move |open| {
            let progress = Arc::clone(&progress);
            async move {
                let read = spawn_blocking(move || open.next()).await.map_err(|_| BrokenOff)?;
                match read {
                    Ok(Some((bytes, open))) => {
                        progress.moved(bytes.len());
                        Ok(Some((bytes, open)))
                    }
                    Ok(None) => Ok(None),
                    Err(fault) => {
                        progress.fails(fault);
                        Err(BrokenOff)
                    }
                }
            }
        })
    }
}

/// The body ends here; why is in [`Progress`].
#[derive(Debug, thiserror::Error)]
#[error("the file cannot be sent")]
pub(super) struct BrokenOff;

/// A file being sent.
struct Open {
    photo: Photo,
    file: Option<File>,
    hasher: Hasher,
    sent: u64,
}

impl Open {
    fn next(mut self) -> Result<Option<(Bytes, Self)>, PhotoError> {
        let left = self.photo.size - self.sent;
        if left == 0 {
            return Ok(None);
        }
        let mut file = match self.file.take() {
            Some(file) => file,
            None => File::open(&self.photo.path)?,
        };
        let mut chunk = vec![0; usize::try_from(left).unwrap_or(CHUNK).min(CHUNK)];
        match file.read_exact(&mut chunk) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(PhotoError::Changed);
            }
            read => read?,
        }
        self.hasher.update(&chunk);
        self.sent += chunk.len() as u64;
        if self.sent == self.photo.size {
            self.stayed(&mut file)?;
        }
        self.file = Some(file);
        Ok(Some((chunk.into(), self)))
    }

    /// Whether the file ends here, and what was read of it is what it was.
    fn stayed(&mut self, file: &mut File) -> Result<(), PhotoError> {
        let has_more = file.read(&mut [0])? > 0;
        let digest = std::mem::take(&mut self.hasher).finish().to_string();
        if has_more || digest != self.photo.digest { Err(PhotoError::Changed) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;

    use futures_util::TryStreamExt as _;

    use super::*;

    /// What is sent of a file to which `change` happens before its first byte is; and why no more.
    async fn sent(change: impl FnOnce(&Path)) -> (usize, Option<String>) {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), vec![7; 2 * CHUNK + 1]).unwrap();
        let photo = Photo::of(file.path().to_owned()).await.unwrap();
        assert_eq!(photo.size, 2 * CHUNK as u64 + 1);
        change(file.path());
        let progress = Arc::<Progress>::default();
        let chunks = photo.body(Arc::clone(&progress)).try_for_each(async |_| Ok(())).await;
        let fault = progress.fault().map(|fault| fault.to_string());
        assert_eq!(chunks.is_err(), fault.is_some());
        (usize::try_from(progress.sent()).unwrap(), fault)
    }

    #[tokio::test]
    async fn a_file_that_stays_as_it_is_is_sent_whole() {
        assert_eq!(sent(|_| {}).await, (2 * CHUNK + 1, None));
    }

    #[tokio::test]
    async fn a_file_that_changes_is_never_sent_to_its_end() {
        let grow = |path: &Path| {
            fs::File::options().append(true).open(path).unwrap().write_all(b"1").unwrap();
        };
        let shrink = |path: &Path| fs::write(path, vec![7; CHUNK]).unwrap();
        let edit = |path: &Path| fs::write(path, vec![8; 2 * CHUNK + 1]).unwrap();
        let changed = Some(PhotoError::Changed.to_string());
        assert_eq!(sent(grow).await, (2 * CHUNK, changed.clone()));
        assert_eq!(sent(shrink).await, (CHUNK, changed.clone()));
        assert_eq!(sent(edit).await, (2 * CHUNK, changed));
    }

    #[tokio::test]
    async fn a_file_that_goes_is_told() {
        let (sent, fault) = sent(|path| fs::remove_file(path).unwrap()).await;
        assert_eq!((sent, fault.unwrap().as_str()), (0, "the file cannot be read"));
    }
}
