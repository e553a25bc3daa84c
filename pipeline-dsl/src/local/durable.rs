//! Files that are there, and stay there when the power fails, once they were written.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::store::{Damage, StoreError};

/// A SHA-256 digest in hexadecimal.
pub(super) fn digest(bytes: &[u8]) -> String {
    let mut digest = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a string cannot fail.
        let _ = write!(digest, "{byte:02x}");
    }
    digest
}

/// The files of a directory; none, where it is not there.
pub(super) fn listed(directory: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(at(directory)(error)),
    };
    let entries = entries.map(|entry| Ok(entry.map_err(at(directory))?.path()));
    entries.collect()
}

/// Replaces a file as a whole: it is there, and stays there when the power fails, or it is as it was.
pub(super) fn replace(path: &Path, content: &[u8]) -> Result<(), StoreError> {
    let directory = path.parent().unwrap_or(path);
    let beside = path.with_extension("tmp");
    let written = fs::create_dir_all(directory)
        .and_then(|()| File::create(&beside))
        .and_then(|mut file| {
            file.write_all(content)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&beside, path))
        .and_then(|()| sync(directory));
    written.map_err(|source| {
        // The first error is the one to tell.
        let _ = fs::remove_file(&beside);
        at(path)(source)
    })
}

pub(super) fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(at(path)(error)),
        Ok(()) => sync(path.parent().unwrap_or(path)).map_err(at(path)),
    }
}

/// Lets the disk know which files there are.
#[cfg(unix)]
fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Other systems do that by themselves, and do not open directories.
#[cfg(not(unix))]
fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}

pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_owned();
    move |source| StoreError::Io { path, source }
}

/// Keeps bytes under their digest, in this directory.
pub(super) fn save_bytes(contents: &Path, digest: &str, bytes: &[u8]) -> Result<(), StoreError> {
    let path = contents.join(digest);
    // Read, not believed by its name: it may have been damaged since.
    match fs::read(&path).is_ok_and(|there| there == bytes) {
        true => Ok(()),
        false => replace(&path, bytes),
    }
}

/// The bytes of this digest.
pub(super) fn read_bytes(contents: &Path, wanted: &str) -> Result<Vec<u8>, StoreError> {
    let path = contents.join(wanted);
    let mut bytes = Vec::new();
    File::open(&path)
        .and_then(|mut file| file.read_to_end(&mut bytes))
        .map_err(at(&path))?;
    match digest(&bytes) == wanted {
        true => Ok(bytes),
        false => Err(StoreError::Malformed {
            path,
            directory: contents.parent().unwrap_or(contents).to_owned(),
            source: Damage::Changed,
        }),
    }
}

/// Removes the bytes that nothing refers to.
pub(super) fn collect_bytes(contents: &Path, wanted: impl Fn(&str) -> bool) -> Result<(), StoreError> {
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
