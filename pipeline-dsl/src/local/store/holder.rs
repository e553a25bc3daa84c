//! Who has a directory with state: one process at a time, as long as it lives.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::error::StoreError;

/// A process that has a directory, as it tells others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Holder {
    /// What it does: `deploy --local`.
    pub command: String,
    /// Its id.
    pub process: u32,
    /// Where it answers others, if it does.
    pub address: Option<String>,
}

impl Holder {
    /// This process, doing this.
    pub fn this_process(command: impl Into<String>) -> Self {
        Self {
            command: command.into(),
            process: std::process::id(),
            address: None,
        }
    }

    /// The same, answering others at an address.
    #[must_use]
    pub fn answering(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }
}

impl std::fmt::Display for Holder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "`{}` (process {})", self.command, self.process)?;
        match &self.address {
            Some(address) => write!(
                formatter,
                ", which answers at {address}: stop it, or go through it with `--endpoint-url {address} --account-keys`"
            ),
            None => Ok(()),
        }
    }
}

/// A directory that nobody else has: the lock goes with the process, however it ends.
#[derive(Debug)]
pub(crate) struct Lock {
    /// It is locked as long as it is open.
    _file: File,
}

impl Lock {
    /// Takes a directory. Where somebody has it, `wait` is told who, and says whether to wait; of the next one again.
    pub(crate) fn take(
        directory: &Path,
        holder: &Holder,
        mut wait: impl FnMut(Option<&Holder>) -> bool,
    ) -> Result<Self, StoreError> {
        let path = directory.join("lock");
        let failed = |source| StoreError::Io {
            path: path.clone(),
            source,
        };
        fs::create_dir_all(directory).map_err(failed)?;
        let mut options = OpenOptions::new();
        let file = options
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed)?;
        let mut known = None;
        loop {
            match try_lock(&file) {
                Ok(()) => break,
                // Some file systems have no locks; then nobody keeps others away.
                Err(TryLockError::Error(source)) if source.kind() == io::ErrorKind::Unsupported => break,
                Err(TryLockError::Error(source)) => return Err(failed(source)),
                Err(TryLockError::WouldBlock) => {}
            }
            let other = read(directory);
            if known.as_ref() != Some(&other) && !wait(other.as_ref()) {
                let by = other.map_or_else(|| "another process".to_owned(), |other| other.to_string());
                let directory = directory.to_owned();
                return Err(StoreError::InUse { directory, by });
            }
            known = Some(other);
        }
        // It is for people to read; the lock is what counts.
        let _ = fs::write(told(directory), serde_json::to_vec(holder).unwrap_or_default());
        Ok(Self { _file: file })
    }
}

/// Tries for a moment: a process that was just started has the files of whoever started it until it becomes another program.
fn try_lock(file: &File) -> Result<(), TryLockError> {
    for _ in 0..20 {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
            tried => return tried,
        }
    }
    file.try_lock()
}

/// Beside the lock: some systems let nobody read a file that is locked.
fn told(directory: &Path) -> PathBuf {
    directory.join("in-use-by")
}

fn read(directory: &Path) -> Option<Holder> {
    let text = fs::read(told(directory)).ok()?;
    serde_json::from_slice(&text).ok()
}
