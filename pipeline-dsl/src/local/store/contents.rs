//! The bytes of objects: in memory, or beside the state by their digest.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::directory::Store;
use super::durable;
use super::error::StoreError;

/// What an object contains.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Content {
    pub(crate) digest: String,
    pub(crate) length: usize,
    /// The bytes, where they are not in a file.
    #[serde(skip)]
    held: Option<Arc<[u8]>>,
}

/// Where the bytes of objects are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Contents {
    directory: Option<PathBuf>,
    /// Whether it is another cloud's directory: then it is only read.
    borrowed: bool,
}

impl Contents {
    /// Beside the state.
    pub(crate) fn of(store: &Store) -> Self {
        Self {
            directory: Some(store.contents()),
            ..Self::default()
        }
    }

    /// The same, for another cloud that begins as this one is.
    pub(crate) fn lent(&self) -> Self {
        Self {
            borrowed: true,
            ..self.clone()
        }
    }

    /// Keeps bytes before anything refers to them.
    pub(crate) fn keep(&self, bytes: Vec<u8>) -> Result<Content, StoreError> {
        let (digest, length) = (durable::digest(&bytes), bytes.len());
        let held = match &self.directory {
            Some(directory) if !self.borrowed => {
                durable::save_bytes(directory, &digest, &bytes)?;
                None
            }
            _ => Some(bytes.into()),
        };
        Ok(Content { digest, length, held })
    }

    /// The bytes, as they were kept.
    pub(crate) fn read(&self, content: &Content) -> Result<Vec<u8>, StoreError> {
        match (&content.held, &self.directory) {
            (Some(bytes), _) => Ok(bytes.to_vec()),
            (None, Some(directory)) => durable::read_bytes(directory, &content.digest),
            (None, None) => Ok(Vec::new()),
        }
    }

    /// Removes the bytes that nobody wants any more; `settled` waits until what referred to them is gone.
    pub(crate) fn collect(
        &self,
        settled: impl FnOnce() -> Result<(), StoreError>,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<(), StoreError> {
        let Some(directory) = self.directory.as_ref().filter(|_| !self.borrowed) else {
            return Ok(());
        };
        settled()?;
        durable::collect_bytes(directory, wanted)
    }
}
