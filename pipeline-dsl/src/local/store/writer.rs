//! Changed files are brought to disk by a thread of their own, those of many calls at once: the disk syncs a hundred files
//! side by side in about the time that it takes for five one after the other.

use std::collections::BTreeSet;
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread::{self, JoinHandle};

use indexmap::IndexMap;

use super::durable;
use super::error::StoreError;

/// So many files are synced side by side.
const SIDE_BY_SIDE: usize = 16;

/// What becomes of files: a new content, or nothing, where they are removed.
type Changes = IndexMap<PathBuf, Option<Vec<u8>>>;

/// Brings changes to disk in the order in which they are given, and waits for what is left when it is dropped.
#[derive(Debug)]
pub(crate) struct Writer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    turned: Condvar,
    /// How many files can still be changed, where a test lets the disk be full.
    #[cfg(test)]
    room: Mutex<Option<u32>>,
}

#[derive(Debug, Default)]
struct Queue {
    /// What is written next.
    waiting: Changes,
    /// How what is written next will end.
    next: Kept,
    /// How what is being written will end.
    working: Option<Kept>,
    /// Since something could not be written, nothing is taken.
    failed: bool,
    ended: bool,
}

impl Writer {
    /// # Errors
    /// When the system has no room for another thread.
    pub(crate) fn start() -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let thread = thread::Builder::new().name("local cloud".to_owned()).spawn({
            let shared = Arc::clone(&shared);
            move || shared.run()
        })?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// Replaces or removes a file soon.
    pub(crate) fn change(&self, path: PathBuf, content: Option<Vec<u8>>) {
        let mut queue = self.shared.queue();
        if !queue.failed {
            queue.waiting.insert(path, content);
            self.shared.turned.notify_all();
        }
    }

    /// When everything is on disk that was given so far.
    pub(crate) fn kept(&self) -> Kept {
        let queue = self.shared.queue();
        match (&queue.working, queue.failed || !queue.waiting.is_empty()) {
            (_, true) => queue.next.clone(),
            (Some(working), false) => working.clone(),
            (None, false) => Kept::already(),
        }
    }

    /// Whether something could not be written since the last [`restart`](Self::restart).
    pub(crate) fn has_failed(&self) -> bool {
        self.shared.queue().failed
    }

    /// Takes changes again, after something could not be written; nothing is under way then.
    pub(crate) fn restart(&self) {
        // What fails now is refused to those who wait for it.
        let _ = self.kept().wait();
        let mut queue = self.shared.queue();
        if queue.failed {
            queue.failed = false;
            queue.next = Kept::default();
        }
    }

    /// Lets the disk be full after so many changes.
    #[cfg(test)]
    pub(crate) fn limit(&self, room: u32) {
        *self.shared.room.lock().unwrap() = Some(room);
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.shared.queue().ended = true;
        self.shared.turned.notify_all();
        if let Some(thread) = self.thread.take() {
            // It does not panic.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        let mut queue = self.queue();
        loop {
            if queue.waiting.is_empty() {
                if queue.ended {
                    return;
                }
                queue = self.turned.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let changes = std::mem::take(&mut queue.waiting);
            let kept = std::mem::take(&mut queue.next);
            queue.working = Some(kept.clone());
            drop(queue);
            let written = self.write(&changes);
            queue = self.queue();
            queue.working = None;
            if let Err(failed) = &written {
                // What came meanwhile builds on what could not be written.
                queue.failed = true;
                queue.waiting.clear();
                queue.next.end(Err(failed.clone()));
            }
            kept.end(written);
        }
    }

    /// All or nothing, as far as it depends on the room on the disk: the new contents are there before the first takes its place.
    fn write(&self, changes: &Changes) -> Result<(), Failed> {
        let written = self.write_beside(changes).and_then(|()| put_in_place(changes));
        if written.is_err() {
            for (path, _) in changes.iter().filter(|(_, content)| content.is_some()) {
                durable::give_up(path);
            }
        }
        written
    }

    fn write_beside(&self, changes: &Changes) -> Result<(), Failed> {
        let all: Vec<(&PathBuf, Option<&Vec<u8>>)> = changes
            .iter()
            .map(|(path, content)| (path, content.as_ref()))
            .collect();
        let write = |some: &[(&PathBuf, Option<&Vec<u8>>)]| {
            some.iter().try_for_each(|(path, content)| {
                self.use_room().map_err(Failed::at(path))?;
                let Some(content) = content else { return Ok(()) };
                durable::write_beside(path, content).map_err(Failed::at(path))
            })
        };
        let share = all.len().div_ceil(SIDE_BY_SIDE);
        let mut shares = all.chunks(share.max(1));
        // The first is this thread's own, so that a single file needs no other.
        let own = shares.next().unwrap_or_default();
        thread::scope(|scope| {
            let others: Vec<_> = shares.map(|share| scope.spawn(move || write(share))).collect();
            // None of them panics.
            let others = others.into_iter().filter_map(|other| other.join().ok());
            std::iter::once(write(own)).chain(others).collect()
        })
    }

    #[cfg(test)]
    fn use_room(&self) -> io::Result<()> {
        let mut room = self.room.lock().unwrap();
        if let Some(left) = room.as_mut() {
            *left = left.checked_sub(1).ok_or(io::ErrorKind::StorageFull)?;
        }
        Ok(())
    }

    #[cfg(not(test))]
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "in tests the disk can be full"
    )]
    fn use_room(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Renames what is written and removes what is gone, in order; then the disk knows which files there are.
fn put_in_place(changes: &Changes) -> Result<(), Failed> {
    let mut directories = BTreeSet::new();
    for (path, content) in changes {
        match content {
            Some(_) => durable::put_in_place(path),
            None => durable::remove_file(path),
        }
        .map_err(Failed::at(path))?;
        directories.extend(path.parent());
    }
    directories
        .into_iter()
        .try_for_each(|directory| durable::sync(directory).map_err(Failed::at(directory)))
}

/// Why changes are not on disk, for each who waits for them.
#[derive(Debug, Clone)]
struct Failed {
    path: PathBuf,
    kind: io::ErrorKind,
    /// The system's own number for it.
    code: Option<i32>,
}

impl Failed {
    fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self {
            path: path.to_owned(),
            kind: error.kind(),
            code: error.raw_os_error(),
        }
    }
}

impl From<Failed> for StoreError {
    fn from(failed: Failed) -> Self {
        Self::Io {
            path: failed.path,
            source: match failed.code {
                Some(code) => io::Error::from_raw_os_error(code),
                None => failed.kind.into(),
            },
        }
    }
}

/// How changes end: on disk, or not. It can be waited for from a thread, and as a future.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept(Arc<Ending>);

#[derive(Debug, Default)]
struct Ending {
    end: Mutex<End>,
    turned: Condvar,
}

#[derive(Debug, Default)]
struct End {
    result: Option<Result<(), Failed>>,
    wakers: Vec<Waker>,
}

impl Kept {
    /// There is nothing to wait for.
    pub(crate) fn already() -> Self {
        let kept = Self::default();
        kept.end(Ok(()));
        kept
    }

    /// Whether there is nothing to wait for any more.
    pub(crate) fn is_settled(&self) -> bool {
        self.lock().result.is_some()
    }

    /// Waits, and lets nothing else be done on this thread meanwhile.
    pub(crate) fn wait(&self) -> Result<(), StoreError> {
        let mut end = self.lock();
        loop {
            if let Some(result) = &end.result {
                return result.clone().map_err(Into::into);
            }
            end = self.0.turned.wait(end).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn end(&self, result: Result<(), Failed>) {
        let mut end = self.lock();
        end.result = Some(result);
        let wakers = std::mem::take(&mut end.wakers);
        drop(end);
        self.0.turned.notify_all();
        wakers.into_iter().for_each(Waker::wake);
    }

    fn lock(&self) -> MutexGuard<'_, End> {
        self.0.end.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Future for Kept {
    type Output = Result<(), StoreError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut end = self.lock();
        if let Some(result) = &end.result {
            return Poll::Ready(result.clone().map_err(Into::into));
        }
        let waker = context.waker();
        if !end.wakers.iter().any(|known| known.will_wake(waker)) {
            end.wakers.push(waker.clone());
        }
        Poll::Pending
    }
}
