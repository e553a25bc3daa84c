//! Where stacks stand: AWS, or the local cloud.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Handle, Runtime};
use tokio::sync::oneshot;

use super::arguments::Target;
use super::exit::Exit;
use super::printer::Printer;
use super::stop::{Stopped, Stops};
use crate::deploy::{Access, Aws, Options, Selection};
use crate::local::{Holder, LocalCloud};
use crate::synth::{Assembly, claim};

/// How long the local cloud takes for a step: nothing, but others get their turn.
const LOCAL_POLL_INTERVAL: Duration = Duration::from_millis(1);

/// So long nothing may happen in a stack of the local cloud.
const LOCAL_STACK_LIMIT: Duration = Duration::from_mins(1);

/// A runtime that is not waited for when the command has ended: what it still does is of no use to anybody.
#[derive(Debug)]
pub(super) struct Background {
    runtime: Option<Runtime>,
    handle: Handle,
}

impl Background {
    pub(super) fn start() -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        Ok(Self {
            handle: runtime.handle().clone(),
            runtime: Some(runtime),
        })
    }

    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }

    pub(super) fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.handle.block_on(work)
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// What came of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
    /// Nobody can be asked here.
    Nobody,
    /// Somebody stopped the command instead.
    Stopped,
}

/// The way to the accounts, and how to go it.
pub(super) struct Cloud {
    pub(super) runtime: Background,
    pub(super) stops: Stops,
    pub(super) aws: Arc<Aws>,
    pub(super) options: Options,
    /// The local cloud itself, where it is that.
    pub(super) local: Option<LocalCloud>,
    /// What it is called in sentences.
    pub(super) name: &'static str,
}

impl Cloud {
    pub(super) fn of(
        target: &Target,
        assembly: &Assembly,
        out: &Path,
        command: &str,
        printer: &Printer,
    ) -> Result<Self, Box<dyn Error>> {
        let runtime = Background::start()?;
        let stops = Stops::listen(runtime.handle());
        let mut options = Options {
            concurrency: usize::from(target.concurrency),
            call_limit: Duration::from_secs(target.call_timeout),
            stack_limit: stack_limit(target),
            selection: Selection {
                only: target.only.clone(),
                exclude: target.exclude.clone(),
            },
            ..Options::default()
        };
        let mut local = None;
        let (aws, name) = if target.local {
            options.poll_interval = LOCAL_POLL_INTERVAL;
            let command = format!("{command} --local");
            let cloud = open_local(out, &command, printer, &runtime, &stops)?;
            let client = cloud.http_client();
            local = Some(cloud);
            let aws = Aws::through(client, assembly.build_account(), Access::AccountKeys);
            (aws, "the local cloud")
        } else {
            let access = access(target);
            let endpoint = target.endpoint_url.clone();
            let aws = Aws::from_environment(access, assembly.primary_region(), endpoint);
            (runtime.block_on(aws)?, "AWS")
        };
        if target.local || target.account_keys {
            // The keys do not say who uses them.
            options.who = ["USER", "LOGNAME", "USERNAME"]
                .into_iter()
                .find_map(|name| std::env::var(name).ok());
        }
        Ok(Self {
            runtime,
            stops,
            aws: Arc::new(aws.with_call_limit(options.call_limit)),
            options,
            local,
            name,
        })
    }
}

impl Cloud {
    /// Asks a question that is answered with yes or no.
    pub(super) fn ask(&self, question: &str, printer: &Printer) -> Answer {
        if !printer.can_ask() {
            return Answer::Nobody;
        }
        let (answered, answer) = oneshot::channel();
        let question = question.to_owned();
        // It waits for a line, whatever comes in between: nobody waits for it.
        std::thread::spawn(move || {
            // Nobody may be waiting any more.
            let _ = answered.send(Printer::ask(&question));
        });
        self.runtime.block_on(async {
            tokio::select! {
                yes = answer => if yes.unwrap_or_default() { Answer::Yes } else { Answer::No },
                () = self.stops.reach(1) => Answer::Stopped,
            }
        })
    }
}

/// What a question came to, where it was not answered with yes: how the command ends.
pub(super) fn refused(
    answer: Answer,
    why: &str,
    help: &str,
    nothing: &str,
    printer: &Printer,
) -> Option<Exit> {
    match answer {
        Answer::Yes => None,
        Answer::No => {
            printer.error(nothing);
            Some(Exit::Failed)
        }
        Answer::Nobody => {
            printer.error(&format!(
                "error: {why}, and nobody can be asked here\n  help: {help}"
            ));
            Some(Exit::Failed)
        }
        Answer::Stopped => {
            printer.error(nothing);
            Some(Exit::Interrupted)
        }
    }
}

/// The local cloud of this directory. Another command that has it is waited for; a server is not, for it does not end.
///
/// # Errors
/// When a server has it, what is kept there cannot be used, the directory around it holds what was not made here, or somebody
/// stops the waiting.
pub(super) fn open_local(
    out: &Path,
    command: &str,
    printer: &Printer,
    runtime: &Background,
    stops: &Stops,
) -> Result<LocalCloud, Box<dyn Error>> {
    claim(out)?;
    let (directory, holder, printer) = (out.join("local"), Holder::this_process(command), printer.clone());
    let (opened, opening) = oneshot::channel();
    // It waits for a lock, which nothing else ends.
    std::thread::spawn(move || {
        let cloud = LocalCloud::open_as(&directory, &holder, |other| {
            if other.is_some_and(|other| other.address.is_some()) {
                return false;
            }
            let other = other.map_or_else(|| "another process".to_owned(), ToString::to_string);
            let directory = directory.display();
            printer.error(&format!("waiting for {other}, which uses `{directory}`"));
            true
        });
        // Nobody may be waiting any more.
        let _ = opened.send(cloud);
    });
    runtime.block_on(async {
        tokio::select! {
            cloud = opening => match cloud {
                Ok(cloud) => Ok(cloud?),
                Err(_) => Err("the local cloud could not be opened, by a defect of this program".into()),
            },
            () = stops.reach(1) => Err(Stopped.into()),
        }
    })
}

/// On the local cloud nobody is at work whom one could not see.
fn stack_limit(target: &Target) -> Duration {
    match (target.stack_timeout, target.local) {
        (Some(minutes), _) => Duration::from_secs(minutes.saturating_mul(60)),
        (None, true) => LOCAL_STACK_LIMIT,
        (None, false) => Options::STACK_LIMIT,
    }
}

fn access(target: &Target) -> Access {
    if target.account_keys {
        Access::AccountKeys
    } else if !target.role.is_empty() {
        Access::Role(target.role.iter().cloned().collect())
    } else if !target.profile.is_empty() {
        Access::Profile(target.profile.iter().cloned().collect())
    } else {
        Access::Standard
    }
}
