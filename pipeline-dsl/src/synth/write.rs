use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::assembly::{Assembly, AssemblyStack, Head};

/// The assembly could not be written.
#[derive(Debug, thiserror::Error)]
#[error("could not write `{}`", path.display())]
pub struct WriteError {
    path: PathBuf,
    source: io::Error,
}

/// What the manifest says of its own form.
pub(super) const VERSION: u32 = 1;

#[derive(Serialize)]
struct Manifest<'a> {
    version: u32,
    #[serde(flatten)]
    head: Head,
    stacks: &'a [AssemblyStack],
}

impl Assembly {
    /// The text of `manifest.json`.
    pub fn manifest(&self) -> String {
        let manifest = Manifest {
            version: VERSION,
            head: self.head(),
            stacks: self.stacks(),
        };
        // About 1.3 kilobytes for each stack.
        super::assembly::pretty(&manifest, self.stacks().len() * 1_400)
    }

    /// Writes the assembly into a directory: `templates/<digest>.json`, then `manifest.json`.
    ///
    /// Each file is replaced as a whole and the manifest last, so that whenever this stops, the manifest that
    /// is there has all its templates. Templates that it does not name any more are removed behind it. Nothing
    /// waits for the disk: what a power failure damages, the next synth writes again.
    ///
    /// # Errors
    /// When the directory cannot be written.
    pub fn write(&self, directory: &Path) -> Result<(), WriteError> {
        let templates = directory.join("templates");
        fs::create_dir_all(&templates).map_err(|source| at(&templates, source))?;
        let mut wanted = Vec::with_capacity(self.templates().len());
        for (digest, template) in self.templates() {
            let name = format!("{digest}.json");
            let path = templates.join(&name);
            wanted.push(name);
            // Read, not believed by its name: after a power failure a file may be there and empty.
            if fs::read(&path).is_ok_and(|there| there == template.as_bytes()) {
                continue;
            }
            replace(&path, template)?;
        }
        replace(&directory.join("manifest.json"), &self.manifest())?;
        remove_others(&templates, &wanted)
    }
}

/// Writes beside the path, then renames: whoever reads sees the old file or the new one.
fn replace(path: &Path, text: &str) -> Result<(), WriteError> {
    let beside = path.with_extension(format!("{}.tmp", std::process::id()));
    fs::write(&beside, text)
        .and_then(|()| fs::rename(&beside, path))
        .map_err(|source| {
            // The first error is the one to tell.
            let _ = fs::remove_file(&beside);
            at(path, source)
        })
}

fn remove_others(templates: &Path, wanted: &[String]) -> Result<(), WriteError> {
    let entries = fs::read_dir(templates).map_err(|source| at(templates, source))?;
    for entry in entries {
        let entry = entry.map_err(|source| at(templates, source))?;
        let name = entry.file_name();
        if !wanted.iter().any(|wanted| name == wanted.as_str()) {
            fs::remove_file(entry.path()).map_err(|source| at(&entry.path(), source))?;
        }
    }
    Ok(())
}

fn at(path: &Path, source: io::Error) -> WriteError {
    WriteError {
        path: path.to_owned(),
        source,
    }
}
