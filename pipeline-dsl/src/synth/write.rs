use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::Value;

use super::assembly::{Assembly, AssemblyStack, Head};

/// The assembly could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A file or directory could not be written.
    #[error("could not write `{}`: {reason}; make room, or name another directory (`--out`)", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: io::Error,
    },
    /// The directory has things in it that are not of an assembly.
    #[error(
        "`{}` holds {found}, which this program has not made: nothing is written there; name another directory (`--out`)",
        directory.display()
    )]
    Foreign {
        /// The directory.
        directory: PathBuf,
        /// What is in it.
        found: String,
    },
    /// Another process has been writing there all the time.
    #[error(
        "another process has been writing to `{}` for {} s: wait for it or stop it, or name another directory (`--out`)",
        directory.display(),
        waited.as_secs()
    )]
    Busy {
        /// The directory.
        directory: PathBuf,
        /// How long it was waited for.
        waited: Duration,
    },
    /// Something in the directory is a link to somewhere else.
    #[error("`{}` is a link, and is not followed: take it away, or name another directory (`--out`)", path.display())]
    Link {
        /// Which.
        path: PathBuf,
    },
}

/// What lies in a directory that was made here.
const MARKER: &str = ".pipeline-dsl";
const MARKED: &str = "This directory is written by a program that uses pipeline-dsl, and may be deleted.\n";

/// How long another process may write: it takes a second at most.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);

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
    /// waits for the disk: what a power failure damages, the next synth writes again. Several processes may write at
    /// once: each waits for the one before it, so the last one's assembly is there as a whole.
    ///
    /// # Errors
    /// When the directory cannot be written, holds what was not made here, has a link in it, or when another process
    /// does not stop writing there.
    pub fn write(&self, directory: &Path) -> Result<(), WriteError> {
        claim(directory)?;
        let _writing = lock(directory)?;
        let templates = directory.join("templates");
        let manifest = directory.join("manifest.json");
        for path in [&templates, &manifest] {
            if fs::symlink_metadata(path).is_ok_and(|there| there.is_symlink()) {
                return Err(WriteError::Link { path: path.clone() });
            }
        }
        let before = fs::read_to_string(&manifest).ok().and_then(|text| named(&text));
        fs::create_dir_all(&templates).map_err(|source| at(&templates, source))?;
        let mut wanted = BTreeSet::new();
        for (digest, template) in self.templates() {
            let path = templates.join(format!("{digest}.json"));
            wanted.insert(digest.to_string());
            // Read, not believed by its name: after a power failure a file may be there and empty.
            if fs::read(&path).is_ok_and(|there| there == template.as_bytes()) {
                continue;
            }
            replace(&path, template)?;
        }
        replace(&manifest, &self.manifest())?;
        remove_others(&templates, &before.unwrap_or_default(), &wanted)
    }
}

/// Removes templates of before that are not wanted any more, and what was being written of one when its process died.
fn remove_others(
    templates: &Path,
    before: &BTreeSet<String>,
    wanted: &BTreeSet<String>,
) -> Result<(), WriteError> {
    let entries = fs::read_dir(templates).map_err(|source| at(templates, source))?;
    for entry in entries {
        let entry = entry.map_err(|source| at(templates, source))?;
        let name = entry.file_name();
        let Some((digest, rest)) = name.to_str().and_then(|name| name.split_once('.')) else {
            continue;
        };
        // Nobody else writes now, so whoever was writing this has died.
        let unfinished = rest
            .strip_suffix(".tmp")
            .is_some_and(|process| process.parse::<u32>().is_ok());
        let goes = match (before.contains(digest), wanted.contains(digest)) {
            (true, false) => rest == "json" || unfinished,
            (_, true) => unfinished,
            (false, false) => false,
        };
        if goes {
            match fs::remove_file(entry.path()) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(at(&entry.path(), source));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Makes a directory this program's, unless there is something in it that it has not made. The local cloud, which looks after
/// itself, may be there already.
///
/// # Errors
/// When it holds something else, or cannot be read or written.
pub fn claim(directory: &Path) -> Result<(), WriteError> {
    const NAMED: usize = 3;
    fs::create_dir_all(directory).map_err(|source| at(directory, source))?;
    let marker = directory.join(MARKER);
    let is_ours = || fs::symlink_metadata(&marker).is_ok_and(|there| there.is_file());
    if is_ours() {
        return Ok(());
    }
    // Earlier versions left no marker.
    let manifest = fs::read_to_string(directory.join("manifest.json")).ok();
    if manifest.and_then(|text| named(&text)).is_none() {
        let entries = fs::read_dir(directory).map_err(|source| at(directory, source))?;
        let mut others = Vec::new();
        for entry in entries {
            let name = entry.map_err(|source| at(directory, source))?.file_name();
            let unfinished = name.to_string_lossy().starts_with(MARKER);
            if name != "local" && !unfinished {
                others.push(format!("`{}`", name.to_string_lossy().escape_debug()));
            }
        }
        others.sort();
        // Another process may have made it its own meanwhile.
        if !others.is_empty() && !is_ours() {
            let more = others.len().saturating_sub(NAMED);
            others.truncate(NAMED);
            let mut found = others.join(", ");
            if more > 0 {
                found = format!("{found} and {more} more");
            }
            return Err(WriteError::Foreign {
                directory: directory.to_owned(),
                found,
            });
        }
    }
    // Whoever is the first makes it, and it stays the same file: it is what is locked.
    let made = fs::File::create_new(&marker).and_then(|mut file| file.write_all(MARKED.as_bytes()));
    match made {
        Err(reason) if reason.kind() != io::ErrorKind::AlreadyExists => Err(at(&marker, reason)),
        _ => Ok(()),
    }
}

/// Keeps other processes from writing to a directory of ours, as long as the file is open.
fn lock(directory: &Path) -> Result<Option<fs::File>, WriteError> {
    let marker = directory.join(MARKER);
    let file = fs::File::open(&marker).map_err(|reason| at(&marker, reason))?;
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            // Some network file systems have no locks; there, whoever shares a directory has to take turns.
            Err(fs::TryLockError::Error(reason)) if reason.kind() == io::ErrorKind::Unsupported => {
                return Ok(None);
            }
            Err(fs::TryLockError::Error(reason)) => return Err(at(&marker, reason)),
            Err(fs::TryLockError::WouldBlock) if begun.elapsed() >= PATIENCE => {
                return Err(WriteError::Busy {
                    directory: directory.to_owned(),
                    waited: PATIENCE,
                });
            }
            Err(fs::TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
        }
    }
}

/// The digests of the templates that a manifest of ours names; none, if it is none.
fn named(manifest: &str) -> Option<BTreeSet<String>> {
    let manifest: Value = serde_json::from_str(manifest).ok()?;
    manifest.get("team")?.as_str()?;
    manifest.get("primaryRegion")?.as_str()?;
    let stacks = manifest.get("stacks")?.as_array()?.iter();
    let digest = |stack: &Value| {
        let digest = stack.get("template")?.as_str()?;
        let is_digest = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_digest.then(|| digest.to_owned())
    };
    stacks.map(digest).collect()
}

/// Writes beside the path, then renames: whoever reads sees the old file or the new one, and a link is replaced, not followed.
fn replace(path: &Path, text: &str) -> Result<(), WriteError> {
    let beside = path.with_extension(format!("{}.tmp", std::process::id()));
    // One of another process of that number, which died.
    let _ = fs::remove_file(&beside);
    let write = || {
        let mut file = fs::File::create_new(&beside)?;
        file.write_all(text.as_bytes())?;
        drop(file);
        fs::rename(&beside, path)
    };
    write().map_err(|source| {
        // The first error is the one to tell.
        let _ = fs::remove_file(&beside);
        at(path, source)
    })
}

fn at(path: &Path, reason: io::Error) -> WriteError {
    WriteError::Io {
        path: path.to_owned(),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::{claim, lock, named};

    #[test]
    fn only_a_manifest_names_templates() {
        let digest = "a".repeat(64);
        let manifest = |template: &str| {
            format!(
                r#"{{"version":1,"team":"a","primaryRegion":"us-east-1","stacks":[{{"template":"{template}"}}]}}"#
            )
        };
        assert!(named(&manifest(&digest)).unwrap().contains(&digest));
        for other in ["../../../etc/passwd", ""] {
            assert_eq!(named(&manifest(other)), None);
        }
        assert_eq!(named(r#"{"name":"web app","stacks":[]}"#), None);
    }
    #[test]
    fn writers_take_turns() {
        let directory = tempfile::tempdir().unwrap();
        let writing = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    claim(directory.path()).unwrap();
                    let _lock = lock(directory.path()).unwrap().unwrap();
                    assert!(!writing.swap(true, Ordering::SeqCst));
                    fs::write(directory.path().join("manifest.json"), "").unwrap();
                    writing.store(false, Ordering::SeqCst);
                });
            }
        });
    }
}
