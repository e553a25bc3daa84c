use std::io::{Cursor, Read as _};

use zip::ZipArchive;

/// A text file of an artifact, which is a ZIP archive.
pub(crate) fn artifact_file(archive: &[u8], path: &str) -> Option<String> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).ok()?;
    let mut text = String::new();
    archive.by_name(path).ok()?.read_to_string(&mut text).ok()?;
    Some(text)
}
