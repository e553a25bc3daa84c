//! Ctrl-C, and the signal with which machines say the same.

use std::time::Duration;

use super::Printer;
use super::view::progress::Progress;
use crate::deploy::Interrupt;

/// So often it is said in a pipe that something is still going on.
const STILL: Duration = Duration::from_secs(30);

/// Waits for the end of some work. Stopped once, it finishes what runs and begins nothing new; stopped twice, it leaves
/// at once: then there is no end to tell of.
pub(super) async fn unless_stopped<T>(
    work: impl Future<Output = T>,
    interrupt: &Interrupt,
    progress: &Progress,
    printer: &Printer,
) -> Option<T> {
    tokio::pin!(work);
    let mut ticks = tokio::time::interval(STILL);
    // The first comes at once.
    ticks.tick().await;
    let first = stopped();
    tokio::pin!(first);
    loop {
        tokio::select! {
            end = &mut work => return Some(end),
            () = &mut first => break,
            _ = ticks.tick() => progress.still(),
        }
    }
    interrupt.stop();
    progress.say("finishing what has begun; once more leaves now");
    tokio::select! {
        end = &mut work => Some(end),
        () = stopped() => {
            progress.finish();
            let running = progress.running();
            let count = running.len();
            for stack in running {
                printer.error(&format!("left while it is being changed: {stack}"));
            }
            if count > 0 {
                printer.error("CloudFormation goes on with them; run again to finish the job");
            }
            None
        }
    }
}

#[cfg(unix)]
async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminated) = signal(SignalKind::terminate()) else {
        return interrupted().await;
    };
    tokio::select! {
        () = interrupted() => {}
        _ = terminated.recv() => {}
    }
}

#[cfg(not(unix))]
async fn stopped() {
    interrupted().await;
}

async fn interrupted() {
    // Where signals cannot be heard, nobody stops anything.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
