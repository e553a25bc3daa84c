//! What is waited for, until it ends or somebody stops it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::Instant;

use super::cloud::Cloud;
use super::printer::Printer;
use super::stop::Stops;
use super::view::progress::Progress;
use crate::deploy::Aws;

/// What has begun when somebody stops a command is waited for so long.
const BOUND: Duration = Duration::from_mins(10);

/// So often it is said in a pipe that something is still going on.
const STILL: Duration = Duration::from_secs(30);
/// Who has not answered for so long is named.
const SILENT: Duration = Duration::from_secs(5);

/// Stops what is played without waiting: it ends with what it is at.
pub(super) fn stop_playing(runtime: &Handle, stops: &Stops, printer: &Printer) -> Arc<AtomicBool> {
    let stopped = Arc::new(AtomicBool::new(false));
    let (stops, stop, printer) = (stops.clone(), Arc::clone(&stopped), printer.clone());
    runtime.spawn(async move {
        stops.reach(1).await;
        stop.store(true, Ordering::Relaxed);
        printer.error("stopping with what is being played");
    });
    stopped
}

/// Waits for the end of some work. Stopped once, it finishes what has begun, within a bound, and begins nothing new; stopped
/// twice, or past the bound, it leaves: then there is no end to tell of.
pub(super) async fn unless_left<T>(
    work: impl Future<Output = T>,
    cloud: &Cloud,
    progress: &Progress,
    printer: &Printer,
) -> Option<T> {
    tokio::pin!(work);
    let mut watch = Watch::over(&cloud.aws);
    tokio::select! {
        biased;
        end = &mut work => return Some(end),
        () = cloud.stops.reach(1) => {}
        () = watch.tell(progress) => {}
    }
    cloud.options.interrupt.stop();
    let minutes = BOUND.as_secs() / 60;
    progress.say(&format!(
        "stopping: what has begun is finished, for at most {minutes} minutes; once more leaves now"
    ));
    tokio::select! {
        biased;
        end = &mut work => return Some(end),
        () = cloud.stops.reach(2) => {}
        () = tokio::time::sleep(BOUND) => {}
        () = watch.tell(progress) => {}
    }
    progress.finish();
    let running = progress.running();
    for stack in &running {
        printer.error(&format!("left while it is being changed: {stack}"));
    }
    printer.error(if running.is_empty() {
        "left; run again to finish the job"
    } else {
        "CloudFormation goes on with them; run again to finish the job"
    });
    None
}

/// Waits for the end of some work of which nothing stays when it is left: stopped once, it leaves.
pub(super) async fn unless_stopped<T>(
    work: impl Future<Output = T>,
    cloud: &Cloud,
    progress: &Progress,
) -> Option<T> {
    let mut watch = Watch::over(&cloud.aws);
    tokio::select! {
        biased;
        end = work => return Some(end),
        () = cloud.stops.reach(1) => {}
        () = watch.tell(progress) => {}
    }
    progress.finish();
    progress.say("stopped");
    None
}

/// Says what is waited for.
struct Watch {
    aws: Arc<Aws>,
    begun: Instant,
    /// When it was said last that somebody does not answer.
    said: Option<Instant>,
}

impl Watch {
    fn over(aws: &Arc<Aws>) -> Self {
        Self {
            aws: Arc::clone(aws),
            begun: Instant::now(),
            said: None,
        }
    }

    /// Goes on for ever.
    async fn tell(&mut self, progress: &Progress) {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if let Some(silence) = self.aws.silence().filter(|silence| silence.lasting >= SILENT) {
                if self.said.is_none_or(|said| said.elapsed() >= STILL) {
                    self.said = Some(Instant::now());
                    let reason = silence.reason.map(|reason| format!(": {reason}"));
                    progress.say(&format!(
                        "waiting for {}, which has not answered for {} seconds{}",
                        silence.host,
                        silence.lasting.as_secs(),
                        reason.unwrap_or_default()
                    ));
                }
            } else if self.begun.elapsed() >= STILL {
                self.begun = Instant::now();
                progress.still();
            }
        }
    }
}
