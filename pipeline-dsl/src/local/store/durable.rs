//! Files that are there, and stay there when the power fails, once they were written.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::error::{Damage, StoreError};

/// A SHA-256 digest in hexadecimal.
pub(crate) fn digest(bytes: &[u8]) -> String {
    let mut digest = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a string cannot fail.
        let _ = write!(digest, "{byte:02x}");
    }
    digest
}

/// The files of a directory; none, where it is not there.
pub(crate) fn listed(directory: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(at(directory)(error)),
    };
    let entries = entries.map(|entry| Ok(entry.map_err(at(directory))?.path()));
    entries.collect()
}

/// Replaces a file as a whole: it is there, and stays there when the power fails, or it is as it was.
fn replace(path: &Path, content: &[u8]) -> Result<(), StoreError> {
    let written = write_beside(path, content)
        .and_then(|()| put_in_place(path))
        .and_then(|()| sync(path.parent().unwrap_or(path)));
    written.map_err(|source| {
        give_up(path);
        at(path)(source)
    })
}

/// Where the new content of a file is until it takes its place.
fn beside(path: &Path) -> PathBuf {
    path.with_extension("tmp")
}

/// Writes the new content of a file, and waits until the disk has it; the file stays what it is.
pub(crate) fn write_beside(path: &Path, content: &[u8]) -> io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    may_end();
    let mut file = File::create(beside(path))?;
    may_end();
    file.write_all(content)?;
    may_end();
    file.sync_all()
}

/// The new content takes the place of the file.
pub(crate) fn put_in_place(path: &Path) -> io::Result<()> {
    may_end();
    fs::rename(beside(path), path)
}

/// Forgets a new content that does not take its place.
pub(crate) fn give_up(path: &Path) {
    // The error that led here is the one to tell.
    let _ = fs::remove_file(beside(path));
}

pub(crate) fn remove_file(path: &Path) -> io::Result<()> {
    may_end();
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

pub(crate) fn remove(path: &Path) -> Result<(), StoreError> {
    remove_file(path)
        .and_then(|()| sync(path.parent().unwrap_or(path)))
        .map_err(at(path))
}

/// Lets the disk know which files there are.
#[cfg(unix)]
pub(crate) fn sync(directory: &Path) -> io::Result<()> {
    may_end();
    File::open(directory)?.sync_all()
}

/// Other systems do that by themselves, and do not open directories.
#[cfg(not(unix))]
pub(crate) fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}

pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_owned();
    move |source| StoreError::Io { path, source }
}

/// Keeps bytes under their digest, in this directory.
pub(crate) fn save_bytes(contents: &Path, digest: &str, bytes: &[u8]) -> Result<(), StoreError> {
    let path = contents.join(digest);
    // Read, not believed by its name: it may have been damaged since.
    if fs::read(&path).is_ok_and(|there| there == bytes) {
        Ok(())
    } else {
        replace(&path, bytes)
    }
}

/// The bytes of this digest.
pub(crate) fn read_bytes(contents: &Path, wanted: &str) -> Result<Vec<u8>, StoreError> {
    let path = contents.join(wanted);
    let mut bytes = Vec::new();
    File::open(&path)
        .and_then(|mut file| file.read_to_end(&mut bytes))
        .map_err(at(&path))?;
    if digest(&bytes) == wanted {
        Ok(bytes)
    } else {
        Err(StoreError::Malformed {
            path,
            directory: contents.parent().unwrap_or(contents).to_owned(),
            source: Damage::Changed,
        })
    }
}

/// Removes the bytes that nothing refers to.
pub(crate) fn collect_bytes(contents: &Path, wanted: impl Fn(&str) -> bool) -> Result<(), StoreError> {
    for path in listed(contents)? {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if !wanted(name) {
            remove(&path)?;
        }
    }
    Ok(())
}

/// A step of writing: here the process may end, in a test.
#[cfg(not(test))]
const fn may_end() {}

#[cfg(test)]
use ending::may_end;

/// The process ends at a step of writing, as by SIGKILL.
#[cfg(test)]
pub(crate) mod ending {
    use std::sync::atomic::{AtomicU32, Ordering};

    /// The steps until the process ends; it does not, where this is nothing.
    pub(crate) static LEFT: AtomicU32 = AtomicU32::new(0);

    pub(super) fn may_end() {
        let left = LEFT.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if left == Ok(1) {
            std::process::abort();
        }
    }
}
