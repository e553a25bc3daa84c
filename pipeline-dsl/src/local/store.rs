//! The state on disk: one file for each stack, replaced as a whole.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

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
    #[error("`{}` is not a stack of the local cloud: delete the directory to begin anew", path.display())]
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
}

impl Store {
    pub(super) fn at(directory: &Path) -> Self {
        Self {
            directory: directory.join("stacks"),
        }
    }

    /// Every stack that there is.
    pub(super) fn load(&self) -> Result<Vec<Stack>, StoreError> {
        let io = |path: &Path| {
            let path = path.to_owned();
            move |source| StoreError::Io { path, source }
        };
        let entries = match fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(io(&self.directory)(error)),
        };
        let mut stacks = Vec::new();
        for entry in entries {
            let path = entry.map_err(io(&self.directory))?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                let text = fs::read_to_string(&path).map_err(io(&path))?;
                let stack =
                    serde_json::from_str(&text).map_err(|source| StoreError::Malformed { path, source })?;
                stacks.push(stack);
            }
        }
        Ok(stacks)
    }

    /// Keeps a stack. The name tells whose it is; the id makes it unique.
    pub(super) fn save(&self, stack: &Stack) -> Result<(), StoreError> {
        let unique = stack.id.0.rsplit('/').next().unwrap_or_default();
        let name = format!("{}.{}.{}.{unique}.json", stack.account, stack.region, stack.name);
        let path = self.directory.join(name);
        let beside = path.with_extension("tmp");
        let text = serde_json::to_vec(stack).unwrap_or_default();
        fs::create_dir_all(&self.directory)
            .and_then(|()| fs::File::create(&beside))
            .and_then(|mut file| file.write_all(&text))
            .and_then(|()| fs::rename(&beside, &path))
            .map_err(|source| StoreError::Io { path, source })
    }
}
