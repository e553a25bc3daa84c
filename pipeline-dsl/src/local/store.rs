//! The state on disk: one file for each stack and each bucket, replaced as a whole.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::buckets::Bucket;
use super::executions::PipelineState;
use super::queues::Queue;
use super::stack::Stack;

/// The state of the local cloud could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A file could not be read or written.
    #[error("could not use `{}` for the local cloud", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not a stack of the local cloud.
    #[error("`{}` is not of the local cloud: delete the directory to begin anew", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

#[derive(Debug)]
pub(super) struct Store {
    directory: PathBuf,
    buckets: PathBuf,
    queues: PathBuf,
    pipelines: PathBuf,
}

impl Store {
    pub(super) fn at(directory: &Path) -> Self {
        Self {
            directory: directory.join("stacks"),
            buckets: directory.join("buckets"),
            queues: directory.join("queues"),
            pipelines: directory.join("pipelines"),
        }
    }

    /// Every stack that there is.
    pub(super) fn load(&self) -> Result<Vec<Stack>, StoreError> {
        load_all(&self.directory)
    }

    /// Every bucket that something was put into.
    pub(super) fn load_buckets(&self) -> Result<Vec<Bucket>, StoreError> {
        load_all(&self.buckets)
    }

    /// Keeps a bucket with what is in it.
    pub(super) fn save_bucket(&self, bucket: &Bucket) -> Result<(), StoreError> {
        save(&self.buckets.join(file_name(&bucket.name)), bucket)
    }

    /// Every queue that something was sent to.
    pub(super) fn load_queues(&self) -> Result<Vec<Queue>, StoreError> {
        load_all(&self.queues)
    }

    /// Keeps a queue with what waits in it.
    pub(super) fn save_queue(&self, queue: &Queue) -> Result<(), StoreError> {
        save(&self.queues.join(file_name(&queue.arn)), queue)
    }

    /// Every pipeline that ran.
    pub(super) fn load_pipelines(&self) -> Result<Vec<PipelineState>, StoreError> {
        load_all(&self.pipelines)
    }

    /// Keeps the last executions of a pipeline.
    pub(super) fn save_pipeline(&self, pipeline: &PipelineState) -> Result<(), StoreError> {
        save(&self.pipelines.join(file_name(&pipeline.arn)), pipeline)
    }

    /// Forgets a bucket.
    pub(super) fn forget_bucket(&self, name: &str) -> Result<(), StoreError> {
        let path = self.buckets.join(file_name(name));
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(StoreError::Io { path, source }),
            _ => Ok(()),
        }
    }

    /// Keeps a stack.
    pub(super) fn save(&self, stack: &Stack) -> Result<(), StoreError> {
        save(&self.directory.join(file_name(&stack.id.0)), stack)
    }
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
    let mut name = readable + ".";
    for byte in Sha256::digest(identity.as_bytes()).iter().take(16) {
        // Writing to a string cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name + ".json"
}

fn load_all<T: DeserializeOwned>(directory: &Path) -> Result<Vec<T>, StoreError> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| StoreError::Io { path, source }
    };
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(io(directory)(error)),
    };
    let mut all = Vec::new();
    for entry in entries {
        let path = entry.map_err(io(directory))?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let text = fs::read_to_string(&path).map_err(io(&path))?;
            all.push(serde_json::from_str(&text).map_err(|source| StoreError::Malformed { path, source })?);
        }
    }
    Ok(all)
}

/// Replaces a file as a whole.
fn save(path: &Path, value: &impl Serialize) -> Result<(), StoreError> {
    let beside = path.with_extension("tmp");
    let text = serde_json::to_vec(value).unwrap_or_default();
    let directory = path.parent().unwrap_or(path);
    fs::create_dir_all(directory)
        .and_then(|()| fs::File::create(&beside))
        .and_then(|mut file| file.write_all(&text))
        .and_then(|()| fs::rename(&beside, path))
        .map_err(|source| StoreError::Io {
            path: path.to_owned(),
            source,
        })
}
