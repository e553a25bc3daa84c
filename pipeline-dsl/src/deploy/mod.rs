//! Deploys an assembly: each stack once, after those that it needs, everything else side by side.
//!
//! The only asynchronous code, and `aws.rs` is the only file that names the AWS SDK. The local cloud is
//! deployed to by the very same code.

mod access;
mod apply;
mod aws;
mod event;
mod outcome;
mod parameters;
mod stack_state;
mod status;
mod template;
mod walk;

pub use access::{Access, AccessError};
pub use aws::{Aws, CallError};
pub use event::{Event, Observer, ResourceProgress};
pub use outcome::{Failure, Outcome, StackError, Summary};
pub use status::{Phase, Status};

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::model::AccountId;
use crate::synth::{Assembly, AssemblyStack, Digest, StackId};
use parameters::Outputs;
use template::TemplateBody;
use walk::{Walk, Walked};

/// How a deployment is carried out.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many stacks of one account are worked on at once.
    pub concurrency: usize,
    /// How long to wait between looks at a stack that is being changed.
    pub poll_interval: Duration,
}

impl Default for Options {
    /// Eight stacks of an account at once, a look every two seconds.
    fn default() -> Self {
        Self {
            concurrency: 8,
            poll_interval: Duration::from_secs(2),
        }
    }
}

/// Deploys every stack of an assembly, and tells the observer as it goes. A failure stops only what depends on
/// it; the summary says what was done, what failed and what was skipped.
pub async fn deploy(
    assembly: Arc<Assembly>,
    aws: Arc<Aws>,
    options: Options,
    observer: Arc<dyn Observer>,
) -> Summary {
    let stacks: BTreeMap<StackId, AssemblyStack> = assembly
        .stacks()
        .iter()
        .map(|stack| (stack.id.clone(), stack.clone()))
        .collect();
    let order = assembly
        .stacks()
        .iter()
        .map(|stack| (stack.id.clone(), stack.depends_on.clone()))
        .collect();
    let slots: BTreeMap<AccountId, Arc<Semaphore>> = stacks
        .values()
        .map(|stack| {
            (
                stack.account,
                Arc::new(Semaphore::new(options.concurrency.max(1))),
            )
        })
        .collect();
    observer.observe(&Event::Planned {
        stacks: assembly.stacks(),
    });

    let bodies: BTreeMap<Digest, Arc<TemplateBody>> = assembly
        .templates()
        .iter()
        .map(|(digest, written)| (digest.clone(), Arc::new(TemplateBody::of(written))))
        .collect();

    let start = |id: &StackId, outputs: &BTreeMap<StackId, Outputs>| {
        let stack = stacks.get(id)?.clone();
        let slot = Arc::clone(slots.get(&stack.account)?);
        let given = parameters::resolve(&stack, outputs);
        let work = apply::Work {
            given,
            body: Arc::clone(bodies.get(&stack.template)?),
            team: assembly.team(),
            stack,
            aws: Arc::clone(&aws),
            observer: Arc::clone(&observer),
            poll_interval: options.poll_interval,
        };
        Some(async move {
            // The semaphore is never closed.
            let _slot = slot.acquire_owned().await;
            work.apply().await
        })
    };
    let walked = Walk::new(order).run(start).await;
    let summary = Summary::of(&assembly, walked);
    for (stack, because) in &summary.skipped {
        observer.observe(&Event::Skipped { stack, because });
    }
    summary
}

impl Summary {
    fn of(assembly: &Assembly, mut walked: Walked<StackId, apply::Applied, StackError>) -> Self {
        let mut summary = Self::default();
        for stack in assembly.stacks() {
            let id = &stack.id;
            if let Some(applied) = walked.done.remove(id) {
                summary.done.push((id.clone(), applied.outcome));
            } else if let Some(error) = walked.failed.remove(id) {
                summary.failed.push(Failure {
                    stack: id.clone(),
                    error,
                });
            } else if let Some(because) = walked.skipped.remove(id) {
                summary.skipped.push((id.clone(), because));
            }
        }
        summary
    }
}
