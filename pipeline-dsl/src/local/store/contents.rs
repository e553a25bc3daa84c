//! The bytes of objects: in memory, or beside the state by their digest.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::directory::Store;
use super::directory::StoreError;
use super::durable;
use crate::local::http::response::ApiError;
use crate::local::state::State;

/// So many versions are gone before what only they had is looked for.
const COLLECTED_AFTER: u32 = 64;

/// What an object contains.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::local) struct Content {
    pub(in crate::local) digest: String,
    pub(in crate::local) length: usize,
    /// The bytes, where they are not in a file.
    #[serde(skip)]
    held: Option<Arc<[u8]>>,
}

/// Where the bytes of objects are.
#[derive(Debug, Clone, Default)]
pub(in crate::local) struct Contents {
    directory: Option<PathBuf>,
    /// Whether it is another cloud's directory: then it is only read.
    borrowed: bool,
    released: u32,
}

impl Contents {
    /// Beside the state.
    pub(in crate::local) fn of(store: &Store) -> Self {
        Self {
            directory: Some(store.contents()),
            ..Self::default()
        }
    }

    /// The same, for another cloud that begins as this one is.
    pub(in crate::local) fn lent(&self) -> Self {
        Self {
            borrowed: true,
            ..self.clone()
        }
    }

    /// Keeps bytes before anything refers to them.
    pub(in crate::local) fn keep(&self, bytes: Vec<u8>) -> Result<Content, StoreError> {
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
    pub(in crate::local) fn read(&self, content: &Content) -> Result<Vec<u8>, StoreError> {
        match (&content.held, &self.directory) {
            (Some(bytes), _) => Ok(bytes.to_vec()),
            (None, Some(directory)) => durable::read_bytes(directory, &content.digest),
            (None, None) => Ok(Vec::new()),
        }
    }
}

impl State {
    /// A version is gone; now and then, the bytes that nothing refers to are too.
    pub(in crate::local) fn release_content(&mut self) -> Result<(), ApiError> {
        self.contents.released += 1;
        if self.contents.released < COLLECTED_AFTER {
            return Ok(());
        }
        Ok(self.collect_contents()?)
    }

    /// Removes the bytes that nothing refers to.
    pub(in crate::local) fn collect_contents(&mut self) -> Result<(), StoreError> {
        self.contents.released = 0;
        let Some(directory) = self
            .contents
            .directory
            .as_ref()
            .filter(|_| !self.contents.borrowed)
        else {
            return Ok(());
        };
        // What refers to them is gone first.
        if let Some(store) = &self.store {
            store.kept().wait()?;
        }
        let versions = self
            .buckets
            .all
            .values()
            .flat_map(|bucket| bucket.objects.values());
        let versions = versions.flatten().filter_map(|version| version.content.as_ref());
        let parts = self
            .buckets
            .uploads
            .values()
            .flat_map(|upload| upload.parts.values());
        let wanted: BTreeSet<&str> = versions
            .chain(parts)
            .map(|content| content.digest.as_str())
            .chain(self.templates.digests())
            .collect();
        durable::collect_bytes(directory, |digest| wanted.contains(digest))
    }
}
