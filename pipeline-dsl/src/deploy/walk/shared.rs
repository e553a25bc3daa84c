//! What many need and one makes: where it fails, all who waited for it get the same error, and nobody tries in turn.

use std::future::Future;

use tokio::sync::Mutex;
use tokio::time::Instant;

/// A value that is made once, when it is first needed.
#[derive(Debug)]
pub(crate) struct Shared<T, E> {
    made: Mutex<Option<(Instant, Result<T, E>)>>,
}

impl<T, E> Default for Shared<T, E> {
    fn default() -> Self {
        Self {
            made: Mutex::new(None),
        }
    }
}

impl<T: Clone, E: Clone> Shared<T, E> {
    /// The value. It is made anew where it failed before this was asked, unless the error lasts.
    pub(crate) async fn get<F>(&self, lasts: impl Fn(&E) -> bool, make: impl FnOnce() -> F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let asked = Instant::now();
        let mut held = self.made.lock().await;
        match &*held {
            Some((_, Ok(value))) => return Ok(value.clone()),
            Some((ended, Err(error))) if *ended >= asked || lasts(error) => return Err(error.clone()),
            _ => {}
        }
        let value = make().await;
        *held = Some((Instant::now(), value.clone()));
        value
    }

    /// The value, if it was made.
    pub(crate) async fn known(&self) -> Option<T> {
        match &*self.made.lock().await {
            Some((_, Ok(value))) => Some(value.clone()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use tokio::time::{Instant, sleep};

    use super::Shared;

    #[tokio::test(start_paused = true)]
    async fn all_who_wait_get_the_same_error() {
        let (shared, tries) = (Shared::<u32, &str>::default(), AtomicU32::new(0));
        let fails = |error: &'static str| {
            let tries = &tries;
            async move {
                tries.fetch_add(1, Ordering::Relaxed);
                sleep(Duration::from_secs(10)).await;
                Err(error)
            }
        };
        let begun = Instant::now();
        let lasts = |error: &&str| *error == "lasts";
        let waiting = || shared.get(lasts, || fails("passes"));
        let (first, second, third) = tokio::join!(waiting(), waiting(), waiting());
        assert_eq!([first, second, third], [Err("passes"); 3]);
        assert_eq!(begun.elapsed().as_secs(), 10);
        sleep(Duration::from_secs(1)).await;
        // Whoever comes later tries again; not where the error lasts.
        assert_eq!(shared.get(lasts, || fails("lasts")).await, Err("lasts"));
        sleep(Duration::from_secs(1)).await;
        assert_eq!(shared.get(lasts, || async { Ok(1) }).await, Err("lasts"));
        assert_eq!(tries.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn what_was_made_is_kept() {
        let shared = Shared::<u32, &str>::default();
        assert_eq!(shared.known().await, None);
        assert_eq!(shared.get(|_| false, || async { Ok(1) }).await, Ok(1));
        assert_eq!(shared.get(|_| false, || async { Ok(2) }).await, Ok(1));
        assert_eq!(shared.known().await, Some(1));
    }
}
