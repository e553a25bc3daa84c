//! The state on disk: one file for each thing that changes by itself, replaced as a whole, and the bytes of objects beside it.
//!
//! Files, and no embedded database: what a call acknowledges is one stack, one version of an object or one queue, so that a
//! file renamed into its place is all the transaction that is needed; each carries the digest of what is in it, so that
//! one that was damaged is seen, which the databases that were looked at (redb, `SQLite`) do not promise; and nothing is
//! compiled for it.
//!
//! This is the only place that makes paths of names, and no name from outside is part of one.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::durable::{at, digest, listed, remove};
use super::error::{Damage, StoreError};
use super::holder::Lock;
use super::writer::{Kept, Writer};
use crate::local::clock::Moment;

/// What the first line of every file begins with; the digest of the rest follows. The number is the form's: who changes it
/// gives it another.
const FORM: &str = "pipeline-dsl local cloud 3 ";

/// So many seconds of the local cloud's time are set aside at once, so that not every change writes the time.
const RESERVED_SECONDS: u64 = 1_000;

/// A directory with state, which nobody else has meanwhile.
#[derive(Debug)]
pub(crate) struct Store {
    directory: PathBuf,
    /// The time from which on no moment was given out.
    reserved: Cell<u64>,
    /// Whether something could not be written down: memory and directory differ.
    failed: Cell<bool>,
    /// Ends before the lock does.
    pub(crate) writer: Writer,
    _lock: Lock,
}

/// What is kept, each kind in a directory of its own.
#[derive(Clone, Copy)]
pub(crate) enum FileKind {
    Stack,
    Bucket,
    Object,
    Queue,
    Pipeline,
    Clock,
}

impl FileKind {
    fn directory(self) -> &'static str {
        match self {
            Self::Stack => "stacks",
            Self::Bucket => "buckets",
            Self::Object => "objects",
            Self::Queue => "queues",
            Self::Pipeline => "pipelines",
            Self::Clock => "clock",
        }
    }
}

/// The time that was set aside.
#[derive(Debug, Serialize, Deserialize)]
struct Reserved {
    until: u64,
}

impl Store {
    /// The state in the directory that was locked.
    pub(crate) fn at(directory: &Path, lock: Lock) -> Result<Self, StoreError> {
        Ok(Self {
            directory: directory.to_owned(),
            reserved: Cell::new(0),
            failed: Cell::new(false),
            writer: Writer::start().map_err(at(directory))?,
            _lock: lock,
        })
    }

    /// Whether something could not be kept since the state was last read.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.get() || self.writer.has_failed()
    }

    /// When everything is kept that was given so far: before, nobody is told of it.
    pub(crate) fn kept(&self) -> Kept {
        self.writer.kept()
    }

    /// Begins anew with what is in the directory.
    pub(crate) fn restart(&self) {
        self.writer.restart();
        self.failed.set(false);
    }

    /// Gives something to be written, and notes where that fails; the time goes first, for no moment is given out twice.
    pub(crate) fn keep(
        &self,
        now: Moment,
        write: impl FnOnce(&Self) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let kept = self.reserve(now).and_then(|()| write(self));
        if kept.is_err() {
            self.failed.set(true);
        }
        kept
    }

    fn reserve(&self, now: Moment) -> Result<(), StoreError> {
        if now.seconds() < self.reserved.get() {
            return Ok(());
        }
        let until = now.seconds() + RESERVED_SECONDS;
        self.save(FileKind::Clock, "clock", &Reserved { until })?;
        self.reserved.set(until);
        Ok(())
    }

    /// The moment at which to go on: no earlier one is new.
    pub(crate) fn load_time(&self) -> Result<Moment, StoreError> {
        let kept: Vec<Reserved> = self.load(FileKind::Clock)?;
        let until = kept
            .iter()
            .map(|reserved| reserved.until)
            .max()
            .unwrap_or_default();
        self.reserved.set(until);
        Ok(Moment::from_seconds(until))
    }

    /// Keeps a template under its digest, beside the bytes of objects.
    pub(crate) fn save_template(&self, digest: &str, text: &str) {
        self.writer
            .change(self.contents().join(digest), Some(text.as_bytes().to_vec()));
    }

    /// Where the bytes of objects are, and templates.
    pub(crate) fn contents(&self) -> PathBuf {
        self.directory.join("contents")
    }

    /// Keeps something under its name or ARN.
    pub(crate) fn save(
        &self,
        kind: FileKind,
        identity: &str,
        value: &impl Serialize,
    ) -> Result<(), StoreError> {
        let path = self.path(kind, identity);
        let text = serde_json::to_vec(value).map_err(|source| self.malformed(&path, source.into()))?;
        let mut file = Vec::with_capacity(text.len() + 128);
        file.extend_from_slice(first_line(&text).as_bytes());
        file.extend_from_slice(&text);
        self.writer.change(path, Some(file));
        Ok(())
    }

    pub(crate) fn forget(&self, kind: FileKind, identity: &str) {
        self.writer.change(self.path(kind, identity), None);
    }

    fn path(&self, kind: FileKind, identity: &str) -> PathBuf {
        self.directory.join(kind.directory()).join(file_name(identity))
    }

    /// Everything of a kind.
    pub(crate) fn load<T: DeserializeOwned>(&self, kind: FileKind) -> Result<Vec<T>, StoreError> {
        let mut all = Vec::new();
        for path in listed(&self.directory.join(kind.directory()))? {
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("json") => all.push(self.read(&path)?),
                // What a process that was ended left behind; it was never in its place.
                Some("tmp") => remove(&path)?,
                _ => {}
            }
        }
        Ok(all)
    }

    fn read<T: DeserializeOwned>(&self, path: &Path) -> Result<T, StoreError> {
        let file = fs::read(path).map_err(at(path))?;
        let end = file.iter().position(|byte| *byte == b'\n').unwrap_or_default();
        let (line, text) = file.split_at(end);
        let text = text.get(1..).unwrap_or_default();
        let damaged = |damage| Err(self.malformed(path, damage));
        if !line.starts_with(FORM.as_bytes()) {
            return damaged(Damage::Unknown);
        }
        if line != first_line(text).trim_end().as_bytes() {
            return damaged(Damage::Changed);
        }
        serde_json::from_slice(text).or_else(|error| damaged(error.into()))
    }

    fn malformed(&self, path: &Path, source: Damage) -> StoreError {
        StoreError::Malformed {
            path: path.to_owned(),
            directory: self.directory.clone(),
            source,
        }
    }
}

fn first_line(text: &[u8]) -> String {
    format!("{FORM}{}\n", digest(text))
}

/// The file of what has this name or ARN: as much of it as anybody can read in a file's name, and its digest. What comes
/// from outside is never a path.
fn file_name(identity: &str) -> String {
    const READABLE: usize = 100;
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || c == '-' {
            c
        } else {
            '_'
        }
    };
    let readable: String = identity.chars().take(READABLE).map(plain).collect();
    let digest = digest(identity.as_bytes());
    format!("{readable}.{}.json", digest.get(..32).unwrap_or(&digest))
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_name_is_never_a_path() {
        for name in [
            "../../package",
            "/etc/passwd",
            "..",
            "",
            "a\0b",
            "C:\\x",
            &"ä".repeat(5_000),
        ] {
            let file = file_name(name);
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            assert!(file.chars().all(plain) && file.len() < 255, "{file}");
            assert!(!file.contains(".."), "{file}");
        }
        assert_ne!(file_name("a/b"), file_name("a_b"));
        assert_ne!(file_name("Name"), file_name("name"));
    }
}
