//! A directory that plays the bucket: `object_store` writes and reads, but deleting is ours,
//! because its delete neither syncs nor clears away what a crash left, nor the empty directories.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, PutPayload};
use tokio::task::spawn_blocking;

use super::error::{BucketError, causes};
use super::key::ObjectKey;

/// How often a put begins again because a delete next to it took away a directory that it had
/// just found or made. Each time takes a delete at that very instant.
const MAX_CROSSINGS: u32 = 16;

/// How much of a file is read at once. `object_store` would read 8 KiB, one trip to a blocking
/// thread for each.
const CHUNK: u64 = 64 * 1024;

#[derive(Clone, Debug)]
pub(super) struct Directory {
    root: PathBuf,
    pub(super) store: LocalFileSystem,
}

impl Directory {
    /// Opens the directory and makes it when it is missing, for this user alone.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        create_durably(&std::path::absolute(path)?)?;
        let root = fs::canonicalize(path)?;
        let store = LocalFileSystem::new_with_prefix(&root)?.with_fsync(true);
        Ok(Self { root, store })
    }

    pub(super) fn path(&self) -> &Path {
        &self.root
    }

    /// Writes a file beside its place, syncs it, renames it into place and syncs every directory
    /// from there up to the root.
    ///
    /// `object_store` syncs no directory that it found in place. But another put may have made it
    /// an instant before and not have synced its entry yet, so the way up is synced here.
    pub(super) async fn put(
        &self,
        location: &object_store::path::Path,
        bytes: Bytes,
    ) -> object_store::Result<()> {
        let mut crossings = 0;
        loop {
            let payload = PutPayload::from(bytes.clone());
            let outcome = self.store.put_opts(location, payload, Default::default()).await;
            crossings += 1;
            match outcome {
                Ok(_) => break,
                Err(error) if crossings < MAX_CROSSINGS && lost_its_directory(&error) => {}
                Err(error) => return Err(error),
            }
        }
        let file = self.store.path_to_filesystem(location)?;
        let root = self.root.clone();
        let synced = spawn_blocking(move || sync_way_up(&root, &file)).await?;
        synced.map_err(|source| object_store::Error::Generic {
            store: "directory",
            source: source.into(),
        })
    }

    /// Removes the file and what unfinished puts left of it, then each directory that this leaves
    /// empty, and makes it durable. That nothing is there is success.
    pub(super) async fn delete(&self, key: &ObjectKey) -> io::Result<()> {
        let (root, file) = (self.root.clone(), self.root.join(key.as_str()));
        spawn_blocking(move || {
            remove(&file)?;
            remove_empty_directories(&root, &file)
        })
        .await?
    }
}

/// The bytes of `range` of an open file, in chunks.
pub(super) fn read(
    file: File,
    range: Range<u64>,
) -> BoxStream<'static, Result<Bytes, BucketError>> {
    stream::try_unfold((file, range), |(file, range)| async move {
        if range.is_empty() {
            return Ok(None);
        }
        let next = spawn_blocking(move || read_chunk(file, range)).await;
        next.map_err(io::Error::from).flatten().map(Some).map_err(BucketError::from_disk)
    })
    .boxed()
}

fn read_chunk(mut file: File, range: Range<u64>) -> io::Result<(Bytes, (File, Range<u64>))> {
    file.seek(SeekFrom::Start(range.start))?;
    let wanted = CHUNK.min(range.end - range.start);
    let mut chunk = Vec::with_capacity(usize::try_from(wanted).unwrap_or(0));
    let read = (&mut file).take(wanted).read_to_end(&mut chunk)? as u64;
    if read < wanted {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok((chunk.into(), (file, range.start + read..range.end)))
}

fn lost_its_directory(error: &object_store::Error) -> bool {
    causes(error)
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|error| error.kind() == ErrorKind::NotFound)
}

/// Removes `file` and its staged leftovers, which `object_store` names `file#1`, `file#2` and so
/// on, and which stay when the process dies between writing and renaming.
fn remove(file: &Path) -> io::Result<()> {
    let (Some(directory), Some(name)) = (file.parent(), file.file_name()) else {
        return Err(ErrorKind::InvalidFilename.into());
    };
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        if is_copy_of(name, &entry.file_name()) {
            missing_is_success(fs::remove_file(entry.path()))?;
        }
    }
    Ok(())
}

fn is_copy_of(name: &OsStr, found: &OsStr) -> bool {
    let Some(rest) = found.as_encoded_bytes().strip_prefix(name.as_encoded_bytes()) else {
        return false;
    };
    match rest {
        [] => true,
        [b'#', number @ ..] => !number.is_empty() && number.iter().all(u8::is_ascii_digit),
        [..] => false,
    }
}

fn remove_empty_directories(root: &Path, file: &Path) -> io::Result<()> {
    for directory in way_up(root, file) {
        match fs::remove_dir(directory) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => break,
            Err(error) => return Err(error),
        }
    }
    // Whichever directories another delete takes away meanwhile, the next one up lost the entry.
    for directory in way_up(root, file).chain([root]) {
        match sync_directory(directory) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            outcome => return outcome,
        }
    }
    Ok(())
}

/// Syncs the directories above that of `file`, which `object_store` has synced. Where one is gone, so
/// is the file: a delete came right behind.
fn sync_way_up(root: &Path, file: &Path) -> io::Result<()> {
    let mut directories = way_up(root, file).skip(1).chain([root]);
    directories.try_for_each(|directory| missing_is_success(sync_directory(directory)))
}

/// The directories between `root` and `file`, deepest first, without `root`.
fn way_up<'a>(root: &'a Path, file: &'a Path) -> impl Iterator<Item = &'a Path> {
    file.ancestors().skip(1).take_while(move |directory| *directory != root)
}

fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Makes the directory and those above it that are missing, and syncs each one's entry.
fn create_durably(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = path.parent().ok_or(ErrorKind::NotFound)?;
    create_durably(parent)?;
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => {}
        outcome => outcome?,
    }
    sync_directory(parent)
}

fn missing_is_success(outcome: io::Result<()>) -> io::Result<()> {
    match outcome {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}
