//! Ctrl-C, and SIGTERM with which machines say the same.

use tokio::runtime::Handle;
use tokio::sync::watch;

/// How often somebody has stopped this command.
#[derive(Debug, Clone)]
pub(super) struct Stops {
    count: watch::Receiver<u32>,
}

impl Stops {
    /// Listens from now on, for as long as the runtime lives.
    pub(super) fn listen(runtime: &Handle) -> Self {
        let (counted, count) = watch::channel(0);
        let _inside = runtime.enter();
        let mut signals = Signals::new();
        runtime.spawn(async move {
            loop {
                signals.next().await;
                counted.send_modify(|count| *count += 1);
            }
        });
        Self { count }
    }

    /// Waits until somebody has stopped it so often.
    pub(super) async fn reach(&self, times: u32) {
        let mut count = self.count.clone();
        if count.wait_for(|count| *count >= times).await.is_err() {
            // Nobody listens any more.
            std::future::pending::<()>().await;
        }
    }
}

/// Somebody has stopped a command before it began.
#[derive(Debug, thiserror::Error)]
#[error("stopped")]
pub(super) struct Stopped;

/// The two signals.
struct Signals {
    #[cfg(unix)]
    terminated: Option<tokio::signal::unix::Signal>,
    #[cfg(unix)]
    interrupted: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        // Where signals cannot be heard, nobody stops anything.
        Self {
            terminated: signal(SignalKind::terminate()).ok(),
            interrupted: signal(SignalKind::interrupt()).ok(),
        }
    }

    async fn next(&mut self) {
        async fn heard(signal: &mut Option<tokio::signal::unix::Signal>) {
            match signal {
                Some(signal) => drop(signal.recv().await),
                None => std::future::pending().await,
            }
        }
        tokio::select! {
            () = heard(&mut self.terminated) => {}
            () = heard(&mut self.interrupted) => {}
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    fn new() -> Self {
        Self {}
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
