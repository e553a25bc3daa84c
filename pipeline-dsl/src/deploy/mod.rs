//! Deploys an assembly: each stack once, after those that it needs, everything else side by side; plans and destroys it.
//!
//! The only asynchronous code, and `aws/` is the only place that names the AWS SDK. The local cloud is
//! deployed to by the very same code.

mod access;
mod apply;
mod aws;
mod change;
mod context;
mod event;
mod follow;
mod interrupt;
mod operation;
mod options;
mod outcome;
mod parameters;
mod patience;
mod places;
mod propagation;
mod read;
mod remedy;
mod selection;
mod stack_state;
mod status;
mod template;
mod template_store;
mod wait;
mod walk;

pub use access::{Access, AccessError, NameForAccount, PerAccount};
pub use aws::{Aws, CallError, CallErrorKind};
pub use event::{Event, Observer, ResourceProgress};
pub use interrupt::Interrupt;
pub use options::Options;
pub use outcome::{BlockingResource, Failure, Outcome, StackError, Summary};
pub use selection::{Selection, UnknownSelection};
pub use status::{Phase, Status};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::model::AccountId;
use crate::synth::{Assembly, AssemblyStack, Digest, StackId};
use apply::{Applied, Left, Work};
use context::DeployContext;
use places::StackPlace;
use selection::Part;
use template::TemplateBody;
use walk::{Walk, Walked};

/// Deploys the stacks of an assembly, and tells the observer as it goes. A failure stops only what depends on
/// it; the summary says what was done, what failed and what was skipped.
///
/// # Errors
/// When the selection names something that is not in the program; then nothing has been done.
pub async fn deploy(
    assembly: Arc<Assembly>,
    aws: Arc<Aws>,
    options: Options,
    observer: Arc<dyn Observer>,
) -> Result<Summary, UnknownSelection> {
    deploy_and_forget(assembly, aws, options, observer, BTreeSet::new()).await
}

/// Deploys, and remembers these places no more.
async fn deploy_and_forget(
    assembly: Arc<Assembly>,
    aws: Arc<Aws>,
    options: Options,
    observer: Arc<dyn Observer>,
    pruned: BTreeSet<StackPlace>,
) -> Result<Summary, UnknownSelection> {
    let parts = options.selection.to_deploy(&assembly)?;
    let chosen: Vec<&AssemblyStack> = assembly
        .stacks()
        .iter()
        .filter(|stack| parts.contains_key(&stack.id))
        .collect();
    let worked: Vec<AssemblyStack> = chosen
        .iter()
        .filter(|stack| parts.get(&stack.id) == Some(&Part::Worked))
        .map(|stack| (*stack).clone())
        .collect();
    observer.observe(&Event::Planned { stacks: &worked });
    let order = chosen
        .iter()
        .map(|stack| (stack.id.clone(), stack.depends_on.clone()))
        .collect();
    let slots = Slots::of(chosen.iter().copied(), options.concurrency);
    let interrupt = options.interrupt.clone();
    let context = Arc::new(DeployContext {
        run: tokio::sync::OnceCell::new(),
        named_places: places::named(&assembly),
        team: assembly.team(),
        templates: template_store::TemplateStore::default(),
        aws,
        observer: Arc::clone(&observer),
        options,
        pruned,
    });
    let stacks: BTreeMap<&StackId, &AssemblyStack> = chosen.iter().map(|stack| (&stack.id, *stack)).collect();
    let bodies = bodies(&assembly);

    let start = |id: &StackId, left: &BTreeMap<StackId, Left>| {
        let stack = (*stacks.get(id)?).clone();
        let slot = slots.of_account(stack.account)?;
        let part = *parts.get(id)?;
        let work = Work {
            given: parameters::resolve(&stack, left),
            needs_are_new: stack
                .depends_on
                .iter()
                .any(|needed| left.get(needed).is_some_and(|left| left.is_new)),
            body: Arc::clone(bodies.get(&stack.template)?),
            stack,
            context: Arc::clone(&context),
        };
        let interrupt = interrupt.clone();
        Some(async move {
            // The semaphore is never closed.
            let _slot = slot.acquire_owned().await;
            if interrupt.is_stopped() {
                return Err(StackError::NotBegun);
            }
            match part {
                Part::Worked => work.apply().await,
                Part::Read => work.read().await,
            }
        })
    };
    let walked = Walk::new(order).run(start).await;
    let summary = Summary::of(&worked, walked);
    for (stack, because) in &summary.skipped {
        observer.observe(&Event::Skipped { stack, because });
    }
    Ok(summary)
}

/// What has to be known of each template.
fn bodies(assembly: &Assembly) -> BTreeMap<Digest, Arc<TemplateBody>> {
    assembly
        .templates()
        .iter()
        .map(|(digest, written)| (digest.clone(), Arc::new(TemplateBody::of(written))))
        .collect()
}

/// How many stacks of each account are worked on at once.
struct Slots(BTreeMap<AccountId, Arc<Semaphore>>);

impl Slots {
    fn of<'a>(stacks: impl Iterator<Item = &'a AssemblyStack>, concurrency: usize) -> Self {
        let semaphore = || Arc::new(Semaphore::new(concurrency.max(1)));
        Self(stacks.map(|stack| (stack.account, semaphore())).collect())
    }

    fn of_account(&self, account: AccountId) -> Option<Arc<Semaphore>> {
        self.0.get(&account).map(Arc::clone)
    }
}

impl Summary {
    fn of(stacks: &[AssemblyStack], mut walked: Walked<StackId, Applied, StackError>) -> Self {
        let mut summary = Self::default();
        let not_begun: BTreeSet<StackId> = walked
            .failed
            .iter()
            .filter(|(_, error)| matches!(error, StackError::NotBegun))
            .map(|(stack, _)| stack.clone())
            .collect();
        for stack in stacks {
            let id = &stack.id;
            if let Some(applied) = walked.done.remove(id) {
                summary.done.push((id.clone(), applied.outcome));
            } else if not_begun.contains(id) {
                summary.not_begun.push(id.clone());
            } else if let Some(error) = walked.failed.remove(id) {
                summary.failed.push(Failure {
                    stack: id.clone(),
                    error,
                });
            } else if let Some(because) = walked.skipped.remove(id) {
                match not_begun.contains(&because) {
                    true => summary.not_begun.push(id.clone()),
                    false => summary.skipped.push((id.clone(), because)),
                }
            }
        }
        // What could only be looked at, and was not there.
        for (stack, error) in walked.failed {
            if !matches!(error, StackError::NotBegun) {
                summary.failed.push(Failure { stack, error });
            }
        }
        summary
    }
}
