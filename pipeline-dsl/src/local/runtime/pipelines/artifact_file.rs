use std::io::{Cursor, Read as _};

use zip::ZipArchive;

/// A text file of an artifact, which is a ZIP archive.
pub(crate) fn artifact_file(archive: &[u8], path: &str) -> Option<String> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).ok()?;
    let mut text = String::new();
    archive.by_name(path).ok()?.read_to_string(&mut text).ok()?;
    Some(text)
}

/// All files of an artifact with their paths, folders left out; nothing, where it is no archive.
pub(super) fn files(archive: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).ok()?;
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).ok()?;
        if file.is_file() {
            let mut content = Vec::new();
            file.read_to_end(&mut content).ok()?;
            files.push((file.name().ok()?.into_owned(), content));
        }
    }
    Some(files)
}
