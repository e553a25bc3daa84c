//! Why the state could not be read or written.

use std::io;
use std::path::PathBuf;

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
    /// A file is not of the local cloud, or not as it was written.
    #[error("`{}` is not of the local cloud: delete `{}` to begin anew", path.display(), directory.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The directory of the state.
        directory: PathBuf,
        /// What is wrong with it.
        source: Damage,
    },
    /// Another process has the directory.
    #[error("`{}` is in use by {by}", directory.display())]
    InUse {
        /// The directory of the state.
        directory: PathBuf,
        /// Who has it, and what to do about it.
        by: String,
    },
}

/// What is wrong with a file of the state.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Damage {
    /// It has no first line as all files of the state have.
    #[error("it is empty, or was written by another version or another program")]
    Unknown,
    /// It was changed since it was written.
    #[error("its content is not the one that was written")]
    Changed,
    /// It is no JSON, or none of its kind.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}
