use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

/// A wish to stop: what has begun is finished, nothing new is begun.
#[derive(Debug, Clone)]
pub struct Interrupt {
    stopped: Arc<watch::Sender<bool>>,
}

/// Whether something was asked of AWS in some work that goes on without us.
#[derive(Debug, Clone, Default)]
pub(crate) struct Begun {
    has: Arc<AtomicBool>,
    /// A change set that was asked for, and of which nothing came so far.
    change_set: Arc<Mutex<Option<String>>>,
}

impl Begun {
    /// From now on it is finished.
    pub(crate) fn begin(&self) {
        self.has.store(true, Ordering::SeqCst);
    }

    fn has(&self) -> bool {
        self.has.load(Ordering::SeqCst)
    }

    /// A change set is asked for: whoever stops now takes it back.
    pub(crate) fn asks_for(&self, change_set: &str) {
        let mut asked = self.change_set.lock().unwrap_or_else(PoisonError::into_inner);
        *asked = Some(change_set.to_owned());
    }

    /// The change set that is to be taken back.
    pub(crate) fn change_set(&self) -> Option<String> {
        self.change_set
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

impl Default for Interrupt {
    fn default() -> Self {
        Self {
            stopped: Arc::new(watch::Sender::new(false)),
        }
    }
}

impl Interrupt {
    /// Begins nothing new from now on.
    pub fn stop(&self) {
        self.stopped.send_replace(true);
    }

    /// Whether it was wished.
    pub fn is_stopped(&self) -> bool {
        *self.stopped.borrow()
    }

    /// Waits until it is wished.
    pub async fn stopped(&self) {
        let mut stopped = self.stopped.subscribe();
        if stopped.wait_for(|stopped| *stopped).await.is_err() {
            // Nobody is left who could wish it.
            std::future::pending::<()>().await;
        }
    }

    /// Does some work to its end, unless it is stopped before anything has begun in it.
    pub(crate) async fn unless_stopped<T>(&self, begun: &Begun, work: impl Future<Output = T>) -> Option<T> {
        tokio::pin!(work);
        tokio::select! {
            biased;
            ended = &mut work => return Some(ended),
            () = self.stopped() => {}
        }
        if begun.has() { Some(work.await) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::sleep;

    use super::Begun;
    use crate::deploy::Interrupt;

    #[tokio::test(start_paused = true)]
    async fn what_has_begun_is_finished() {
        for begins in [true, false] {
            let (interrupt, begun) = (Interrupt::default(), Begun::default());
            let work = async {
                if begins {
                    begun.begin();
                }
                sleep(Duration::from_secs(10)).await;
            };
            let stop = async {
                sleep(Duration::from_secs(1)).await;
                interrupt.stop();
            };
            let (ended, ()) = tokio::join!(interrupt.unless_stopped(&begun, work), stop);
            assert_eq!(ended.is_some(), begins);
        }
    }
}
